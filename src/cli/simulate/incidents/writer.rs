//! The acts of a step in the words of a story, where the step is possible by then.

use super::super::step::{AppDeed, Deed as Any, Step, Way};
use super::script::{Book, Told, note, summary};
use super::{Act, Case, Deed, Hand, ITEMS, LISTS, PEOPLE, SERVICES, Start, channel};

/// How long it takes, in seconds, until an incident that was declared is surely there on both sides.
const SOON: u64 = 60;
/// The levels' labels.
const LABELS: [&str; 3] = ["Level 1 ⚠️", "Level 2 🔴🔴", "Level 3 🔴🔴🔴"];

/// Writes one step after the other.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) book: Book,
    /// Whose channel, and whose issue, can be used by now.
    ready: [(bool, bool); SERVICES.len()],
    running: bool,
    slack_away: bool,
    github_away: bool,
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            book: Book::default(),
            ready: [(false, false); SERVICES.len()],
            running: true,
            slack_away: false,
            github_away: false,
        }
    }
}

impl Writer {
    /// The lines of a step; `None` where it is not possible.
    pub(super) fn acts(&mut self, step: &Step) -> Option<Vec<String>> {
        let one = |line: String| Some(vec![line]);
        let away = |deed: &Deed| matches!(deed, Deed::Away { .. });
        self.book.troubled |= step.way.is_some()
            || match &step.deed {
                Any::Incident(deed) => away(deed),
                deed => matches!(deed, Any::App(_) | Any::Trouble(_)),
            };
        match &step.deed {
            Any::Incident(deed) => {
                let late = !matches!(step.way, None | Some(Way::Doubled | Way::Unanswered));
                let acts = self.deed(*deed)?;
                let unheard = !self.running || self.slack_away || self.github_away;
                self.book.disordered |= late || unheard;
                Some(acts)
            }
            Any::Wait(seconds) => {
                if *seconds >= SOON && self.running {
                    for (has_channel, has_issue) in &mut self.ready {
                        *has_channel |= !self.slack_away;
                        *has_issue |= !self.github_away;
                    }
                }
                one(format!("wait {seconds}s"))
            }
            Any::App(deed) => one(self.app(*deed)?),
            Any::Trouble(trouble) => one(trouble.line.clone()),
            _ => None,
        }
    }

