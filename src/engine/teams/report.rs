//! What a check says of team definitions, in words for people, with what we need of it hidden below.

use super::files::Files;
use super::hidden::{Applied, Reviewed, hide};
use super::live::Why;
use super::planned::Planned;
use crate::engine::owners::escaped;
use crate::engine::review::remark;
use crate::github::{Annotation, Check, Conclusion};
use crate::i18n::Lang;
use crate::i18n::applying::{Applying, fill};
use crate::playbook;
use crate::teams::{Action, Losses, Problem, Side};

/// How many lines of one kind are shown; the rest is counted.
const SHOWN: usize = 100;

/// How a refusal begins that GitHub gives for want of rights.
const FORBIDDEN: &str = "GitHub 403";

/// Whether GitHub says that the App may not do this anywhere. The sentence is GitHub's, see
/// <https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api>.
fn lacks_permission(why: &str) -> bool {
    why.contains("not accessible by integration")
}

/// What is said.
pub(super) struct Report {
    pub(super) lang: Lang,
    /// `None` while it is under way.
    pub(super) conclusion: Option<Conclusion>,
    pub(super) title: String,
    paragraphs: Vec<String>,
    annotations: Vec<Annotation>,
    pub(super) hidden: Hidden,
    /// What could not be done, each with its reason.
    pub(super) failed: Vec<(String, String)>,
    /// Whether it is worth a comment.
    says_something: bool,
}

/// What is hidden below it.
pub(super) enum Hidden {
    Nothing,
    Reviewed(Reviewed),
    Applied(Applied),
}

impl Report {
    fn new(conclusion: Option<Conclusion>, title: String, lang: Lang) -> Self {
        Self {
            lang,
            conclusion,
            title,
            paragraphs: Vec::new(),
            annotations: Vec::new(),
            hidden: Hidden::Nothing,
            failed: Vec::new(),
            says_something: true,
        }
    }

    /// Both sides have changed a file.
    pub(super) fn conflict(file: &str, lang: Lang) -> Self {
        let title = fill(Applying::Conflict, lang, &[("file", file)]);
        Self::new(Some(Conclusion::Failure), title, lang)
    }

    /// The files of a pull request are wrong.
    pub(super) fn wrong(files: &Files, problems: &[Problem], lang: Lang) -> Self {
        let count = problems.len().to_string();
        let title = fill(Applying::Wrong, lang, &[("count", &count)]);
        let mut report = Self::new(Some(Conclusion::Failure), title, lang);
        report.say(Applying::WrongWhere.say(lang));
        report.problems(files, problems);
        report
    }

    /// The files of a commit are wrong.
    pub(super) fn stopped_wrong(files: &Files, problems: &[Problem], lang: Lang) -> Self {
        let title = Applying::Stopped.say(lang).to_owned();
        let mut report = Self::new(Some(Conclusion::Failure), title, lang);
        report.say(Applying::StoppedWrong.say(lang));
        report.problems(files, problems);
        report
    }

    fn problems(&mut self, files: &Files, problems: &[Problem]) {
        let lang = self.lang;
        self.list(problems.iter().map(|it| it.said().say(lang).to_owned()));
        for (file, own) in Problem::by_file(problems) {
            let text = files.get(&*file).map_or("", String::as_str);
            let remarks = playbook::annotations(&file, text, &own, lang);
            self.annotations.extend(remarks.into_iter().map(remark));
        }
    }

    /// Slack does not show its groups.
    pub(super) fn closed(why: &Why, lang: Lang) -> Self {
        let title = Applying::CannotPlan.say(lang).to_owned();
        let mut report = Self::new(Some(Conclusion::Neutral), title, lang);
        let why = match why {
            Why::NotInPlan => Applying::NotInPlan.say(lang),
            Why::Refused(why) => why,
        };
        report.say(&fill(Applying::CannotPlanWhy, lang, &[("why", why)]));
        report
    }

