//! The names of the emoji that messages of incidents use.

const KNOWN: &[(&str, &str)] = &[
    ("+1", "👍"),
    ("thumbsup", "👍"),
    ("-1", "👎"),
    ("arrow_right", "➡️"),
    ("alarm_clock", "⏰"),
    ("art", "🎨"),
    ("bell", "🔔"),
    ("bookmark", "🔖"),
    ("bug", "🐛"),
    ("bulb", "💡"),
    ("clock3", "🕒"),
    ("computer", "💻"),
    ("construction", "🚧"),
    ("eyes", "👀"),
    ("fire", "🔥"),
    ("hourglass", "⌛"),
    ("hourglass_flowing_sand", "⏳"),
    ("mantelpiece_clock", "🕰️"),
    ("octopus", "🐙"),
    ("robot_face", "🤖"),
    ("stopwatch", "⏱️"),
    ("timer_clock", "⏲️"),
    ("watch", "⌚"),
    ("hammer", "🔨"),
    ("hand", "✋"),
    ("heart", "❤️"),
    ("heavy_check_mark", "✔️"),
    ("heavy_exclamation_mark", "❗"),
    ("herb", "🌿"),
    ("information_source", "ℹ️"),
    ("label", "🏷️"),
    ("large_green_circle", "🟢"),
    ("large_yellow_circle", "🟡"),
    ("lock", "🔒"),
    ("mag", "🔍"),
    ("memo", "📝"),
    ("merge", "🔀"),
    ("pushpin", "📌"),
    ("red_circle", "🔴"),
    ("rocket", "🚀"),
    ("rotating_light", "🚨"),
    ("smile", "😄"),
    ("sparkles", "✨"),
    ("speech_balloon", "💬"),
    ("star", "⭐"),
    ("tada", "🎉"),
    ("twisted_rightwards_arrows", "🔀"),
    ("warning", "⚠️"),
    ("wastebasket", "🗑️"),
    ("wave", "👋"),
    ("white_check_mark", "✅"),
    ("wrench", "🔧"),
    ("x", "❌"),
    ("zap", "⚡"),
];

/// The emoji of this name.
pub(super) fn named(name: &str) -> Option<&'static str> {
    KNOWN
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, emoji)| *emoji)
}

/// `:fire:` becomes 🔥; names that are not known stay.
pub(super) fn replace(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(':') {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = rest[1..]
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-')))
            .filter(|end| rest[1 + end..].starts_with(':'))
            .and_then(|end| Some((named(&rest[1..=end])?, end + 2)));
        match found {
            Some((emoji, length)) => {
                shown.push_str(emoji);
                rest = &rest[length..];
            }
            None => {
                shown.push(':');
                rest = &rest[1..];
            }
        }
    }
    shown + rest
}
