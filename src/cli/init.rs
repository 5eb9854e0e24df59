//! `sssbot init`: makes a repository the postmortem repository, and repairs it: the playbook's labels,
//! and one pull request with the files that are missing.

mod files;
mod plan;

use std::future::Future;

use super::needs::named;
use super::{Failure, preflight, put};
use crate::config::HubArgs;
use crate::github::{Commit, GitHub, GitHubError};
use crate::i18n::Lang;
use crate::i18n::setup::{Setup, fill};
use crate::playbook::{self, Playbook};
use plan::{Left, Plan, Step};

/// The branch with the files. One name for good, so that there is one pull request.
const BRANCH: &str = "sssbot/init";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    hub: HubArgs,
    /// Only say what would be done
    #[arg(long)]
    plan: bool,
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let hub = args.hub.read();
    let hub = hub.map_err(|error| Failure::Settings(error.to_string()))?;
    let lang = hub.lang;
    let github =
        GitHub::new(hub.github).map_err(|error| Failure::Settings(format!("GitHub: {error}")))?;
    let missing = preflight::on_github(&github, lang).await?;
    if !missing.can_go_on {
        return Err(Failure::Told(missing.lines.join("\n")));
    }
    for line in missing.lines {
        eprintln!("{line}");
    }
    let (plan, speaks) = look(&github, lang).await?;
    put(&plan.to_string());
    if plan.steps.is_empty() {
        return Ok(());
    }
    if args.plan {
        put(Setup::PlanOnly.say(lang));
        return Ok(());
    }
    for step in &plan.steps {
        let url = perform(&github, step, speaks).await;
        let url = url.map_err(|error| refusal(&error, step, lang))?;
        put(&format!("✓ {}", step.say(lang)));
        if let Some(url) = url {
            put(&fill(Setup::Proposed, lang, &[("url", &url)]));
        }
    }
    put(Setup::AllDone.say(lang));
    Ok(())
}

/// Looks at what is there. Gives also the language that the organisation speaks.
async fn look(github: &GitHub, lang: Lang) -> Result<(Plan, Lang), Failure> {
    let repo = github.repo().clone();
    let failed = |error: GitHubError| Failure::when("GitHub")(&error);
    let Some(tip) = github.newest_commit(&repo).await.map_err(failed)? else {
        let with = [("repo", repo.as_str())];
        return Err(Failure::Told(fill(Setup::EmptyRepo, lang, &with)));
    };
    let rules = github.file(&repo, playbook::PATH, Some(tip.as_str()));
    let rules = rules.await.map_err(failed)?;
    let rules = read(rules.as_ref().map_or("", |file| &file.text), &repo, lang)?;
    let speaks = rules.language.unwrap_or(lang);

    let there = github.labels(&repo).await.map_err(failed)?;
    let (mut steps, mut left) = plan::labels(&rules.all_labels(), &there.items, speaks);

    let branch = github.tip(&repo, BRANCH).await.map_err(failed)?;
    let (mut missing, mut held, mut lacking) = (Vec::new(), 0, 0);
    for (path, text) in files::offered(speaks) {
        if is_there(github, &path, tip.as_str())
            .await
            .map_err(failed)?
        {
            held += 1;
            continue;
        }
        lacking += 1;
        // What people have changed on the branch is theirs.
        let proposed = match &branch {
            Some(branch) => is_there(github, &path, branch.as_str()).await,
            None => Ok(false),
        };
        if !proposed.map_err(failed)? {
            missing.push((path, text));
        }
    }
    let open = match (&branch, lacking) {
        (Some(_), 1..) => github.pull_of(&repo, BRANCH).await.map_err(failed)?,
        _ => None,
    };
    match open {
        Some(open) if missing.is_empty() => left.push(Left::Pull(open.html_url)),
        _ if lacking > 0 => steps.push(Step::Propose(missing)),
        _ => {}
    }
    if held > 0 {
        left.push(Left::Files(held));
    }
    let plan = Plan {
        repo,
        lang,
        steps,
        left,
    };
    Ok((plan, speaks))
}

/// The playbook, or what is wrong with it: by a broken one nobody can tell which labels are meant.
fn read(text: &str, repo: &crate::id::RepoName, lang: Lang) -> Result<Playbook, Failure> {
    playbook::parse(text).map_err(|problems| {
        let with = [("repo", repo.as_str()), ("file", playbook::PATH)];
        let mut lines = vec![fill(Setup::PlaybookWrong, lang, &with)];
        lines.extend(problems.iter().map(|it| {
            let (line, column) = (it.line, it.column);
            format!(
                "{}:{line}:{column}: {}",
                playbook::PATH,
                it.message.say(lang)
            )
        }));
        Failure::Told(lines.join("\n"))
    })
}

/// Whether there is anything of this path: something that is no file we could read is there, too.
async fn is_there(github: &GitHub, path: &str, at: &str) -> Result<bool, GitHubError> {
    match github.file(github.repo(), path, Some(at)).await {
        Ok(file) => Ok(file.is_some()),
        Err(GitHubError::Unreadable { .. }) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Does one step; gives the pull request's address where there is one.
async fn perform(
    github: &GitHub,
    step: &Step,
    speaks: Lang,
) -> Result<Option<String>, GitHubError> {
    let repo = github.repo();
    match step {
        Step::Make(label) => {
            twice(|| github.create_label(repo, label)).await?;
            Ok(None)
        }
        Step::Mend(from, to) => {
            twice(|| github.update_label(repo, &from.name, to)).await?;
            Ok(None)
        }
        Step::Propose(files) => {
            let base = github.default_branch(repo).await?;
            let title = Setup::PullTitle.say(speaks);
            let list: Vec<String> = files
                .iter()
                .map(|(path, _)| format!("- `{path}`"))
                .collect();
            let wanted: Vec<(String, Option<String>)> = files
                .iter()
                .map(|(path, text)| (path.clone(), Some(text.clone())))
                .collect();
            if !wanted.is_empty() {
                let commit = Commit {
                    branch: BRANCH,
                    base: &base,
                    message: title,
                    files: &wanted,
                };
                twice(|| github.commit_files(repo, &commit)).await?;
            }
            let body = fill(Setup::PullBody, speaks, &[("files", &list.join("\n"))]);
            let pull = twice(|| github.propose(repo, BRANCH, &base, title, &body)).await?;
            Ok(Some(pull.html_url))
        }
    }
}

/// Once more where there is no telling whether it was done: each of these may be done again.
async fn twice<T, F>(call: impl Fn() -> F) -> Result<T, GitHubError>
where
    F: Future<Output = Result<T, GitHubError>>,
{
    match call().await {
        Err(error) if error.may_have_happened() => call().await,
        outcome => outcome,
    }
}

/// What went wrong, with the permission that is needed where it is that.
fn refusal(error: &GitHubError, step: &Step, lang: Lang) -> Failure {
    let id = match step {
        Step::Make(_) | Step::Mend(..) => "issues",
        Step::Propose(_) => "contents",
    };
    let what = step.say(lang);
    match (error, named(id)) {
        (GitHubError::Refused { status: 403, .. }, Some(needed)) => {
            let with = [
                ("what", what.as_str()),
                ("name", needed.name),
                ("level", needed.words()),
            ];
            Failure::Told(fill(Setup::Forbidden, lang, &with))
        }
        _ => Failure::Other(format!("{what}: {error}")),
    }
}
