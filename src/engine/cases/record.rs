//! The record as GitHub has it: an issue and its timeline, read as entries.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::who::whole;
use crate::engine::Engine;
use crate::github::{GitHubError, Issue, Marker, Step, User, What as Did};
use crate::id::{DoneKey, Login, RepoName};
use crate::incident::entry::native_key;
use crate::incident::{Entry, Fact, Opened, Origin, Rules, Via, What, Who, fold, form, mark, view};
use crate::teams::People;

/// An issue of the postmortem repository, as far as an incident is made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Read {
    /// Its number.
    pub(in crate::engine) number: u64,
    /// All that is on record; in the place of what was read of it before.
    pub(in crate::engine) entries: Vec<Entry>,
    /// What people wrote, oldest first, for the commands in it.
    pub(in crate::engine) comments: Vec<Remark>,
    /// The incident form that somebody filled in, where nobody has declared an incident here yet.
    pub(in crate::engine) form: Option<Filled>,
    /// The items of the checklist that somebody ticked (or unticked) in GitHub's own page, as far as
    /// the record says otherwise.
    pub(in crate::engine) ticked: Vec<(String, bool)>,
}

/// A comment by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Remark {
    /// GitHub's id.
    pub(in crate::engine) id: u64,
    /// Who wrote it.
    pub(in crate::engine) author: Login,
    /// The same, as the record has them.
    pub(in crate::engine) who: Who,
    /// When it was written.
    pub(in crate::engine) at: Timestamp,
    /// When it was last changed, where it was.
    pub(in crate::engine) edited_at: Option<Timestamp>,
    /// Markdown, as it is now.
    pub(in crate::engine) body: String,
    /// Which of its commands, from 0, we have answered already as the comment stands now.
    pub(in crate::engine) answered: BTreeSet<usize>,
}

impl Remark {
    /// When it came to say what it says.
    pub(in crate::engine) fn said_at(&self) -> Timestamp {
        self.edited_at.unwrap_or(self.at)
    }

    /// What our answer to one of its commands is about.
    pub(in crate::engine) fn answer_key(&self, nth: usize) -> DoneKey {
        let said = self.said_at().as_second();
        DoneKey::new(format!("no:{}:{said}:{nth}", self.id))
    }
}

/// An incident form that somebody filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Filled {
    /// GitHub's id of the issue.
    pub(in crate::engine) issue: u64,
    /// Who opened it.
    pub(in crate::engine) author: Login,
    /// The same, as the record has them.
    pub(in crate::engine) who: Who,
    /// When it was opened.
    pub(in crate::engine) at: Timestamp,
    /// Its title.
    pub(in crate::engine) title: String,
    /// What was filled in.
    pub(in crate::engine) body: String,
    /// Whether it is open.
    pub(in crate::engine) open: bool,
    /// Every mark that our comments on it carry, to know which answers were given.
    pub(in crate::engine) answers: BTreeSet<String>,
}

impl Filled {
    /// Where it was filled in.
    pub(super) fn origin(&self) -> Origin {
        Origin::Issue { id: self.issue }
    }
}

/// The entries of a case after its record was read: what was read, and what waits for GitHub. What
/// has just been written may not show yet, since a reading can be a little older than a write: such
/// entries, by what the caller knows of them, stay. All else that is gone was taken away by people,
/// but for the declaration: an incident does not end because somebody emptied the issue's text. It
/// comes back with the managed block, or is written anew where it had a comment of its own.
pub(in crate::engine) fn renewed(
    known: &[Entry],
    read: &[Entry],
    just_written: impl Fn(&Entry) -> bool,
) -> Vec<Entry> {
    let there: BTreeSet<&DoneKey> = read.iter().map(|entry| &entry.key).collect();
    let in_text = read
        .iter()
        .any(|entry| matches!(&entry.what, What::Opened(opened) if opened.ours));
    let kept = known.iter().filter(|entry| !there.contains(&entry.key));
    let kept = kept.filter_map(|entry| {
        let mut entry = entry.clone();
        if matches!(entry.what, What::Marked(Fact::Declared(_))) {
            entry.recorded &= in_text;
            return Some(entry);
        }
        (!entry.recorded || just_written(&entry)).then_some(entry)
    });
    read.iter().cloned().chain(kept).collect()
}

/// The most commands of a comment that can have been answered: as many as are read of one.
const MOST_COMMANDS: usize = 20;

