//! Checks the rules in a pull request: what is wrong with them, and what a merge would change.

use super::Engine;
use super::owners::escaped;
use crate::github::{
    ANNOTATIONS_AT_ONCE, Annotation, Check, Compared, Conclusion, GitHubError, Level,
};
use crate::i18n::Lang;
use crate::i18n::upkeep::{Upkeep, fill};
use crate::id::Sha;
use crate::playbook::{self, Loudness, Playbook, Problem};

/// What the check is called, in the list of checks.
const CHECK: &str = "playbook";
/// How many changes or problems the check names; the diff has all.
const NAMED: usize = 100;

impl Engine {
    /// Says on the head of an open pull request of the postmortem repository what is to be said of
    /// what it changes.
    ///
    /// # Errors
    /// GitHub's. Repeated, it does not say it twice.
    pub(in crate::engine) async fn review(
        &self,
        number: u64,
        head: &Sha,
    ) -> Result<(), GitHubError> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let pull = github.pull(repo, number).await?;
        if pull.state != "open" {
            return Ok(());
        }
        let compared = github.compared(repo, &pull.base.branch, head).await?;
        self.review_playbook(number, head, &compared).await?;
        self.review_postmortems(number, head, &compared).await
    }

    /// Says on the head of an open pull request of the postmortem repository what is to be said of
    /// the rules there. Nothing where they are not touched; once for each head.
    ///
    /// # Errors
    /// GitHub's. Repeated, it does not say it twice.
    async fn review_playbook(
        &self,
        number: u64,
        head: &Sha,
        compared: &Compared,
    ) -> Result<(), GitHubError> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let touched = |path: &str| !compared.whole || compared.files.iter().any(|it| it == path);
        if !touched(playbook::PATH) {
            return Ok(());
        }
        let about = format!("pull:{number}");
        if github
            .find_check(repo, head, CHECK, &about)
            .await?
            .is_some()
        {
            return Ok(());
        }
        let rules = self.rules();
        let mut report = Report::new(self.lang());
        let now = self.text_at(playbook::PATH, head).await?;
        let before = self.text_at(playbook::PATH, &compared.parted).await?;
        if now != before {
            report.playbook(&now, &before, &rules.playbook);
        }
        if report.paragraphs.is_empty() {
            return Ok(());
        }
        let (check, annotations) = report.close(about);
        let mut calls = annotations.chunks(ANNOTATIONS_AT_ONCE);
        let first = calls.next().unwrap_or_default();
        let id = github.create_check(repo, head, &check, first).await?;
        for more in calls {
            // All problems stand in the summary too, so a remark that is lost costs little; said
            // again it would stand there twice.
            github.update_check(repo, id, &check, more).await?;
        }
        Ok(())
    }
}

/// What a check run will say.
struct Report {
    lang: Lang,
    paragraphs: Vec<String>,
    annotations: Vec<Annotation>,
    problems: usize,
}

impl Report {
    fn new(lang: Lang) -> Self {
        Self {
            lang,
            paragraphs: Vec::new(),
            annotations: Vec::new(),
            problems: 0,
        }
    }

    fn say(&mut self, sentence: Upkeep) {
        self.paragraphs.push(sentence.say(self.lang).to_owned());
    }

    fn say_of(&mut self, sentence: Upkeep, file: &str) {
        let said = fill(sentence, self.lang, &[("file", file)]);
        self.paragraphs.push(said);
    }

    /// What is to be said of a playbook beside the one that it is to replace; `in_force` is what
    /// counts where that cannot be read.
    fn playbook(&mut self, now: &str, before: &str, in_force: &Playbook) {
        let parsed = match playbook::parse(now) {
            Ok(parsed) => parsed,
            Err(problems) => return self.wrong(playbook::PATH, now, &problems),
        };
        if now.trim().is_empty() && !before.trim().is_empty() {
            self.say_of(Upkeep::MergeRemoves, playbook::PATH);
        }
        let before = playbook::parse(before);
        if before.is_err() {
            self.say_of(Upkeep::BaseIsBroken, playbook::PATH);
        }
        let before = before.as_ref().unwrap_or(in_force);
        let changes = playbook::compare(before, &parsed, self.lang);
        if changes.is_empty() {
            return self.say(Upkeep::MergeChangesNothing);
        }
        self.say(Upkeep::MergeChanges);
        self.list(changes.iter().map(ToString::to_string).collect());
    }

