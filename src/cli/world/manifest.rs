//! What the installed app's manifest says in the sandbox's Slack: the names of its shortcuts.

use crate::i18n::Lang;
use crate::sandbox::slack::Shortcut;

/// What the app knows each by, and what people choose it by.
const SHORTCUTS: [(&str, &str, &str); 5] = [
    ("declare", "インシデントを宣言する", "Declare an incident"),
    ("detected", "検知として記録する", "Record as the detection"),
    (
        "responded",
        "初動として記録する",
        "Record as the first response",
    ),
    ("recovered", "復旧として記録する", "Record as the recovery"),
    ("note", "メモとして記録する", "Record as a note"),
];

/// The message shortcuts in this language.
pub(super) fn shortcuts(lang: Lang) -> Vec<Shortcut> {
    let shortcuts = SHORTCUTS.iter().map(|(callback, ja, en)| Shortcut {
        name: match lang {
            Lang::Ja => *ja,
            Lang::En => *en,
        }
        .to_owned(),
        callback: (*callback).to_owned(),
    });
    shortcuts.collect()
}