    /// What lets everything come to its end.
    pub(super) fn last(&self) -> Vec<&'static str> {
        let mut last = Vec::new();
        if self.slack_away {
            last.push("slack comes back");
        }
        if self.github_away {
            last.push("github comes back");
        }
        last
    }

    fn app(&mut self, deed: AppDeed) -> Option<String> {
        if self.running == (deed == AppDeed::Start) {
            return None;
        }
        match deed {
            AppDeed::Stop => self.running = false,
            AppDeed::Start => self.running = true,
            AppDeed::LoseDatabase => {
                self.book.disordered = true;
                self.book.forgot = true;
            }
            _ => {}
        }
        Some(deed.to_string())
    }

    fn deed(&mut self, deed: Deed) -> Option<Vec<String>> {
        if deed.in_slack() && (!self.running || self.slack_away) {
            return None;
        }
        match deed {
            Deed::Declare {
                case,
                who,
                start,
                word,
            } => self.declare(case, who, start, word),
            Deed::Act {
                case,
                who,
                act,
                hand,
            } => self.act(case, who, act, hand),
            Deed::Away { slack, away } => {
                let is_away = match slack {
                    true => &mut self.slack_away,
                    false => &mut self.github_away,
                };
                if std::mem::replace(is_away, away) == away {
                    return None;
                }
                let side = if slack { "slack" } else { "github" };
                let what = if away { "goes away" } else { "comes back" };
                Some(vec![format!("{side} {what}")])
            }
        }
    }

    fn declare(
        &mut self,
        case: Case,
        who: &'static str,
        start: Start,
        word: u32,
    ) -> Option<Vec<String>> {
        let cases = &mut self.book.cases;
        // Whoever opens an issue on GitHub knows its number; the bot's may come at any time.
        let by_bot = cases.keys().any(|case| !self.ready[*case].1);
        if cases.contains_key(&case) || by_bot {
            return None;
        }
        let number = cases.len() as u64 + 1;
        let (service, summary) = (SERVICES[case], summary(case, word));
        let mut people = vec![who];
        let fill = |who: &str| {
            let summary = summary.clone();
            [
                format!("{who} fills in \"Service\" with \"{service}\""),
                format!("{who} fills in \"Summary\" with \"{summary}\""),
            ]
        };
        let mut lines = Vec::new();
        match start {
            Start::Mention | Start::Twice => {
                let other = PEOPLE.into_iter().find(|other| *other != who)?;
                lines.push(format!("{who} mentions sssbot in #general"));
                let press = |who: &str| format!("{who} presses \"Make the channel!\" in #general");
                lines.push(press(who));
                if start == Start::Twice {
                    lines.push(press(other));
                    lines.extend(fill(other));
                    people.push(other);
                }
                lines.extend(fill(who));
                lines.push(format!("{who} sends it off"));
                if start == Start::Twice {
                    lines.push(format!("and at once {other} sends it off"));
                }
            }
            Start::Slash => {
                lines.push(format!("{who} types \"/incident outage\" in #general"));
                lines.extend(fill(who));
                lines.push(format!("{who} sends it off"));
            }
            Start::Form => {
                let mut line = format!("{who} opens issue acme/postmortem \"Incident\"");
                for (heading, value) in [
                    ("Service", service),
                    ("Summary", &summary),
                    ("Type", "Outage"),
                    ("Drill", "_No response_"),
                ] {
                    line.push_str(&format!("\n| ### {heading}\n|\n| {value}\n|"));
                }
                lines.push(line);
            }
            Start::Title => {
                let name = channel(case);
                lines.push(format!("channel #{name} with sssbot"));
                lines.push(format!(
                    "{who} opens issue acme/postmortem \"#{name}\"\n| ### Summary\n|\n| {summary}"
                ));
                people.clear();
            }
            Start::Alert => {
                lines.push(format!("{who} says in #general \"{service}: {summary}\""));
                lines.push(format!(
                    "{who} uses \"Declare an incident\" on \"{summary}\" in #general"
                ));
                lines.extend(fill(who));
                lines.push(format!("{who} sends it off"));
            }
            Start::Home => {
                lines.push(format!("{who} opens the home tab"));
                lines.push(format!(
                    "{who} presses \"Make the channel!\" in the home tab"
                ));
                lines.extend(fill(who));
                lines.push(format!("{who} sends it off"));
            }
        }
        let adopted = start == Start::Title;
        self.ready[case] = (false, !start.in_slack());
        let told = Told {
            number,
            adopted,
            people: people.into_iter().collect(),
            ..Told::default()
        };
        self.book.cases.insert(case, told);
        Some(lines)
    }

    fn act(&mut self, case: Case, who: &'static str, act: Act, hand: Hand) -> Option<Vec<String>> {
        let (has_channel, has_issue) = self.ready[case];
        let told = self.book.cases.get_mut(&case)?;
        let there = if hand.in_slack() {
            has_channel
        } else {
            has_issue
        };
        if !there || told.archived {
            return None;
        }
        let mut words = words(told, who, act)?;
        if hand == Hand::Typed && act == Act::Lead {
            // A name in Slack is more than what is typed.
            words = "handler me".to_owned();
        }
        let here = channel(case);
        let issue = format!("acme/postmortem#{}", told.number);
        let one = |line: String| Some(vec![line]);
        let dialog = |choice: &str, label: &str, value: &str| {
            Some(vec![
                format!("{who} chooses \"{choice}\" from \"Commands\" in #{here}"),
                format!("{who} fills in \"{label}\" with \"{value}\""),
                format!("{who} sends it off"),
            ])
        };
        let lines = match (hand, act) {
            (Hand::Typed, Act::Talk) => one(format!("{who} says in #{here} \"I am looking\"")),
            (Hand::Typed, _) => one(format!("{who} mentions sssbot in #{here} \"{words}\"")),
            (Hand::Comment, _) => one(format!("{who} comments on {issue}\n| /{words}")),
            (Hand::Menu, Act::Lead) => one(format!(
                "{who} chooses \"I am the handler\" from \"Commands\" in #{here}"
            )),
            (Hand::Menu, Act::Level(level)) => {
                let icon = "🔥".repeat(usize::from(level));
                dialog("🔥 Set the level", "Level", &format!("{level} {icon}"))
            }
            (Hand::Menu, Act::Note(word)) => dialog("Write a note", "Note", &note(word)),
            (Hand::Menu, Act::Tick(at)) => {
                let item = LISTS[usize::from(told.level?) - 1].get(at)?;
                let (_, text) = ITEMS.iter().find(|(id, _)| id == item)?;
                one(format!("{who} ticks \"{text}\" in #{here}"))
            }
            (Hand::Native, Act::Lead) => one(format!("hanako assigns {who} to {issue}")),
            (Hand::Native, Act::Level(level)) => {
                let label = LABELS[usize::from(level) - 1];
                one(format!("{who} labels {issue} with {label}"))
            }
            (Hand::Native, Act::Resolve) => one(format!("{who} closes {issue}")),
            (Hand::Native, Act::Reopen) => one(format!("{who} reopens {issue}")),
            _ => None,
        }?;
        settle(told, who, act)?;
        Some(lines)
    }
}

/// The words of a command, the same on both sides; `None` where it makes no sense by now.
fn words(told: &Told, who: &str, act: Act) -> Option<String> {
    Some(match act {
        Act::Lead if told.leads != Some(who) => format!("handler @{who}"),
        Act::Level(level) if told.level != Some(level) => format!("level {level}"),
        Act::Detected(minute) => format!("detected 09:{minute:02}"),
        Act::Recovered if !told.recovered => "recovered".to_owned(),
        Act::Note(word) => format!("note {}", note(word)),
        Act::Tick(at) => {
            let item = LISTS[usize::from(told.level?) - 1].get(at)?;
            if told.ticked.contains(item) {
                return None;
            }
            format!("done {item}")
        }
        Act::Talk => String::new(),
        Act::Resolve if !told.resolved => "resolve all is done".to_owned(),
        Act::Reopen if told.resolved => "reopen".to_owned(),
        Act::Archive if told.resolved => "archive all is done".to_owned(),
        _ => return None,
    })
}

/// What is so from then on.
fn settle(told: &mut Told, who: &'static str, act: Act) -> Option<()> {
    match act {
        Act::Lead => {
            told.leads = Some(who);
            told.leaders.push(who);
        }
        Act::Level(level) => {
            told.level = Some(level);
            told.levels.push(level);
        }
        Act::Detected(minute) => told.detected = Some(format!("09:{minute:02}")),
        Act::Recovered => told.recovered = true,
        Act::Note(word) => told.notes.push(word),
        Act::Tick(at) => {
            let item = LISTS[usize::from(told.level?) - 1].get(at)?;
            told.ticked.insert(item);
        }
        Act::Talk => {}
        Act::Resolve => {
            told.resolved = true;
            told.resolutions += 1;
        }
        Act::Reopen => {
            told.resolved = false;
            told.reopened = true;
        }
        Act::Archive => told.archived = true,
    }
    Some(())
}
