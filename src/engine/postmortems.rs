//! Checks postmortems in pull requests, and the template that they start from.

use std::sync::Arc;

use super::Engine;
use super::cases::{Case, aside, digest};
use super::owners::escaped;
use crate::github::{
    ANNOTATIONS_AT_ONCE, Annotation, Check, Compared, Conclusion, GitHubError, Level,
};
use crate::i18n::Lang;
use crate::i18n::postmortem::{Writing, fill};
use crate::id::Sha;
use crate::postmortem::{self, Finding, Problem, Weight};

/// What the check is called, in the list of checks.
const CHECK: &str = "postmortem";
/// How many findings the check names; the annotations have all.
const NAMED: usize = 100;

/// Something to be said at a place.
struct Remark {
    annotation: Annotation,
    weight: Weight,
}

impl Engine {
    /// Says on the head of an open pull request of the postmortem repository what is to be seen to in
    /// the postmortems that it brings, and nothing where it brings none; said again only where the
    /// record has changed so that something else is to be said.
    ///
    /// # Errors
    /// GitHub's. Repeated, it does not say it twice.
    pub(in crate::engine) async fn review_postmortems(
        &self,
        number: u64,
        head: &Sha,
        compared: &Compared,
    ) -> Result<(), GitHubError> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let lang = self.lang();
        if let Err(error) = self.load_cases().await {
            self.0.parts.store.complain(&error);
            return Err(GitHubError::NotSent {
                why: "the incidents are not known yet".to_owned(),
            });
        }
        let snapshot = self.snapshot();
        let touched = |path: &str| compared.files.iter().any(|it| it == path);
        let documents = snapshot.cases.values().filter_map(|case| {
            let path = postmortem::path(&case.incident, &case.rules);
            touched(&path).then(|| (path, Arc::clone(case)))
        });
        let documents: Vec<(String, Arc<Case>)> = documents.collect();
        let rules = self.rules_now();
        let template = rules.playbook.postmortem.template(rules.lang);
        let template = Some(template).filter(|path| touched(path));
        if documents.is_empty() && template.is_none() {
            return Ok(());
        }
        let mut remarks = Vec::new();
        let mut read = 0;
        if let Some(path) = template {
            let text = self.text_at(&path, head).await?;
            read += usize::from(!text.is_empty());
            let problems = postmortem::parse(&text, &path).err().unwrap_or_default();
            remarks.extend(problems.iter().map(|it| of_problem(it, lang)));
        }
        for (path, case) in documents {
            let text = self.text_at(&path, head).await?;
            if text.is_empty() {
                continue;
            }
            read += 1;
            // By a template that nobody can read no section is missed.
            let template = self.template(&case.rules).await?.unwrap_or_default();
            let look = move || postmortem::check(&text, &template, &case.incident, &case.rules);
            let findings = aside(look).await?;
            remarks.extend(findings.iter().map(|it| of_finding(&path, it, lang)));
        }
        if read == 0 {
            return Ok(());
        }
        let check = summed_up(&remarks, number, lang);
        let ours = format!("postmortem:{number}:");
        let known = github.checks_named(repo, head, CHECK).await?;
        let mut known = known.iter().rev().map(|run| run.external_id.as_str());
        let last = known.find(|about| about.starts_with(&ours));
        if last == Some(check.external_id.as_str()) {
            return Ok(());
        }
        let annotations: Vec<Annotation> = remarks.into_iter().map(|it| it.annotation).collect();
        let mut calls = annotations.chunks(ANNOTATIONS_AT_ONCE);
        let first = calls.next().unwrap_or_default();
        let id = github.create_check(repo, head, &check, first).await?;
        for more in calls {
            github.update_check(repo, id, &check, more).await?;
        }
        Ok(())
    }
}

fn of_problem(problem: &Problem, lang: Lang) -> Remark {
    let annotation = Annotation {
        path: problem.path.clone(),
        first_line: problem.line,
        last_line: problem.line,
        column: Some(problem.column),
        level: Level::Failure,
        message: problem.say(lang),
    };
    Remark {
        annotation,
        weight: Weight::Failure,
    }
}

fn of_finding(path: &str, finding: &Finding, lang: Lang) -> Remark {
    let annotation = Annotation {
        path: path.to_owned(),
        first_line: finding.line,
        last_line: finding.line,
        column: Some(finding.column),
        level: match finding.weight {
            Weight::Notice => Level::Notice,
            Weight::Warning => Level::Warning,
            Weight::Failure => Level::Failure,
        },
        message: finding.say(lang),
    };
    Remark {
        annotation,
        weight: finding.weight,
    }
}

fn summed_up(remarks: &[Remark], number: u64, lang: Lang) -> Check {
    let wrong = remarks
        .iter()
        .filter(|it| it.weight == Weight::Failure)
        .count();
    let (conclusion, title, count) = match (wrong, remarks.len()) {
        (0, 0) => (Conclusion::Success, Writing::Fine, 0),
        (0, all) => (Conclusion::Success, Writing::Remarks, all),
        (wrong, _) => (Conclusion::Failure, Writing::ToDo, wrong),
    };
    let title = fill(title, lang, &[("count", &count.to_string())]);
    let line = |it: &Remark| {
        let (path, line) = (&it.annotation.path, it.annotation.first_line);
        format!("- {path}:{line} {}", escaped(&it.annotation.message))
    };
    let all: Vec<String> = remarks.iter().map(line).collect();
    let about = format!("postmortem:{number}:{}", digest(&all.join("\n")));
    let lines = all.get(..NAMED).unwrap_or(&all);
    let summary = if lines.is_empty() {
        Writing::Fine.say(lang).to_owned()
    } else {
        lines.join("\n")
    };
    Check {
        name: CHECK.to_owned(),
        external_id: about,
        conclusion: Some(conclusion),
        title,
        summary,
        text: None,
    }
}
