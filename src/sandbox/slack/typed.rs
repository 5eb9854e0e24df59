//! What Slack makes of what people type: `@name` becomes a mention, an address a link.

use super::state::State;
use super::world::SlackWorld;

/// The text as Slack keeps it. Nothing that is typed can hold Slack's own control sequences.
fn kept(state: &State, text: &str) -> String {
    let safe = |text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        text.replace('>', "&gt;")
    };
    let mut kept = String::new();
    let mut before = ' ';
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let found = if before.is_alphanumeric() {
            None
        } else {
            mention(state, rest).or_else(|| address(rest))
        };
        let (taken, written) = match found {
            Some((taken, written)) => (taken, written),
            None => (first.len_utf8(), safe(&rest[..first.len_utf8()])),
        };
        kept.push_str(&written);
        before = rest[..taken].chars().next_back().unwrap_or(' ');
        rest = &rest[taken..];
    }
    kept
}

/// `@hanako`, `@channel`, `@developers`, `#general` at the front: how much of the text it is, and
/// what Slack makes of it. Of several names the longest is meant.
fn mention(state: &State, text: &str) -> Option<(usize, String)> {
    let sign = text.chars().next().filter(|c| matches!(c, '@' | '#'))?;
    let name = &text[1..];
    let mut all: Vec<(&str, String)> = Vec::new();
    if sign == '#' {
        let channels = state.channels.values().filter(|channel| !channel.private);
        all.extend(channels.map(|c| (c.name.as_str(), format!("<#{}>", c.id))));
    } else {
        all.extend(["channel", "here", "everyone"].map(|name| (name, format!("<!{name}>"))));
        let users = state.users.values();
        all.extend(users.map(|user| (user.name.as_str(), format!("<@{}>", user.id))));
        let groups = state.groups.values().filter(|group| group.disabled == 0);
        all.extend(groups.map(|g| (g.handle.as_str(), format!("<!subteam^{}>", g.id))));
    }
    let ends = |known: &str| {
        let next = name[known.len()..].chars().next();
        // In Japanese the next word follows without a space.
        next.is_none_or(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
    };
    all.retain(|(known, _)| !known.is_empty() && name.starts_with(known) && ends(known));
    let (known, written) = all.into_iter().max_by_key(|(known, _)| known.len())?;
    Some((1 + known.len(), written))
}

/// `https://…` at the front.
fn address(text: &str) -> Option<(usize, String)> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return None;
    }
    let ends = |c: char| c.is_whitespace() || !c.is_ascii() || matches!(c, '<' | '>' | '|' | '"');
    let taken = text.find(ends).unwrap_or(text.len());
    Some((taken, format!("<{}>", text[..taken].replace('&', "&amp;"))))
}

impl SlackWorld {
    /// What Slack keeps of what somebody types into its field.
    pub fn typed(&self, text: &str) -> String {
        self.look(|state| kept(state, text))
    }
}

#[cfg(test)]
mod tests {
    use crate::clock::Clock;
    use crate::sandbox::slack::{NewPerson, Settings, SlackWorld};

    #[test]
    fn names_and_addresses_and_nothing_else() {
        let (clock, _) = Clock::by_hand("2021-01-01T00:00:00Z".parse().unwrap());
        let world = SlackWorld::new(Settings::new(clock, "xoxb-1", "s"));
        let hanako = world.add_user(NewPerson::named("hanako"));
        let other = world.add_user(NewPerson::named("hanako-2"));
        let group = world.add_group("Developers", "dev", std::slice::from_ref(&hanako), None);
        let general = world.create_channel("general", &hanako, false).unwrap();
        let bot = world.bot();
        for (typed, kept) in [
            ("@sssbot", format!("<@{bot}>")),
            ("@sssbot レベル 3", format!("<@{bot}> レベル 3")),
            (
                "@hanakoさんと@hanako-2",
                format!("<@{hanako}>さんと@hanako-2"),
            ),
            ("@hanako-2 @dev", format!("<@{other}> <!subteam^{group}>")),
            (
                "a@hanako.example @nobody",
                "a@hanako.example @nobody".into(),
            ),
            ("#general", format!("<#{general}>")),
            (
                "<!channel> & <@U1>",
                "&lt;!channel&gt; &amp; &lt;@U1&gt;".into(),
            ),
            ("@here", "<!here>".into()),
            (
                "見て https://e.com/a?b&c、はい",
                "見て <https://e.com/a?b&amp;c>、はい".into(),
            ),
        ] {
            assert_eq!(world.typed(typed), kept, "{typed}");
        }
    }
}
