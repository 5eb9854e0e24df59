//! What Slack is told of a commit whose team definitions were applied, or were not.

use super::report::{Hidden, Report};
use crate::github::Conclusion;
use crate::i18n::applying::{Applying, fill};

/// How many lines are told in Slack.
const NEWS: usize = 20;

impl Report {
    /// In plain words, where something came of a commit.
    pub(super) fn news(&self) -> Option<String> {
        let Hidden::Applied(applied) = &self.hidden else {
            let stopped = self.conclusion.is_some_and(|it| it != Conclusion::Success);
            return stopped.then(|| format!("⚠️ userteams.yaml: {}", self.title));
        };
        let icon = match self.conclusion {
            None => return None,
            Some(Conclusion::Success) => "✅",
            Some(_) => "⚠️",
        };
        let failed = self.failed.iter();
        let failed: Vec<String> = failed
            .map(|(line, why)| match line.contains(why.as_str()) {
                true => format!("✗ {line}"),
                false => format!("✗ {line}: {why}"),
            })
            .collect();
        let done = applied.planned.iter();
        let done = done.filter(|line| self.failed.iter().all(|(failed, _)| failed != *line));
        let all: Vec<String> = failed
            .into_iter()
            .chain(done.map(|line| format!("• {line}")))
            .collect();
        let more = all.len().saturating_sub(NEWS) + applied.more;
        let more = (more > 0).then(|| {
            let more = more.to_string();
            fill(Applying::MoreLines, self.lang, &[("count", &more)])
        });
        let lines = all.iter().take(NEWS).cloned();
        let title = format!("{icon} userteams.yaml: {}", self.title);
        let lines = [title].into_iter().chain(lines).chain(more);
        (!all.is_empty()).then(|| lines.collect::<Vec<_>>().join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::hidden::Applied;
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn slack_is_told_what_failed_first() {
        let lines = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
        let record = Applied::of(lines(&["shop-first: +1", "blog-first: +1"]));
        let failed = [("blog-first: +1".to_owned(), "no_permission".to_owned())];
        let news = Report::not_all(&record, &failed, &[], Lang::En).news();
        assert_eq!(
            news.as_deref(),
            Some(
                "⚠️ userteams.yaml: 1 could not be applied\n\
                 ✗ blog-first: +1: no_permission\n• shop-first: +1"
            )
        );
    }
}