impl Engine {
    /// Reads an issue of the postmortem repository whole. `None` when there is no such issue, or it
    /// is a pull request.
    ///
    /// # Errors
    /// When GitHub does not answer.
    pub(in crate::engine) async fn read_record(
        &self,
        number: u64,
    ) -> Result<Option<Read>, GitHubError> {
        let github = &self.0.parts.github;
        let settings = &self.0.parts.settings;
        let repo = &settings.postmortem_repo;
        let mut issue = match self.lookup(github.issue(repo, number)).await {
            Err(GitHubError::NotFound { .. }) => return Ok(None),
            other => other?,
        };
        // One that has moved to another repository answers from there.
        if issue.is_pull || issue.number != number {
            return Ok(None);
        }
        let list = match self.lookup_all(github.timeline(repo, number)).await {
            Err(GitHubError::NotFound { .. }) => return Ok(None),
            other => other?,
        };
        if !list.whole {
            tracing::warn!(%repo, number, "the record is longer than is read of it");
        }
        let mut steps = list.items;
        let silent =
            |app: Option<u64>, by: Option<&User>| app.is_none() && by.is_some_and(User::is_bot);
        let any = silent(issue.app_id, issue.user.as_ref())
            || steps.iter().any(|s| silent(s.app_id, s.by.as_ref()));
        if any {
            let me = self.lookup(github.me()).await?.login();
            claim(&mut issue, &mut steps, settings.app_id, &me);
        }
        let rules = self.rules();
        let people = &rules.people;
        let entries = entries(&issue, &steps, settings.app_id, repo, people);
        let folded = Rules::new(rules.playbook.clone(), settings.lang);
        let incident = fold(&entries, &folded);
        let ticked = view::ticked(&issue.body)
            .into_iter()
            .filter(|(item, done)| incident.as_ref().is_some_and(|i| i.is_done(item) != *done));
        let ours = Ours::of(&issue, &steps, settings.app_id);
        Ok(Some(Read {
            number,
            ticked: ticked.collect(),
            comments: ours.remarks(&steps, people),
            form: ours.form(&issue, &entries, people),
            entries,
        }))
    }
}

/// GitHub does not say of everything through which App it was done. What our own account did is
/// ours all the same.
pub(super) fn claim(issue: &mut Issue, steps: &mut [Step], app_id: u64, me: &Login) {
    let mine = |by: Option<&User>| {
        by.is_some_and(|by| by.is_bot() && by.login.as_str().eq_ignore_ascii_case(me.as_str()))
    };
    if issue.app_id.is_none() && mine(issue.user.as_ref()) {
        issue.app_id = Some(app_id);
    }
    for step in steps {
        if step.app_id.is_none() && mine(step.by.as_ref()) {
            step.app_id = Some(app_id);
        }
    }
}

/// Whether our App did it by itself. What a person does through an App is theirs.
fn is_ours(app: Option<u64>, by: Option<&User>, app_id: u64) -> bool {
    app == Some(app_id) && by.is_none_or(User::is_bot)
}

/// What an issue and its timeline have on record. Marks count in comments of our App alone, and of
/// two comments with the same mark the one that was changed last. What our App did is
/// [`Via::Sssbot`]; the rest states something, whoever did it. A bot is made responsible for
/// nothing, and what it writes is no sign of life.
pub(in crate::engine) fn entries(
    issue: &Issue,
    steps: &[Step],
    app_id: u64,
    repo: &RepoName,
    people: &People,
) -> Vec<Entry> {
    let number = issue.number;
    let native = |at: Timestamp, ours: bool, by: Option<&User>, what: What| Entry {
        key: native_key(repo, number, &what, at),
        at,
        who: match by {
            Some(by) if !ours => whole(Who::on_github(by.login.clone()), people),
            _ => Who::default(),
        },
        via: if ours { Via::Sssbot } else { Via::GitHub },
        recorded: true,
        what,
    };
    let ours = is_ours(issue.app_id, issue.user.as_ref(), app_id);
    let first = steps.iter().find_map(|step| match &step.what {
        Did::Renamed { from, .. } => Some(from.clone()),
        _ => None,
    });
    let opened = Opened {
        repo: repo.clone(),
        number,
        url: issue.html_url.clone(),
        title: first.unwrap_or_else(|| issue.title.clone()),
        body: issue.body.clone(),
        ours,
    };
    let at = issue.created_at.unwrap_or(Timestamp::UNIX_EPOCH);
    let mut all: Vec<Entry> = opened.declaration().into_iter().collect();
    all.push(native(at, ours, issue.user.as_ref(), What::Opened(opened)));
    let mut marks: BTreeMap<DoneKey, (Timestamp, Entry)> = BTreeMap::new();
    let mut spoke: BTreeMap<String, Entry> = BTreeMap::new();
    for step in steps {
        let Some(at) = step.at else { continue };
        let by = step.by.as_ref();
        let ours = is_ours(step.app_id, by, app_id);
        if let Did::Commented {
            body, updated_at, ..
        } = &step.what
        {
            match (ours.then(|| mark::read(body)).flatten(), by) {
                (Some(mark), _) => {
                    let changed = updated_at.unwrap_or(at).max(at);
                    let newer = |(known, _): &(Timestamp, Entry)| *known <= changed;
                    if marks.get(&mark.key).is_none_or(newer) {
                        let key = mark.key.clone();
                        marks.insert(key, (changed, Entry::marked(mark, true)));
                    }
                }
                (None, Some(by)) if !ours && !by.is_bot() => {
                    let mut entry = native(at, false, Some(by), What::Spoke);
                    let login = by.login.as_str().to_lowercase();
                    // Two may speak in one second.
                    entry.key = DoneKey::new(format!("{}:{login}", entry.key));
                    if spoke.get(&login).is_none_or(|known| known.at <= at) {
                        spoke.insert(login, entry);
                    }
                }
                _ => {}
            }
            continue;
        }
        all.extend(did(&step.what, people).map(|what| native(at, ours, by, what)));
    }
    all.extend(marks.into_values().map(|(_, entry)| entry));
    all.extend(spoke.into_values());
    all
}

