//! Commands that people give on GitHub: in comments on the issue, and by ticking its checkboxes.
//!
//! A comment is taken as it stood when it was written, or edited last, and against the incident as it
//! was then. So it comes to the same whenever it is read, and reading it again does nothing twice:
//! its entries have keys made of the comment, and our answers carry a mark made of it. Whose comment
//! it is, is its author, though GitHub lets a maintainer edit it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Case;
use super::answering::{actor, answer, help};
use super::record::Remark;
use super::who::whole;
use crate::engine::Engine;
use crate::github::{GitHubError, IssueChange, Marker};
use crate::id::{DoneKey, Login};
use crate::incident::parse::{Heard, parse_comment};
use crate::incident::{
    Command, Entry, Origin, Permission, Rules, Via, What, Who, fold, interpret, view,
};
use crate::teams::People;

/// How long it is remembered that a comment asks for nothing more. What is forgotten is read again,
/// and comes to the same.
const HEARD: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How long before we met an issue of before us its comments count: the first command may well be
/// what brings us there.
const BEFORE_WE_MET: SignedDuration = SignedDuration::from_hours(1);
/// How long it is remembered when we met an issue of before us.
const MET: SignedDuration = SignedDuration::from_hours(24 * 365);

/// What becomes of one comment.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// What goes on record that is not there yet.
    entries: Vec<Entry>,
    /// What its author is told, by the number of the command.
    errors: Vec<(usize, String)>,
    /// Which of its commands asks what there is.
    help: Option<usize>,
    /// Whether any command was followed, or holds already.
    followed: bool,
}

impl Engine {
    /// Follows the commands of the comments that were not heard yet, answers those that cannot be
    /// followed, and gives what goes on record. The entries must be stored by the caller; until they
    /// are, each reading gives them again.
    ///
    /// # Errors
    /// When GitHub does not answer and nothing was heard. What was heard before is given all the
    /// same, and the rest is heard the next time.
    pub(in crate::engine) async fn hear_comments(
        &self,
        case: &Case,
        remarks: &[Remark],
        now: Timestamp,
    ) -> Result<Vec<Entry>, GitHubError> {
        let since = self.counts_since(case, now).await;
        let mut remarks: Vec<&Remark> = remarks
            .iter()
            .filter(|remark| remark.said_at() >= since)
            .collect();
        remarks.sort_by_key(|remark| (remark.said_at(), remark.id));
        let mut entries = Vec::new();
        for remark in remarks {
            if let Err(error) = self.hear_one(case, remark, &mut entries, now).await {
                if entries.is_empty() {
                    return Err(error);
                }
                tracing::warn!(comment = remark.id, %error, "heard later");
                break;
            }
        }
        Ok(entries)
    }

    async fn hear_one(
        &self,
        case: &Case,
        remark: &Remark,
        entries: &mut Vec<Entry>,
        now: Timestamp,
    ) -> Result<(), GitHubError> {
        let said = remark.said_at();
        let heard_key = format!("heard:{}:{}", remark.id, said.as_second());
        if self.remembered(&heard_key, now).await.is_some() {
            return Ok(());
        }
        let heard = parse_comment(&remark.body, &case.rules, said);
        let permission = match heard.iter().any(|it| matches!(it, Heard::Command(_))) {
            true => self.permission_of(&remark.author, now).await?,
            false => Permission::None,
        };
        let known: Vec<Entry> = case.entries.iter().chain(&*entries).cloned().collect();
        let people = self.rules().people;
        let outcome = follow(&known, remark, heard, permission, &case.rules, &people);
        let is_new = !outcome.entries.is_empty();
        if outcome.followed {
            self.thumb_up(remark, now).await;
        }
        // First, so that an answer which fails takes nothing away.
        entries.extend(outcome.entries.iter().cloned());
        self.answer_remark(case, remark, &outcome).await?;
        if !is_new {
            self.remember(&heard_key, "", now, HEARD).await;
        }
        Ok(())
    }

