//! Settings that are the same for all incidents: names of channels, links, intervals, labels.

use jiff::SignedDuration;
use jiff::civil::{Date, Weekday};

use crate::channel_name::{ChannelName, NotAChannelName};
use crate::i18n::Lang;

use super::people::ChannelRef;
use super::words::{Colour, Label, Words};

/// How an incident's channel is named when the bot makes it. All forms are understood always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Channels {
    /// How its day is written.
    pub date: DateForm,
    /// What a drill's name ends in.
    pub drill: DrillWord,
}

/// How a channel's name writes its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateForm {
    /// `20210101`.
    #[default]
    Eight,
    /// `210101`.
    Six,
}

/// What a drill's name ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DrillWord {
    /// `-訓練`; where Slack does not take it, `-drill`.
    #[default]
    Kunren,
    /// `-drill`.
    Drill,
}

impl Channels {
    /// The name of a service's channel of a day: of its first incident (`number` 0 or 1) or of a
    /// later one. Ask again with the next number when it is taken.
    ///
    /// # Errors
    /// When the service can be in no name.
    pub fn name(
        &self,
        service: &str,
        date: Date,
        number: u32,
        drill: bool,
    ) -> Result<ChannelName, NotAChannelName> {
        let mut name = ChannelName::new(service, date, number, drill)?;
        if self.drill == DrillWord::Drill {
            name = name.with_ascii_suffix();
        }
        // Six digits mean this century, so another one is written in full.
        if self.date == DateForm::Six && (2000..2100).contains(&date.year()) {
            let (service, rest) = name.as_str().split_at(name.service().len());
            name = ChannelName::parse(&format!("{service}{}", rest.replacen("-20", "-", 1)))?;
        }
        Ok(name)
    }
}

/// Web pages of the organisation's. None of them is needed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Links {
    /// The manual of incident response.
    pub manual: Option<String>,
    /// How to use the bot.
    pub help: Option<String>,
    /// Where a video meeting is made.
    pub video: Option<String>,
}

/// What becomes of the team definitions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Teams {
    /// Where people are asked what shall become of a group that Slack has otherwise, and told what
    /// was applied; `None`: the questions go where every incident is announced first.
    pub channel: Option<ChannelRef>,
}

/// When the bot speaks up by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intervals {
    /// From the channel's creation to the question for a handler: 1 to 60 minutes.
    pub ask_for_handler: SignedDuration,
    /// From one word of the timekeeper's to the next: 5 to 240 minutes.
    pub timekeeper: SignedDuration,
    /// How long a channel may be silent before it is reminded of what is left: 1 to 365 days.
    pub silence: SignedDuration,
}

/// As whom the bot says how much time has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timekeeper {
    /// タイムキーパーくん.
    pub name: Words,
    /// An emoji, as itself or between colons.
    pub icon: String,
    /// The colour of its messages.
    pub colour: Colour,
}

/// What is written afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postmortem {
    /// What it is called; some prefer "after action review".
    pub name: Words,
    /// The levels that need none.
    pub optional_for: Vec<u8>,
    /// The folder of the postmortem repository that it goes to.
    pub folder: String,
    /// The file that it starts from; see [`Postmortem::template`].
    pub template: Option<String>,
    /// Whether the text of messages that people marked may leave Slack; else their links do.
    pub quote: bool,
    /// When owners are reminded of what is overdue.
    pub remind: Remind,
}

impl Postmortem {
    /// The file that a postmortem starts from, in the language of the record.
    pub fn template(&self, lang: Lang) -> String {
        let usual = || format!("{}/TEMPLATE.{lang}.md", self.folder);
        self.template.clone().unwrap_or_else(usual)
    }
}

/// A time of every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remind {
    /// The day.
    pub weekday: Weekday,
    /// The hour, in the playbook's zone: 0 to 23.
    pub hour: i8,
}

/// Labels that stand for neither a service nor a type nor a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// An incident that was only practice.
    pub drill: Label,
    /// A pull request with a postmortem.
    pub postmortem: Label,
    /// An issue that keeps it from happening again.
    pub action: Label,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Channels, DateForm, DrillWord};
    use crate::channel_name::ChannelName;

    #[test]
    fn a_channel_is_named_as_the_organisation_names_them() {
        let day = date(2020, 12, 20);
        for (form, word, number, drill, wanted) in [
            (
                DateForm::Eight,
                DrillWord::Kunren,
                0,
                true,
                "shop-20-20201220i-訓練",
            ),
            (
                DateForm::Six,
                DrillWord::Kunren,
                2,
                true,
                "shop-20-201220i-2-訓練",
            ),
            (
                DateForm::Eight,
                DrillWord::Drill,
                3,
                true,
                "shop-20-20201220i-3-drill",
            ),
            (DateForm::Six, DrillWord::Drill, 1, false, "shop-20-201220i"),
        ] {
            let channels = Channels {
                date: form,
                drill: word,
            };
            let name = channels.name("shop-20", day, number, drill).unwrap();
            assert_eq!(name.as_str(), wanted);
            assert_eq!((name.service(), name.date()), ("shop-20", day));
        }
        let channels = Channels {
            date: DateForm::Six,
            ..Channels::default()
        };
        let old = channels.name("shop", date(1999, 1, 1), 0, false).unwrap();
        assert_eq!(old, ChannelName::parse("shop-19990101i").unwrap());
    }
}