    /// What a merge would change.
    pub(super) fn of(planned: &Planned, lang: Lang) -> Self {
        let nothing = planned.plan.is_empty();
        let title = match nothing {
            true => Applying::NothingChanges.say(lang).to_owned(),
            false => title(&planned.plan.summary(lang)),
        };
        let mut report = Self::new(Some(Conclusion::Success), title, lang);
        report.says_something = !nothing;
        report.hidden = Hidden::Reviewed(Reviewed {
            hash: String::new(),
            losses: planned.plan.losses(),
        });
        if !nothing {
            let on_merge = match planned.plan.reaches_github() {
                true => Applying::OnMergeBoth,
                false => Applying::OnMerge,
            };
            report.say(on_merge.say(lang));
            report.list(planned.lines(lang).into_iter());
        }
        let blind =
            |action: &Action| matches!(action, Action::Look { why, .. } if lacks_permission(why));
        if planned.plan.actions.iter().any(blind) {
            report.say(Applying::NoMembersPermission.say(lang));
        }
        let remarks = planned.remarks(lang);
        if !remarks.is_empty() {
            report.list(remarks.into_iter());
        }
        let drift = planned.drift_lines(lang);
        if !drift.is_empty() {
            let mut drift_of = planned.plan.drift.iter();
            let on_github = drift_of.any(|drift| matches!(drift.side, Side::GitHub(_)));
            let differs = match on_github {
                true => Applying::BothDiffer,
                false => Applying::SlackDiffers,
            };
            report.say(differs.say(lang));
            report.list(drift.into_iter());
        }
        if planned.first {
            report.say(Applying::FirstTime.say(lang));
        }
        report
    }

    /// Somebody has to confirm it, or has.
    pub(super) fn guarded(&mut self, planned: &Planned, hash: &str, by: Option<&str>) {
        let lang = self.lang;
        if let Hidden::Reviewed(reviewed) = &mut self.hidden {
            hash.clone_into(&mut reviewed.hash);
        }
        self.say(Applying::ConfirmWhy.say(lang));
        self.list(planned.guards(lang).into_iter());
        match by {
            Some(who) => self.say(&fill(Applying::ConfirmedBy, lang, &[("who", who)])),
            None => {
                self.conclusion = Some(Conclusion::ActionRequired);
                Applying::MustConfirm.say(lang).clone_into(&mut self.title);
                self.say(&fill(Applying::ConfirmHow, lang, &[("hash", hash)]));
            }
        }
    }

    /// More would be taken away than was reviewed.
    pub(super) fn stopped_more(planned: &Planned, more: &Losses, hash: &str, lang: Lang) -> Self {
        let title = Applying::Stopped.say(lang).to_owned();
        let mut report = Self::new(Some(Conclusion::ActionRequired), title, lang);
        report.say(Applying::StoppedMore.say(lang));
        report.list(planned.losses(more, lang).into_iter());
        report.say(&fill(Applying::ConfirmHow, lang, &[("hash", hash)]));
        report
    }

    /// It is being applied.
    pub(super) fn working(record: &Applied, lang: Lang) -> Self {
        let title = match record.github {
            true => Applying::WorkingBoth,
            false => Applying::Working,
        };
        let title = title.say(lang).to_owned();
        let mut report = Self::new(None, title, lang);
        report.part(Applying::Left, &record.planned, record.more);
        report.hidden = Hidden::Applied(record.clone());
        report
    }

    /// All of it is applied; `both` where the files name GitHub teams.
    pub(super) fn applied(record: &Applied, both: bool, lang: Lang) -> Self {
        let title = match (record.planned.is_empty(), both) {
            (true, true) => Applying::AppliedNothingOnBoth,
            (true, false) => Applying::AppliedNothing,
            (false, _) if record.github => Applying::AppliedBoth,
            (false, _) => Applying::Applied,
        };
        let title = title.say(lang).to_owned();
        let mut report = Self::new(Some(Conclusion::Success), title, lang);
        report.part(Applying::Done, &record.planned, record.more);
        report.hidden = Hidden::Applied(record.clone());
        report
    }

    /// Some of it is not: `failed` with reasons, and `held` back until an incident is over.
    pub(super) fn not_all(
        record: &Applied,
        failed: &[(String, String)],
        held: &[String],
        lang: Lang,
    ) -> Self {
        let count = failed.len().to_string();
        let (conclusion, title) = match (failed.is_empty(), held.is_empty()) {
            (false, true) => {
                let title = fill(Applying::Partly, lang, &[("failed", &count)]);
                (Some(Conclusion::Failure), title)
            }
            _ => (None, Applying::Held.say(lang).to_owned()),
        };
        let mut report = Self::new(conclusion, title, lang);
        let left: Vec<&String> = failed.iter().map(|(line, _)| line).chain(held).collect();
        let done = record.planned.iter().filter(|line| !left.contains(line));
        let done: Vec<String> = done.cloned().collect();
        let unlisted = (left.len() + done.len()).saturating_sub(record.planned.len());
        report.part(Applying::Done, &done, record.more.saturating_sub(unlisted));
        let reasons = failed.iter().map(|(line, why)| format!("{line}: {why}"));
        report.part(Applying::Failed, &reasons.collect::<Vec<_>>(), 0);
        report.part(Applying::Held, held, 0);
        if failed
            .iter()
            .any(|(_, why)| why.contains("permission_denied"))
        {
            report.say(Applying::NotAllowed.say(lang));
        }
        let on_github = |is_permission: bool| {
            let mut whys = failed.iter().map(|(_, why)| why);
            whys.any(|why| why.starts_with(FORBIDDEN) && lacks_permission(why) == is_permission)
        };
        if on_github(true) {
            report.say(Applying::NoMembersPermission.say(lang));
        }
        if on_github(false) {
            report.say(Applying::FilledElsewhere.say(lang));
        }
        if !failed.is_empty() {
            report.say(Applying::RetryHow.say(lang));
        }
        report.failed = failed.to_vec();
        report.hidden = Hidden::Applied(record.clone());
        report
    }