    /// One comment for all of a remark that needs an answer.
    async fn answer_remark(
        &self,
        case: &Case,
        remark: &Remark,
        outcome: &Outcome,
    ) -> Result<(), GitHubError> {
        let nths = outcome.errors.iter().map(|(nth, _)| *nth);
        let mut markers = nths
            .chain(outcome.help)
            .map(|nth| Marker::of(&remark.answer_key(nth)));
        let (Some(first), Some(issue)) = (markers.next(), &case.incident.issue) else {
            return Ok(());
        };
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        // An answer of ours may have been given whose sending got no answer.
        let given = github.find_comment_with_marker(repo, issue.number, &first);
        if self.lookup_all(given).await?.is_some() {
            return Ok(());
        }
        let said: Vec<String> = outcome
            .errors
            .iter()
            .map(|(_, said)| said.clone())
            .collect();
        let below = outcome.help.map(|_| help(case.rules.lang));
        let mut body = answer(&remark.author, &said, below.as_deref());
        for marker in markers {
            body = format!("{body}\n\n{marker}");
        }
        match self
            .lookup(github.comment(repo, issue.number, &body, &first))
            .await
        {
            // A conversation that GitHub has locked takes none, however often it is asked.
            Err(error @ (GitHubError::Refused { .. } | GitHubError::NotFound { .. })) => {
                tracing::warn!(comment = remark.id, %error, "not answered");
                Ok(())
            }
            other => other.map(drop),
        }
    }

    /// Shows that a command was followed. Nothing depends on it.
    async fn thumb_up(&self, remark: &Remark, now: Timestamp) {
        let key = format!("liked:{}:{}", remark.id, remark.said_at().as_second());
        if self.remembered(&key, now).await.is_some() {
            return;
        }
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        match self.lookup(github.react_to_comment(repo, remark.id)).await {
            Ok(()) => self.remember(&key, "", now, HEARD).await,
            Err(error) => tracing::debug!(comment = remark.id, %error, "no reaction"),
        }
    }

    /// From when on comments count. On an issue that was there before us nobody meant us before we
    /// met it: that is when we first heard of it, or, where that is forgotten, when something other
    /// than a comment was first put on record there.
    async fn counts_since(&self, case: &Case, now: Timestamp) -> Timestamp {
        let incident = &case.incident;
        if !incident.adopted {
            return Timestamp::MIN;
        }
        let key = format!("met:{}", incident.key);
        let met = self.remembered(&key, now).await;
        let met = match met.and_then(|at| at.parse().ok()) {
            Some(met) => met,
            None => {
                let marked = case.entries.iter().filter(|entry| {
                    matches!(entry.what, What::Marked(_)) && !entry.key.as_str().starts_with("cc:")
                });
                let met = marked.map(|entry| entry.at).min().unwrap_or(now);
                self.remember(&key, &met.to_string(), now, MET).await;
                met
            }
        };
        met.saturating_sub(BEFORE_WE_MET).unwrap_or(met)
    }

