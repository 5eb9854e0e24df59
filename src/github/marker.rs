//! The hidden mark in what we write on GitHub: it knows no idempotency key, so we look for ours.

use std::fmt;

use crate::id::DoneKey;

/// A mark made from what a comment is about. Invisible where GitHub shows the comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker(String);

/// How every mark ends.
const END: &str = " -->";

impl Marker {
    /// The mark of what is about `key`; the same key gives the same mark.
    pub fn of(key: &DoneKey) -> Self {
        let mut mark = String::from("<!-- sssbot:key ");
        for c in key.as_str().chars() {
            match c {
                // What could end the comment, or be taken for another key.
                '-' | '<' | '>' | '%' => mark.push_str(&format!("%{:02x}", c as u32)),
                c if c.is_control() || c.is_whitespace() => {
                    mark.push_str(&format!("%{:02x}", c as u32));
                }
                c => mark.push(c),
            }
        }
        mark.push_str(END);
        Self(mark)
    }

    /// Whether a body carries this mark.
    pub fn is_in(&self, body: &str) -> bool {
        body.contains(&self.0)
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Marker;

    #[test]
    fn a_key_cannot_end_the_comment_it_hides_in() {
        let mark = Marker::of(&"p:a/b:x-->y\n<!channel>".into()).to_string();
        assert_eq!(
            mark,
            "<!-- sssbot:key p:a/b:x%2d%2d%3ey%0a%3c!channel%3e -->"
        );
    }

    #[test]
    fn a_key_is_not_found_in_a_longer_one() {
        let body = format!("hi\n\n{}", Marker::of(&"c:12".into()));
        assert!(Marker::of(&"c:12".into()).is_in(&body));
        assert!(!Marker::of(&"c:1".into()).is_in(&body));
    }
}