/// What a line of the timeline says by itself.
fn did(what: &Did, people: &People) -> Option<What> {
    let who = |user: &User| whole(Who::on_github(user.login.clone()), people);
    Some(match what {
        Did::Labeled(label) => What::Labeled(label.clone()),
        Did::Unlabeled(label) => What::Unlabeled(label.clone()),
        Did::Assigned(user) if !user.is_bot() => What::Assigned(who(user)),
        Did::Unassigned(user) if !user.is_bot() => What::Unassigned(who(user)),
        Did::Closed(reason) => What::Closed {
            reason: reason.clone(),
        },
        Did::Reopened => What::Reopened,
        Did::Renamed { to, .. } => What::Renamed { title: to.clone() },
        Did::Assigned(_) | Did::Unassigned(_) | Did::Commented { .. } | Did::Other(_) => {
            return None;
        }
    })
}

/// Which of what stands there is ours.
struct Ours {
    app_id: u64,
    issue: bool,
    /// Every mark in our comments, as it is written.
    marks: BTreeSet<String>,
}

impl Ours {
    fn of(issue: &Issue, steps: &[Step], app_id: u64) -> Self {
        let mut marks = BTreeSet::new();
        for step in steps {
            if let Did::Commented { body, .. } = &step.what
                && is_ours(step.app_id, step.by.as_ref(), app_id)
            {
                let hidden = body.match_indices("<!-- ").filter_map(|(at, _)| {
                    let rest = body.get(at..)?;
                    rest.get(..rest.find(" -->")? + " -->".len())
                });
                marks.extend(hidden.map(str::to_owned));
            }
        }
        Self {
            app_id,
            issue: is_ours(issue.app_id, issue.user.as_ref(), app_id),
            marks,
        }
    }

    /// The comments of people. What another App writes is no command, and neither is what a bot does.
    fn remarks(&self, steps: &[Step], people: &People) -> Vec<Remark> {
        let remark = |step: &Step| {
            let Did::Commented {
                body, updated_at, ..
            } = &step.what
            else {
                return None;
            };
            let by = step.by.as_ref().filter(|by| !by.is_bot())?;
            let (id, at) = (step.id?, step.at?);
            let mut remark = Remark {
                id,
                author: by.login.clone(),
                who: whole(Who::on_github(by.login.clone()), people),
                at,
                edited_at: updated_at.filter(|changed| *changed > at),
                body: body.clone(),
                answered: BTreeSet::new(),
            };
            let answered = |nth: &usize| {
                let marker = Marker::of(&remark.answer_key(*nth));
                self.marks.contains(&marker.to_string())
            };
            remark.answered = (0..MOST_COMMANDS).filter(answered).collect();
            Some(remark)
        };
        let not_ours = |step: &&Step| !is_ours(step.app_id, step.by.as_ref(), self.app_id);
        steps.iter().filter(not_ours).filter_map(remark).collect()
    }

    fn form(&self, issue: &Issue, entries: &[Entry], people: &People) -> Option<Filled> {
        let declared = |entry: &Entry| matches!(entry.what, What::Marked(Fact::Declared(_)));
        if self.issue || entries.iter().any(declared) || !form::is_one(&issue.body) {
            return None;
        }
        let by = issue.user.as_ref().filter(|by| !by.is_bot())?;
        Some(Filled {
            issue: issue.id,
            author: by.login.clone(),
            who: whole(Who::on_github(by.login.clone()), people),
            at: issue.created_at?,
            title: issue.title.clone(),
            body: issue.body.clone(),
            open: issue.state == "open",
            answers: self.marks.clone(),
        })
    }
}

#[cfg(test)]
mod tests;