    /// What goes on record when somebody ticked items of the checklist in GitHub's own page at this
    /// time. Who that was tells only the webhook of the edit; where nobody knows, it was somebody who
    /// may edit the issue. One who may not tick is not followed, and the box goes back.
    ///
    /// # Errors
    /// When GitHub does not say what they may do.
    pub(in crate::engine) async fn hear_ticks(
        &self,
        case: &Case,
        ticked: &[(String, bool)],
        by: Option<&Login>,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Entry>, GitHubError> {
        let (who, permission) = match by {
            Some(login) => {
                let who = whole(Who::on_github(login.clone()), &self.rules().people);
                (who, self.permission_of(login, now).await?)
            }
            None => (Who::default(), Permission::Write),
        };
        let (mut entries, mut back) = (Vec::new(), BTreeMap::new());
        for (item, done) in ticked {
            let place = format!(
                "tick:{}:{item}:{done}:{}",
                case.incident.key,
                at.as_second()
            );
            let actor = actor(&who, permission, Origin::Told(place.clone()));
            let command = match done {
                true => Command::Tick(item.clone()),
                false => Command::Untick(item.clone()),
            };
            match interpret(Some(&case.incident), &command, &actor, at, &case.rules) {
                Ok(follows) => entries.extend(follows.into_iter().map(|entry| Entry {
                    key: DoneKey::new(place.clone()),
                    via: Via::GitHub,
                    ..entry
                })),
                Err(error) => {
                    tracing::debug!(%item, ?error, "a tick that does not count");
                    back.insert(item.clone(), !done);
                }
            }
        }
        if let Some(issue) = case.incident.issue.as_ref().filter(|_| !back.is_empty()) {
            self.untick(issue.number, &back).await?;
        }
        Ok(entries)
    }

    /// Puts checkboxes of the managed block back.
    async fn untick(&self, number: u64, back: &BTreeMap<String, bool>) -> Result<(), GitHubError> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let issue = self.lookup(github.issue(repo, number)).await?;
        let body = view::with_ticks(&issue.body, back);
        let change = IssueChange {
            body: Some(&body),
            ..IssueChange::default()
        };
        let edit = github.edit_issue(repo, number, &change);
        self.lookup(edit).await.map(drop)
    }
}

/// What follows from a comment: `known` is all that is on record or waits for it, `permission` what
/// its author may do.
fn follow(
    known: &[Entry],
    remark: &Remark,
    heard: Vec<Heard>,
    permission: Permission,
    rules: &Rules,
    people: &People,
) -> Outcome {
    let said = remark.said_at();
    let place = format!("cc:{}:", remark.id);
    let own = |entry: &&Entry| entry.key.as_str().starts_with(&place);
    // As it was then. What the comment itself has put on record since it says what it says is left
    // out: it is found again.
    let mut then: Vec<Entry> = known
        .iter()
        .filter(|entry| entry.at < said || (entry.at == said && !own(entry)))
        .cloned()
        .collect();
    let mut outcome = Outcome::default();
    for (nth, heard) in heard.into_iter().enumerate() {
        if remark.answered.contains(&nth) {
            continue;
        }
        let say = |error: crate::incident::UserError| error.say(rules.lang, rules.zone());
        let command = match heard {
            Heard::Command(command) => with_people(command, people),
            Heard::Error(error) => {
                outcome.errors.push((nth, say(error)));
                continue;
            }
            Heard::Help => {
                outcome.help.get_or_insert(nth);
                continue;
            }
            Heard::Mention | Heard::Start { .. } | Heard::Team { .. } | Heard::Chat => continue,
        };
        let origin = Origin::Comment { id: remark.id, nth };
        let actor = actor(&remark.who, permission, origin);
        let state = fold(&then, rules);
        let follows = match interpret(state.as_ref(), &command, &actor, said, rules) {
            Ok(follows) => follows,
            Err(error) => {
                outcome.errors.push((nth, say(error)));
                continue;
            }
        };
        outcome.followed = true;
        for mut entry in follows {
            if remark.edited_at.is_some() {
                // What the comment said before the edit stands; a command that it says otherwise
                // now is another one.
                if known.iter().filter(own).any(|old| old.what == entry.what) {
                    continue;
                }
                if known
                    .iter()
                    .any(|old| old.key == entry.key && old.at < said)
                {
                    entry.key = DoneKey::new(format!("{}@{}", entry.key, said.as_second()));
                }
            }
            if !known.iter().any(|old| old.key == entry.key) {
                outcome.entries.push(entry.clone());
            }
            then.push(entry);
        }
    }
    outcome
}

/// A command with both halves of everybody whom it names.
fn with_people(command: Command, people: &People) -> Command {
    match command {
        Command::HandOver(who) => Command::HandOver(whole(who, people)),
        Command::Call {
            people: called,
            groups,
            until_resolved,
        } => Command::Call {
            people: called.into_iter().map(|who| whole(who, people)).collect(),
            groups,
            until_resolved,
        },
        other => other,
    }
}

#[cfg(test)]
mod tests;
