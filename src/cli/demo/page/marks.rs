//! Small drawings of our own: a mark for each side, faces, states.

use maud::{Markup, PreEscaped, html};

/// sssbot's mark: three strokes that follow each other.
pub(super) fn own() -> Markup {
    svg(
        "own",
        r#"<path d="M5 6h10M5 12h14M5 18h7"/><circle cx="19" cy="6" r="1.6"/>"#,
    )
}

/// A repository: a branch that leaves a line.
pub(super) fn repository() -> Markup {
    svg(
        "mark",
        r#"<circle cx="7" cy="5" r="2"/><circle cx="7" cy="19" r="2"/><circle cx="17" cy="8" r="2"/><path d="M7 7v10M17 10c0 4-10 2-10 7"/>"#,
    )
}

/// A conversation.
pub(super) fn conversation() -> Markup {
    svg(
        "mark",
        r#"<path d="M4 5h16v11H11l-5 4v-4H4zM8 9h8M8 12h5"/>"#,
    )
}

/// A pin.
pub(super) fn pin() -> Markup {
    svg("pin", r#"<path d="M9 4h6l-1 6 4 4H6l4-4zM12 14v6"/>"#)
}

/// A file: a sheet with a corner turned down.
pub(super) fn file() -> Markup {
    svg("file-mark", r#"<path d="M6 3h8l4 4v14H6zM14 3v4h4"/>"#)
}

/// People in a group.
pub(super) fn group() -> Markup {
    svg(
        "group-mark",
        r#"<circle cx="9" cy="8" r="3.2"/><path d="M3 20c0-8 12-8 12 0M15.5 5.4a3.2 3.2 0 0 1 0 5.4M18 19.5c0-3-1.2-4.8-2.8-5.6"/>"#,
    )
}

/// An issue, open or closed.
pub(super) fn issue(open: bool) -> Markup {
    if open {
        svg(
            "state",
            r#"<circle cx="12" cy="12" r="8"/><circle cx="12" cy="12" r="1.8"/>"#,
        )
    } else {
        svg(
            "state",
            r#"<circle cx="12" cy="12" r="8"/><path d="M8.5 12.2l2.5 2.5 4.5-5"/>"#,
        )
    }
}

/// A pull request, open (or closed) or merged.
pub(super) fn pull(merged: bool) -> Markup {
    if merged {
        svg(
            "state",
            r#"<circle cx="7" cy="5" r="2"/><circle cx="7" cy="19" r="2"/><circle cx="17" cy="13" r="2"/><path d="M7 7v10M7 7c0 4 4 6 8 6"/>"#,
        )
    } else {
        svg(
            "state",
            r#"<circle cx="7" cy="5" r="2"/><circle cx="7" cy="19" r="2"/><circle cx="17" cy="19" r="2"/><path d="M7 7v10M17 17V9q0-4-5-4M14 2l-3 3 3 3"/>"#,
        )
    }
}

/// A dot of a label's colour, which comes from outside.
pub(super) fn dot(color: &str) -> Markup {
    let color = color.trim_start_matches('#');
    let good = color.len() == 6 && color.bytes().all(|b| b.is_ascii_hexdigit());
    let color = if good { color } else { "888888" };
    html! {
        svg class="dot" viewBox="0 0 10 10" aria-hidden="true" {
            circle cx="5" cy="5" r="4.5" fill=(format!("#{color}")) {}
        }
    }
}

/// A face: the first letter of a name, in one of eight colours that the name decides.
pub(super) fn face(name: &str, bot: bool) -> Markup {
    let sum = name
        .bytes()
        .fold(0_u32, |sum, b| sum.wrapping_mul(31).wrapping_add(b.into()));
    let letter = name.chars().next().map(|c| c.to_uppercase().to_string());
    let class = format!("face hue-{}", sum % 8);
    html! {
        span class=(class) aria-hidden="true" {
            @if bot { (own()) } @else { (letter.unwrap_or_default()) }
        }
    }
}

fn svg(class: &str, inner: &'static str) -> Markup {
    html! {
        svg class=(class) viewBox="0 0 24 24" aria-hidden="true" { (PreEscaped(inner)) }
    }
}
