//! Postmortems as pull requests: opened once, kept current while nobody has touched them, and from
//! then on only advised.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::Case;
use super::owed::by_us;
use crate::engine::Engine;
use crate::github::{self, Commit, GitHubError, LineComment, Marker};
use crate::i18n::postmortem::{Writing, fill};
use crate::id::{DoneKey, Login, RepoName, Sha};
use crate::incident::{Entry, Fact, Incident, Pull, PullState, Rules};
use crate::postmortem::{self, Given, Problem, Template};

/// The branch of an incident's postmortem. One name for good, so that there is one pull request:
/// that of the one that is open stays, though the channel be renamed.
fn branch(incident: &Incident) -> String {
    let pull = incident.aftermath.pull.as_ref();
    let open = pull.filter(|pull| pull.state == PullState::Open && !pull.branch.is_empty());
    open.map_or_else(
        || format!("postmortem/{}", incident.channel.name),
        |pull| pull.branch.clone(),
    )
}

/// The mark that says how the pull request stands; one comment, edited in place.
pub(super) fn stands(incident: &DoneKey, pull: Pull, now: Timestamp) -> Entry {
    by_us(
        format!("postmortem:{incident}"),
        Fact::Postmortem(pull),
        now,
    )
}

/// Runs what reads Markdown off the async threads: hostile Markdown may take its time.
pub(in crate::engine) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, GitHubError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| GitHubError::NotSent {
        why: format!("a document was not read: {error}"),
    })
}

impl Engine {
    /// Opens the pull request, or finds the one that was opened when the answer was lost. Where the
    /// template is wrong, that goes on record instead.
    pub(super) async fn open_postmortem(
        &self,
        case: &Case,
        key: &DoneKey,
        repo: &RepoName,
        now: Timestamp,
    ) -> Result<Vec<Entry>, GitHubError> {
        let github = &self.0.parts.github;
        let (incident, rules) = (&case.incident, &case.rules);
        let branch = branch(incident);
        let name = rules.playbook.postmortem.name.say(rules.lang);
        let with = [("channel", incident.channel.name.as_str()), ("name", name)];
        let pull = match self.lookup(github.pull_of(repo, &branch)).await? {
            Some(pull) => pull,
            None => {
                let proposed = self.propose_draft(case, repo, &branch, &with).await?;
                match proposed {
                    Ok(pull) => pull,
                    Err(why) => {
                        let fact = Fact::PostmortemRefused { why };
                        return Ok(vec![by_us(format!("no:{key}"), fact, now)]);
                    }
                }
            }
        };
        let mut labels: Vec<String> = incident.labels(rules).into_iter().collect();
        labels.push(rules.label(&rules.playbook.labels.postmortem).to_owned());
        self.make_labels(rules, repo, &labels).await?;
        self.lookup(github.add_labels(repo, pull.number, &labels))
            .await?;
        let readers = readers(incident);
        self.lookup_all(github.ask_to_read(repo, pull.number, &readers))
            .await?;
        let pull = Pull {
            number: pull.number,
            url: pull.html_url,
            state: PullState::Open,
            branch,
            path: postmortem::path(incident, rules),
        };
        self.look_for_marks(case, now).await;
        Ok(vec![stands(&incident.key, pull, now)])
    }

    /// Puts the draft on its branch and asks for it to be merged; or says why there is none. What the
    /// App may not do only people can let it do, so they are told, and not only the log.
    async fn propose_draft(
        &self,
        case: &Case,
        repo: &RepoName,
        branch: &str,
        with: &[(&str, &str)],
    ) -> Result<Result<github::Pull, Vec<String>>, GitHubError> {
        let github = &self.0.parts.github;
        let lang = case.rules.lang;
        let denied = |permission: &str| {
            let with = [("repo", repo.as_str()), ("permission", permission)];
            vec![fill(Writing::MayNot, lang, &with)]
        };
        let base = self.lookup(github.default_branch(repo)).await?;
        match self.draft_on(case, repo, branch, &base, with).await {
            Err(GitHubError::Refused { status: 403, .. }) => return Ok(Err(denied("Contents"))),
            drafted => {
                if let Err(why) = drafted? {
                    return Ok(Err(why));
                }
            }
        }
        let title = fill(Writing::PullTitle, lang, with);
        let name = case.rules.playbook.postmortem.name.say(lang);
        let body = self.pull_body(case, name);
        let propose = github.propose(repo, branch, &base, &title, &body);
        match self.lookup_all(propose).await {
            Err(GitHubError::Refused { status: 403, .. }) => Ok(Err(denied("Pull requests"))),
            proposed => proposed.map(Ok),
        }
    }

    /// Puts the draft on the branch, unless people have written there; or says why there is none.
    async fn draft_on(
        &self,
        case: &Case,
        repo: &RepoName,
        branch: &str,
        base: &str,
        with: &[(&str, &str)],
    ) -> Result<Result<(), Vec<String>>, GitHubError> {
        let github = &self.0.parts.github;
        let lang = case.rules.lang;
        let path = postmortem::path(&case.incident, &case.rules);
        if let Some(tip) = self.lookup(github.tip(repo, branch)).await? {
            let held = github.file(repo, &path, Some(tip.as_str()));
            let held = self.lookup(held).await?;
            if held.is_some_and(|held| !postmortem::is_untouched(&held.text)) {
                return Ok(Ok(()));
            }
        }
        let there = self.lookup(github.file(repo, &path, Some(base))).await?;
        if there.is_some() {
            let said = fill(Writing::ThereAlready, lang, &[("path", &path)]);
            return Ok(Err(vec![said]));
        }
        let template = match self.template(&case.rules).await? {
            Ok(template) => template,
            Err(problems) => {
                let say = |it: &Problem| {
                    let (line, column) = (it.line, it.column);
                    format!("{}:{line}:{column} {}", it.path, it.say(lang))
                };
                return Ok(Err(problems.iter().map(say).collect()));
            }
        };
        let text = self.drafted(case, &template);
        let files = [(path, Some(text))];
        let message = fill(Writing::CommitDraft, lang, with);
        let commit = Commit {
            branch,
            base,
            message: &message,
            files: &files,
        };
        self.lookup_all(github.commit_files(repo, &commit)).await?;
        Ok(Ok(()))
    }

