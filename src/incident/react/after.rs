//! What follows from a postmortem: its draft, what it says is to be done, and the end.

use super::Out;
use crate::incident::effect::{Tell, Todo};
use crate::incident::state::Incident;

impl Out<'_> {
    /// What differs from before.
    pub(super) fn aftermath(&mut self, before: Option<&Incident>) {
        let after = self.after;
        let (was, is) = (before.map(|before| &before.aftermath), &after.aftermath);
        if let Some(asked) = &is.asked
            && was.is_none_or(|was| was.asked != is.asked)
        {
            let about = format!("postmortem:{}", asked.at.as_microsecond());
            self.push(&about, Todo::OpenPostmortem);
        }
        let refused = was.and_then(|was| was.asked.as_ref());
        if let Some(asked) = refused.filter(|_| !is.refused.is_empty() && is.asked.is_none()) {
            let tell = Tell::NoDraft {
                by: asked.by.clone(),
                why: is.refused.clone(),
            };
            self.say_here(format!("no-draft:{}", asked.at.as_microsecond()), tell);
        }
        if is.is_open() {
            self.push("draft", Todo::Draft);
        }
        let number = is.pull.as_ref().map_or(0, |pull| pull.number);
        if is.is_merged() && was.is_none_or(|was| !was.is_merged()) {
            self.push(&format!("follow-up:{number}"), Todo::FollowUp);
        }
        let read = was.is_none_or(|was| was.actions.is_none());
        if read && !is.actions().is_empty() {
            self.say_here("actions".to_owned(), Tell::ActionsAre);
        }
        if self.is_done_with(after) && before.is_some_and(|before| !self.is_done_with(before)) {
            let at = after.resolved.as_ref().map_or(0, |it| it.at.as_second());
            self.say_here(format!("done-with:{number}:{at}"), Tell::DoneWith);
        }
    }

    fn is_done_with(&self, incident: &Incident) -> bool {
        incident.is_done_with(self.rules)
    }

    /// Something said once, where there is a channel to say it in.
    fn say_here(&mut self, about: String, tell: Tell) {
        if self.after.channel.id.is_some() {
            self.tell(about, tell);
        }
    }
}