    fn wrong(&mut self, path: &str, text: &str, problems: &[Problem]) {
        self.problems += problems.len();
        let remarks = playbook::annotations(path, text, problems, self.lang);
        self.annotations.extend(remarks.into_iter().map(remark));
        self.say(Upkeep::FilesWrongOnMerge);
        let line = |it: &Problem| {
            let message = it.message.say(self.lang);
            format!("{path}:{}:{} {message}", it.line, it.column)
        };
        self.list(problems.iter().map(line).collect());
    }

    fn list(&mut self, lines: Vec<String>) {
        let mut list: Vec<String> = lines
            .iter()
            .take(NAMED)
            .map(|line| format!("- {}", escaped(line)))
            .collect();
        let more = lines.len().saturating_sub(NAMED);
        if more > 0 {
            let more = more.to_string();
            let more = fill(Upkeep::AndMoreChanges, self.lang, &[("count", &more)]);
            list.push(format!("- {more}"));
        }
        self.paragraphs.push(list.join("\n"));
    }

    fn close(self, about: String) -> (Check, Vec<Annotation>) {
        let count = self.problems.to_string();
        let title = match self.problems {
            0 => Upkeep::FilesFine.say(self.lang).to_owned(),
            _ => fill(Upkeep::FilesWrong, self.lang, &[("count", &count)]),
        };
        let conclusion = match self.problems {
            0 => Conclusion::Success,
            _ => Conclusion::Failure,
        };
        let check = Check {
            name: CHECK.to_owned(),
            external_id: about,
            conclusion: Some(conclusion),
            title,
            summary: self.paragraphs.join("\n\n"),
            text: None,
        };
        (check, self.annotations)
    }
}

pub(super) fn remark(it: playbook::Annotation) -> Annotation {
    Annotation {
        path: it.path,
        first_line: it.start_line,
        last_line: it.end_line,
        column: Some(it.start_column),
        level: match it.annotation_level {
            Loudness::Notice => Level::Notice,
            Loudness::Warning => Level::Warning,
            Loudness::Failure => Level::Failure,
        },
        message: it.message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(now: &str, before: &str, lang: Lang) -> (Check, Vec<Annotation>) {
        let mut report = Report::new(lang);
        report.playbook(now, before, &Playbook::default());
        report.close("pull:1".to_owned())
    }

    #[test]
    fn a_good_playbook_is_shown_as_what_it_changes() {
        let before = "levels: {1: , 2: , 3: {broadcast: [support]}}";
        let now = "levels: {1: , 2: , 3: {broadcast: [support, leaders]}}";
        let (check, remarks) = report(now, before, Lang::En);
        assert_eq!(check.conclusion, Some(Conclusion::Success));
        assert_eq!(
            check.summary,
            "This changes when it is merged:\n\n\
             - level 3 now broadcasts to #\u{200b}leaders too"
        );
        assert!(remarks.is_empty());
        let (check, _) = report(before, before, Lang::Ja);
        assert_eq!(check.summary, "マージしても、sssbot の動きは変わりません。");
    }

    #[test]
    fn a_playbook_that_is_wrong_is_marked_where_it_is_wrong() {
        let (check, remarks) = report("language: en\nlevles: {}\n", "", Lang::En);
        assert_eq!(check.conclusion, Some(Conclusion::Failure));
        assert_eq!(check.title, "1 to be mended");
        assert!(
            check
                .summary
                .contains("sssbot.yaml:2:1 the playbook has no key"),
            "{check:?}"
        );
        assert_eq!((remarks[0].first_line, remarks[0].column), (2, Some(1)));
    }

    #[test]
    fn what_mends_a_broken_base_is_compared_with_what_is_in_force() {
        let (check, _) = report("language: en", "langauge: en", Lang::En);
        assert_eq!(check.conclusion, Some(Conclusion::Success));
        assert!(
            check
                .summary
                .starts_with("`.github/sssbot.yaml` cannot be read where")
        );
        assert!(
            check.summary.contains("- the language is now “en”"),
            "{check:?}"
        );
    }

    #[test]
    fn a_playbook_that_goes_away_is_told_so() {
        let (check, _) = report("", "language: en", Lang::En);
        assert!(
            check.summary.starts_with("`.github/sssbot.yaml` goes away"),
            "{check:?}"
        );
    }
}