    /// The template, as the default branch has it; the built-in one where the organisation has none
    /// and names none.
    pub(in crate::engine) async fn template(
        &self,
        rules: &Rules,
    ) -> Result<Result<Template, Vec<Problem>>, GitHubError> {
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let path = rules.playbook.postmortem.template(rules.lang);
        let file = self.lookup(github.file(repo, &path, None)).await?;
        let named = rules.playbook.postmortem.template.is_some();
        let text = match &file {
            Some(file) => file.text.as_str(),
            None if named => return Ok(Err(vec![Problem::missing(&path)])),
            None => postmortem::built_in(rules.lang),
        };
        Ok(postmortem::parse(text, &path))
    }

    fn drafted(&self, case: &Case, template: &Template) -> String {
        let url = self.0.identity.get().map(|me| me.url.clone());
        let given = Given {
            incident: &case.incident,
            entries: &case.entries,
            rules: &case.rules,
            workspace: url.as_deref().filter(|url| !url.is_empty()),
        };
        postmortem::draft(template, &given)
    }

    fn pull_body(&self, case: &Case, name: &str) -> String {
        let issue = case.incident.issue.as_ref();
        let issue = issue.map_or_else(String::new, |issue| format!("#{}", issue.number));
        let with = [("issue", issue.as_str()), ("name", name)];
        fill(Writing::PullBody, case.rules.lang, &with)
    }

    /// Brings the draft up to date with the record. From the moment that people write in it, what
    /// differs is only suggested, each thing once.
    pub(super) async fn keep_draft(
        &self,
        case: &Case,
        repo: &RepoName,
    ) -> Result<Vec<Entry>, GitHubError> {
        let github = &self.0.parts.github;
        let (incident, rules) = (&case.incident, &case.rules);
        let Some(pull) = incident.aftermath.pull.as_ref() else {
            return Ok(Vec::new());
        };
        let branch = branch(incident);
        let path = postmortem::path(incident, rules);
        let Some(tip) = self.lookup(github.tip(repo, &branch)).await? else {
            return Ok(Vec::new());
        };
        let file = github.file(repo, &path, Some(tip.as_str()));
        let Some(file) = self.lookup(file).await? else {
            return Ok(Vec::new());
        };
        if !postmortem::is_untouched(&file.text) {
            self.suggest(case, repo, pull.number, &tip, &path, file.text)
                .await?;
            // What the check finds may be otherwise now, though the document is the same.
            self.look_at_pull_again(pull.number, tip, self.now());
            return Ok(Vec::new());
        }
        let Ok(template) = self.template(rules).await? else {
            return Ok(Vec::new());
        };
        let text = self.drafted(case, &template);
        if text != file.text {
            let files = [(path, Some(text))];
            let commit = Commit {
                branch: &branch,
                base: &branch,
                message: Writing::CommitUpdate.say(rules.lang),
                files: &files,
            };
            self.lookup_all(github.commit_files(repo, &commit)).await?;
        }
        Ok(Vec::new())
    }

    /// Offers the times of the record where people's document has others.
    async fn suggest(
        &self,
        case: &Case,
        repo: &RepoName,
        number: u64,
        tip: &Sha,
        path: &str,
        text: String,
    ) -> Result<(), GitHubError> {
        let github = &self.0.parts.github;
        let (incident, rules) = (case.incident.clone(), case.rules.clone());
        let lang = rules.lang;
        let look = move || postmortem::check(&text, &Template::default(), &incident, &rules);
        let findings = aside(look).await?;
        let offers = findings.iter().filter_map(|found| {
            let instead = found.instead.as_ref()?;
            Some((found, instead))
        });
        let offers: Vec<_> = offers.collect();
        if offers.is_empty() {
            return Ok(());
        }
        let known = github.review_comments(repo, number);
        let known = self.lookup_all(known).await?.items;
        for (found, instead) in offers {
            let about = format!("suggest:{}:{instead}", case.incident.key);
            let marker = Marker::of(&DoneKey::new(digest(&about)));
            if known.iter().any(|comment| marker.is_in(&comment.body)) {
                continue;
            }
            let said = found.say(lang);
            let body = format!("{said}\n\n```suggestion\n{instead}\n```\n\n{marker}");
            let comment = LineComment {
                commit: tip,
                path,
                line: found.line,
                body: &body,
            };
            match self
                .lookup(github.comment_on_line(repo, number, &comment))
                .await
            {
                // The line is no part of the diff: the check says it all the same.
                Err(GitHubError::Refused { status: 422, .. }) => {}
                outcome => outcome?,
            }
        }
        Ok(())
    }
}

/// A short name for something long.
pub(in crate::engine) fn digest(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..8])
}

/// The handler, and who else took part: those who are known on GitHub.
fn readers(incident: &Incident) -> Vec<Login> {
    let handler = incident.handler.iter().map(|handler| &handler.value);
    let all = handler.chain(&incident.led).chain(&incident.people);
    let mut logins: Vec<Login> = Vec::new();
    for login in all.filter_map(|who| who.login.as_ref()) {
        let known = |one: &Login| one.as_str().eq_ignore_ascii_case(login.as_str());
        if !logins.iter().any(known) {
            logins.push(login.clone());
        }
    }
    logins
}