    /// These lines below a title, and how many there were beside them.
    fn part(&mut self, title: Applying, lines: &[String], more: usize) {
        if lines.len() + more > 0 {
            self.say(&format!("**{}**", title.say(self.lang)));
            self.paragraphs
                .push(listed(lines.iter().cloned(), more, self.lang));
        }
    }

    fn say(&mut self, text: &str) {
        self.paragraphs.push(text.to_owned());
    }

    fn list(&mut self, lines: impl Iterator<Item = String>) {
        self.paragraphs.push(listed(lines, 0, self.lang));
    }

    /// Whether it waits for somebody.
    pub(super) fn waits(&self) -> bool {
        self.conclusion == Some(Conclusion::ActionRequired)
    }

    /// Its remarks on lines.
    pub(super) fn annotations(&self) -> &[Annotation] {
        &self.annotations
    }

    /// As a check of this name.
    pub(super) fn check(&self, name: &str) -> Check {
        let said = self.paragraphs.join("\n\n");
        // GitHub takes no empty summary.
        let said = if said.is_empty() {
            self.title.clone()
        } else {
            said
        };
        Check {
            name: name.to_owned(),
            external_id: String::new(),
            conclusion: self.conclusion,
            title: self.title.clone(),
            summary: match &self.hidden {
                Hidden::Nothing => said,
                Hidden::Reviewed(reviewed) => hide(&said, reviewed),
                Hidden::Applied(applied) => hide(&said, applied),
            },
            text: None,
        }
    }

    /// As a comment, where it is worth one.
    pub(super) fn comment(&self) -> Option<String> {
        let text = || {
            format!(
                "**{}**\n\n{}",
                escaped(&self.title),
                self.paragraphs.join("\n\n")
            )
        };
        self.says_something.then(text)
    }
}

/// Lines one below the other, of very many the first; and how many there are beside them.
fn listed(lines: impl Iterator<Item = String>, more: usize, lang: Lang) -> String {
    let lines: Vec<String> = lines.collect();
    let shown = lines.iter().take(SHOWN);
    let mut list: Vec<String> = shown.map(|line| format!("- {}", escaped(line))).collect();
    let more = more + lines.len().saturating_sub(SHOWN);
    if more > 0 {
        let more = more.to_string();
        let more = fill(Applying::MoreLines, lang, &[("count", &more)]);
        list.push(format!("- {more}"));
    }
    list.join("\n")
}

/// As much of it as a title takes.
fn title(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut title: String = text.chars().take(LONGEST).collect();
    if title.len() < text.len() {
        title.push('…');
    }
    title
}

/// A few digits that tell this text from others.
pub(super) fn short(text: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = hex::encode(Sha256::digest(text.as_bytes()));
    digest.chars().take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_github_refuses_names_the_setting() {
        let record = Applied::default();
        let said = |why: &str, lang: Lang| {
            let failed = [("shop-first: …".to_owned(), why.to_owned())];
            let report = Report::not_all(&record, &failed, &[], lang);
            report.check(super::super::APPLY).summary
        };
        let lacks = "GitHub 403: Resource not accessible by integration";
        for lang in [Lang::En, Lang::Ja] {
            assert!(said(lacks, lang).contains("Members: Read and write"));
            let other = said("GitHub 403: managed by your identity provider", lang);
            assert!(!other.contains("Members"), "{other}");
            let filled = Applying::FilledElsewhere.say(lang);
            assert!(other.contains(filled), "{other}");
            assert!(!said("GitHub 404: Not Found", lang).contains(filled));
        }
    }
}
