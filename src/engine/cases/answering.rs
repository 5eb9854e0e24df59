//! Answers to people on GitHub, and what those people may do there.

use jiff::{SignedDuration, Timestamp};

use crate::engine::Engine;
use crate::github::{self, GitHubError};
use crate::i18n::Lang;
use crate::i18n::incident::Saying;
use crate::id::Login;
use crate::incident::{Actor, Origin, Permission, Standing, Who};
use crate::playbook::Called;

/// How long it is remembered that somebody may give commands.
const KNOWN: SignedDuration = SignedDuration::from_hours(1);
/// How long that they may not: whoever was told so asks for the role and comes again.
const UNKNOWN: SignedDuration = SignedDuration::from_mins(1);

/// What a person is told, as a comment that calls them and nobody else: sentences, and more below
/// them that is ours from end to end.
pub(super) fn answer(to: &Login, said: &[String], below: Option<&str>) -> String {
    let lines: Vec<String> = match said {
        [one] => vec![harmless(one)],
        many => many
            .iter()
            .map(|one| format!("- {}", harmless(one)))
            .collect(),
    };
    let said = Some(lines.join("\n")).filter(|said| !said.is_empty());
    let parts = [Some(format!("@{to}")), said, below.map(str::to_owned)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// The commands that a comment may hold.
pub(super) fn help(lang: Lang) -> String {
    let examples = [
        Saying::ExampleHandler,
        Saying::ExampleLevel,
        Saying::ExampleFeeling,
        Saying::ExampleDetected,
        Saying::ExampleResponded,
        Saying::ExampleRecovered,
        Saying::ExampleCheck,
        Saying::ExampleNote,
        Saying::ExampleSummary,
        Saying::ExampleCall,
        Saying::ExampleAnnounce,
        Saying::ExamplePostmortem,
        Saying::ExampleResolve,
        Saying::ExampleReopen,
        Saying::ExampleArchive,
    ];
    let lines: Vec<String> = examples.map(|example| as_typed(example.say(lang))).into();
    let head = Saying::HelpInComments.say(lang);
    format!("{head}\n\n```text\n{}\n```", lines.join("\n"))
}

/// A command as it is typed in a comment, where no mention opens it.
fn as_typed(said: &str) -> String {
    said.replace("@sssbot ", "/")
}

/// A sentence that may quote what somebody wrote: it calls nobody, and hides nothing.
fn harmless(said: &str) -> String {
    as_typed(said)
        .replace("<!--", "&lt;!--")
        .replace('@', "@\u{200b}")
        .replace('\n', " ")
}

impl Engine {
    /// Somebody on GitHub who gives a command, with what they may do in the postmortem repository.
    ///
    /// # Errors
    /// When GitHub does not say what they may do.
    pub(super) async fn actor_on_github(
        &self,
        login: &Login,
        who: &Who,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Actor, GitHubError> {
        let permission = self.permission_of(login, now).await?;
        Ok(actor(who, permission, origin))
    }

    /// What somebody may do in the postmortem repository; asked once an hour.
    pub(super) async fn permission_of(
        &self,
        login: &Login,
        now: Timestamp,
    ) -> Result<Permission, GitHubError> {
        let parts = &self.0.parts;
        let repo = &parts.settings.postmortem_repo;
        let key = format!("permission:{repo}:{}", login.as_str().to_lowercase());
        if let Some(known) = self.remembered(&key, now).await {
            return Ok(Permission::read(&known));
        }
        let asked = self.lookup(parts.github.permission(repo, login)).await?;
        let permission = match asked {
            github::Permission::None => Permission::None,
            github::Permission::Read => Permission::Read,
            github::Permission::Triage => Permission::Triage,
            github::Permission::Write => Permission::Write,
            github::Permission::Maintain => Permission::Maintain,
            github::Permission::Admin => Permission::Admin,
        };
        let may = permission >= Permission::Triage;
        let span = if may { KNOWN } else { UNKNOWN };
        self.remember(&key, permission.word(), now, span).await;
        Ok(permission)
    }

    /// What is remembered under this key. A database that does not answer remembers nothing, which
    /// costs a question more and no more.
    pub(super) async fn remembered(&self, key: &str, now: Timestamp) -> Option<String> {
        match self.0.parts.store.cached(key, now).await {
            Ok(known) => known,
            Err(error) => {
                self.0.parts.store.complain(&error);
                None
            }
        }
    }

    /// Remembers a value for so long.
    pub(super) async fn remember(
        &self,
        key: &str,
        value: &str,
        now: Timestamp,
        span: SignedDuration,
    ) {
        let store = &self.0.parts.store;
        let until = now.saturating_add(span).unwrap_or(Timestamp::MAX);
        if let Err(error) = store.cache(key, value, until).await {
            store.complain(&error);
        }
    }
}

/// Somebody on GitHub who may do so much.
pub(super) fn actor(who: &Who, permission: Permission, origin: Origin) -> Actor {
    Actor {
        who: who.clone(),
        standing: Standing::GitHub(permission),
        // In which groups they are only Slack knows.
        called: Called {
            people: who.name.clone().into_iter().collect(),
            groups: Vec::new(),
        },
        origin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_calls_one_person_and_hides_nothing() {
        let said = "“<!-- sssbot:v1 {} --> @acme/all\n# x” is not known. Example: @sssbot level 3";
        let body = answer(&"hanako".into(), &[said.to_owned()], None);
        assert_eq!(
            body,
            "@hanako\n\n“&lt;!-- sssbot:v1 {} --> @\u{200b}acme/all # x” is not known. Example: /level 3"
        );
        let two = answer(
            &"hanako".into(),
            &["a".to_owned(), "b".to_owned()],
            Some("c"),
        );
        assert_eq!(two, "@hanako\n\n- a\n- b\n\nc");
    }

    #[test]
    fn every_command_of_the_help_is_one() {
        use crate::incident::Rules;
        use crate::incident::parse::{Heard, parse_comment};
        for lang in [Lang::Ja, Lang::En] {
            let help = help(lang);
            let lines = help.lines().filter(|line| line.starts_with('/'));
            let mut count = 0;
            for line in lines {
                let heard = parse_comment(line, &Rules::default(), Timestamp::UNIX_EPOCH);
                assert!(
                    matches!(heard.as_slice(), [Heard::Command(_)]),
                    "{line}: {heard:?}"
                );
                count += 1;
            }
            assert_eq!(count, 15);
            // Read as a comment, it gives no command.
            let heard = parse_comment(&help, &Rules::default(), Timestamp::UNIX_EPOCH);
            assert_eq!(heard, []);
        }
    }
}
