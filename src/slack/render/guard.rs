//! What is looked at before the parser: text built to keep it busy is not given to it.

use std::cell::Cell;

/// Longest body that is read, in bytes. GitHub's own limit is 65,536 characters.
const LONGEST: usize = 65_536;
/// Quotes and lists that may open on one line.
const DEEPEST: usize = 24;

/// The part of a body that is read, and whether that is less than all. Cut after a line where one
/// ends in the last quarter.
pub(super) fn shorten(body: &str) -> (&str, bool) {
    if body.len() <= LONGEST {
        return (body, false);
    }
    let mut end = LONGEST;
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    if let Some(line) = body[..end].rfind('\n').filter(|at| *at > LONGEST * 3 / 4) {
        end = line + 1;
    }
    (&body[..end], true)
}

/// Whether a body may be parsed. `>` and list marks opened on one line nest the tree; each level
/// costs the parser a walk over the line.
pub(super) fn is_tame(body: &str) -> bool {
    body.split('\n').all(|line| opened(line) <= DEEPEST)
}

/// How many quotes and lists a line opens at its start.
fn opened(line: &str) -> usize {
    let bytes = line.as_bytes();
    let mut at = 0;
    let mut count = 0;
    while let Some(byte) = bytes.get(at) {
        let after = bytes.get(at + 1);
        let spaced = after.is_none_or(|b| matches!(b, b' ' | b'\t' | b'\r'));
        match byte {
            b' ' | b'\t' => {}
            b'>' => count += 1,
            b'-' | b'+' | b'*' if spaced => count += 1,
            b'.' | b')' if spaced && at > 0 && bytes[at - 1].is_ascii_digit() => count += 1,
            b'0'..=b'9' => {}
            b'[' if after == Some(&b'^') => {
                // A footnote's definition opens one as well.
                let long = bytes[at..].iter().take(200).position(|b| *b == b':');
                match long {
                    Some(long) => {
                        count += 1;
                        at += long;
                    }
                    None => return count,
                }
            }
            _ => return count,
        }
        at += 1;
    }
    count
}

/// Counts the parser's steps, so that the same text ends the same way on any machine.
pub(super) struct Budget(Cell<u32>);

impl Budget {
    /// Enough for `bytes` of any text that is merely odd: prose takes a third of a step a byte, a
    /// list of single letters seven. The parser asks every 256 steps.
    pub(super) fn for_bytes(bytes: usize) -> Self {
        let asks = bytes.saturating_mul(8) / 256 + 64;
        Self(Cell::new(u32::try_from(asks).unwrap_or(u32::MAX)))
    }

    /// Takes one ask; true when there is none left.
    pub(super) fn is_spent(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_opened_on_one_line() {
        for (line, wanted) in [
            ("text > more", 0),
            ("> quoted", 1),
            ("> > - 1. x", 4),
            ("- [ ] task", 1),
            ("**bold**", 0),
            ("3.14 is pi", 0),
            ("[^1]: - note", 2),
        ] {
            assert_eq!(opened(line), wanted, "{line}");
        }
        assert!(!is_tame(&">".repeat(6_000)));
        assert!(!is_tame(&format!("fine\n{}", "- ".repeat(30))));
    }

    #[test]
    fn a_long_body_is_cut_after_a_line() {
        let body = "line\n".repeat(20_000);
        let (kept, cut) = shorten(&body);
        assert!(cut && kept.len() <= LONGEST && kept.ends_with("line\n"));
        let body = "障".repeat(30_000);
        let (kept, cut) = shorten(&body);
        assert!(cut && kept.len() > LONGEST - 4);
    }
}
