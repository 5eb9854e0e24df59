//! Somebody's Home tab: what goes on, what they are in it, and how to begin.

use super::ask::style;
use super::press;
use super::say::{below_each_other, pieces};
use super::take::Taking;
use super::{Case, Snapshot};
use crate::engine::Engine;
use crate::i18n::incident::Saying;
use crate::id::SlackUserId;
use crate::incident::view::{self, Act};
use crate::incident::{Incident, Phase, Who};
use crate::slack::Method;
use crate::slack::form::{Button, Control, Home, Part, Piece, Tone};

/// How many incidents are listed.
const LISTED: usize = 20;

/// The Home tab of this person, by what is known now.
pub(in crate::engine) fn home(who: &SlackUserId, snapshot: &Snapshot) -> Home {
    let lang = snapshot.rules.lang;
    let mut parts = vec![Part::Title(Saying::HomeBegin.say(lang).to_owned())];
    for kind in &snapshot.rules.playbook.types {
        let act = Act::Declare {
            kind: kind.id.clone(),
        };
        let question = format!("{} {}", kind.icon, kind.question.say(lang));
        parts.push(Part::Row {
            line: vec![Piece::Text(question)],
            control: Control::Button(Button {
                action: press::word(&act).to_owned(),
                text: act.label(&snapshot.rules, lang).into_owned(),
                value: press::value(&act, None),
                tone: Tone::Primary,
                ..Button::default()
            }),
        });
    }
    parts.push(Part::Rule);
    parts.push(Part::Title(Saying::HomeOpen.say(lang).to_owned()));
    let open = snapshot.cases.values().map(AsRef::as_ref);
    let mut open: Vec<&Case> = open
        .filter(|case| case.incident.phase() < Phase::Archived)
        .collect();
    // Theirs first, then the newest.
    let rank = |case: &&Case| {
        let theirs = roles(who, &case.incident).next().is_none();
        (theirs, std::cmp::Reverse(case.incident.declared))
    };
    open.sort_by_key(rank);
    if open.is_empty() {
        let none = Saying::HomeNone.say(lang).to_owned();
        parts.push(Part::Line(vec![Piece::Text(none)]));
    }
    let listed = open.iter().take(LISTED);
    parts.extend(listed.map(|case| Part::Line(row(who, case, snapshot))));
    if let Some(more) = open.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let count = more.to_string();
        let said = crate::i18n::incident::fill(Saying::UnderwayMore, lang, &[("count", &count)]);
        parts.push(Part::Small(vec![Piece::Text(said)]));
    }
    Home {
        parts,
        private: String::new(),
    }
}

/// What somebody is in an incident.
fn roles(who: &SlackUserId, incident: &Incident) -> impl Iterator<Item = Saying> {
    let is = |other: &Who| other.slack.as_ref() == Some(who);
    let handler = incident.handler.as_ref().is_some_and(|led| is(&led.value));
    [
        (handler, Saying::HomeHandler),
        (is(&incident.creator), Saying::HomeCreator),
        (incident.called.iter().any(is), Saying::HomeCalled),
    ]
    .into_iter()
    .filter_map(|(holds, role)| holds.then_some(role))
}

/// An incident: where it is, how it stands, what it is about, and what they are in it.
fn row(who: &SlackUserId, case: &Case, snapshot: &Snapshot) -> Vec<Piece> {
    let (incident, rules) = (&case.incident, &case.rules);
    let lang = snapshot.rules.lang;
    let mut first = pieces(&view::place(incident), rules, &style(snapshot));
    let stands = view::brief(incident, rules, lang).join(" | ");
    first.push(Piece::Text(format!("  {stands}")));
    if let Some(issue) = &incident.issue {
        first.push(Piece::Text("  ".to_owned()));
        first.push(Piece::Link {
            url: issue.url.clone(),
            text: Saying::TheIssue.say(lang).to_owned(),
        });
    }
    let mut lines = vec![first, vec![Piece::Text(incident.summary.value.clone())]];
    let roles: Vec<&str> = roles(who, incident).map(|role| role.say(lang)).collect();
    if !roles.is_empty() {
        lines.push(vec![Piece::Strong(roles.join(Saying::Between.say(lang)))]);
    }
    below_each_other(lines.into_iter())
}

impl Engine {
    /// Shows somebody their Home tab. Should that fail, they open it again.
    pub(super) async fn show_home(&self, taking: &Taking<'_>) {
        let Some(user) = &taking.heard.who else {
            return;
        };
        let snapshot = self.snapshot();
        let view = home(user, &snapshot).render(&style(&snapshot));
        if self.may(Method::PublishView, taking.now).is_err() {
            return;
        }
        if let Err(error) = self.0.parts.slack.publish_home(user, None, &view).await {
            tracing::warn!(%error, "a Home tab was not shown");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::cases::samples::{CHANNEL, after, busy, quiet};
    use crate::i18n::Lang::{En, Ja};
    use crate::incident::Command;
    use crate::sandbox::slack::{Links, Names, blocks_text};

    fn read(who: &str, snapshot: &Snapshot) -> String {
        let view = home(&who.into(), snapshot).render(&style(snapshot));
        let mut names = Names::default();
        names
            .channels
            .insert(CHANNEL.into(), "shop-20210930i".into());
        blocks_text(view["blocks"].as_array().unwrap(), &names, Links::Hidden)
    }

    #[test]
    fn it_shows_what_goes_on_and_how_to_begin() {
        let begin = "# 何か起きていますか?\n💡 障害ですか?\n[チャンネルを作る!]\n\
                     🔒 セキュリティインシデントですか?\n[チャンネルを作る!]\n---\n\
                     # 進行中のインシデント\n";
        let none = format!("{begin}進行中のインシデントはありません");
        assert_eq!(read("U0HANAKO", &quiet(Ja)), none);
        let snapshot = after(busy(Ja), &Command::TakeHandler);
        let theirs = format!(
            "{begin}#shop-20210930i  対応中 | ハンドラー hanako-dev  Issue\n決済画面でエラーになる\n\
             あなたがハンドラーです、あなたが宣言しました"
        );
        assert_eq!(read("U0HANAKO", &snapshot), theirs);
    }

    #[test]
    fn what_others_do_is_seen_too() {
        let read = read("U0SORA", &busy(En));
        assert!(
            read.ends_with("#shop-20210930i  Declared  Issue\n決済画面でエラーになる"),
            "{read}"
        );
    }
}
