//! What stands where in the section about the mirror.

use std::collections::BTreeSet;

use serde_json::json;

use super::kind::{Kind, checked_name, flag, list, not};
use super::table::{Table, behind, table};
use crate::i18n::{Words, both};
use crate::playbook::mirror::{Mirror, MuteBots, bare};
use crate::yaml::Value;

/// What of GitHub is told, and what is not.
pub(super) fn mirror() -> Kind<Mirror> {
    table(behind("mirror"), |t: &mut Table<'_>| {
        Some(Mirror {
            mute_bots: t
                .take(
                    "mute_bots",
                    "Keep what bots do on GitHub: true, false, or a list of logins.",
                    mute_bots(),
                )
                .unwrap_or_default(),
            mute_drafts: t
                .take(
                    "mute_drafts",
                    "Keep a draft pull request on GitHub until it is ready.",
                    flag(),
                )
                .unwrap_or(false),
            report_unreachable_channels_on_issue: t
                .take(
                    "report_unreachable_channels_on_issue",
                    "Say on the issue when its channel cannot be reached.",
                    flag(),
                )
                .unwrap_or(false),
        })
    })
}

fn mute_bots() -> Kind<MuteBots> {
    let a_login = || {
        Words::new(
            "`dependabot` のようなログイン名",
            "a login such as `dependabot`",
        )
    };
    let login = move || {
        checked_name("[^\\s@]", a_login(), move |text| {
            let login = bare(text);
            if login.is_empty() {
                let wanted = a_login();
                return Err(both!(
                    "{wanted}を書いてください",
                    "this must be {wanted}",
                    wanted
                ));
            }
            Ok(login)
        })
    };
    let all = || Words::new("多ければ、すべてのボットを対象にできます", "or mute all");
    let logins = move || list(login(), 1_000, all());
    Kind::new(
        move || json!({"anyOf": [{"type": "boolean"}, logins().schema()]}),
        move |node, problems| match &node.value {
            Value::Bool(true) => Some(MuteBots::All),
            Value::Bool(false) => Some(MuteBots::None),
            Value::List(_) => {
                let logins = logins().read(node, problems)?;
                Some(MuteBots::These(logins.into_iter().collect::<BTreeSet<_>>()))
            }
            _ => {
                let wanted = Words::new(
                    "真偽値（`true` か `false`）またはログイン名のリスト",
                    "`true`, `false` or a list of logins",
                );
                not(node, &wanted, problems)
            }
        },
    )
}
