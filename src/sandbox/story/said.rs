//! What people do in Slack in a story.

/// Where something stands that can be pressed, chosen or ticked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// In a channel, by its name without `#`.
    Channel(String),
    /// In the dialog that lies on top.
    Dialog,
    /// In the app's Home tab.
    Home,
}

/// What somebody does in Slack. Channels are named without `#`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Writes a message.
    Say {
        /// Where.
        channel: String,
        /// What.
        text: String,
    },
    /// Writes in the thread of a message.
    Answer {
        /// Where.
        channel: String,
        /// Words of the newest message that has them.
        message: String,
        /// What.
        text: String,
    },
    /// Mentions the bot.
    Mention {
        /// Where.
        channel: String,
        /// What follows the mention; may be empty.
        text: String,
    },
    /// Presses the button with these words; in a channel, of the newest message that has one.
    Press {
        /// Where.
        spot: Spot,
        /// The button's words.
        button: String,
    },
    /// Chooses from a menu, by the words of both.
    Choose {
        /// Where.
        spot: Spot,
        /// What is chosen: an option's words, or somebody's name.
        choice: String,
        /// What stands in the menu.
        menu: String,
    },
    /// Ticks a task off, or takes the tick back.
    Tick {
        /// Where.
        spot: Spot,
        /// The task's words.
        task: String,
        /// Whether it is ticked then.
        done: bool,
    },
    /// Types a slash command.
    Type {
        /// Where.
        channel: String,
        /// `/incident`
        command: String,
        /// What follows it; may be empty.
        text: String,
    },
    /// Uses a message shortcut.
    Shortcut {
        /// Where.
        channel: String,
        /// What it is called.
        shortcut: String,
        /// Words of the message; the newest that has them.
        message: String,
    },
    /// Fills in a field of the dialog that lies on top.
    Fill {
        /// The field's label.
        label: String,
        /// Words; an option's words or several with `, ` between; a time; people.
        value: String,
    },
    /// Sends the dialog off.
    SendOff,
    /// Closes the dialog.
    Close,
    /// Opens the app's Home tab.
    OpenHome,
    /// Hangs an emoji or a pin on a message, or takes it off.
    Hang {
        /// Where.
        channel: String,
        /// Words of the message; the newest that has them.
        message: String,
        /// The emoji, without colons; a pin where there is none.
        emoji: Option<String>,
        /// Whether it hangs there then.
        on: bool,
    },
    /// Archives a channel.
    Archive {
        /// Which.
        channel: String,
    },
    /// Opens an archived channel again.
    Unarchive {
        /// Which.
        channel: String,
    },
    /// Renames a channel.
    RenameChannel {
        /// Which.
        channel: String,
        /// What it is called then.
        to: String,
    },
    /// Puts the bot into a channel.
    InviteBot {
        /// Which.
        channel: String,
    },
    /// Takes the bot out of a channel.
    KickBot {
        /// Which.
        channel: String,
    },
    /// Changes a user group, by its handle without `@`.
    Group {
        /// Which.
        handle: String,
        /// What.
        deed: GroupDeed,
    },
    /// Leaves the workspace for good.
    LeaveWorkspace,
}

/// What somebody does to a user group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupDeed {
    /// Adds these.
    Add(Vec<String>),
    /// Takes these out.
    Remove(Vec<String>),
    /// Has it called by another handle.
    Handle(String),
    /// Disables it.
    Disable,
    /// Enables it again.
    Enable,
}
