//! What is looked at before the parser: text built to keep it busy is not given to it.

use std::cell::Cell;

/// Longest body that is read, in bytes. GitHub's own limit is 65,536 characters.
const LONGEST: usize = 65_536;
/// Bodies up to this many bytes are parsed to their end, whatever they are.
pub(super) const HARMLESS: usize = 4_096;
/// Quotes and lists that may open on one line.
const DEEPEST: usize = 100;

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

/// Whether a body may be parsed. `>` and list marks that open on one line nest the tree, and each
/// level costs the parser another walk over the line: text with a long run of them anywhere is not.
pub(super) fn is_tame(body: &str) -> bool {
    let bytes = body.as_bytes();
    // So many marks in a row always stand on one of these places.
    let mut probe = DEEPEST - 1;
    while let Some(byte) = bytes.get(probe) {
        if !opens(*byte) {
            probe += DEEPEST;
            continue;
        }
        let before = bytes[..probe].iter().rev();
        let start = probe - before.take_while(|b| opens(**b)).count();
        let after = bytes[probe..].iter();
        let end = probe + after.take_while(|b| opens(**b)).count();
        if opened(&bytes[start..end]) > DEEPEST {
            return false;
        }
        probe = end + DEEPEST;
    }
    true
}

/// What the marks of quotes and lists are made of.
fn opens(byte: u8) -> bool {
    matches!(
        byte,
        b'>' | b' ' | b'\t' | b'-' | b'+' | b'*' | b'.' | b')' | b'0'..=b'9'
    )
}

/// How many quotes and lists a run of marks opens.
fn opened(run: &[u8]) -> usize {
    let spaced = |at: usize| run.get(at + 1).is_none_or(|b| matches!(b, b' ' | b'\t'));
    (0..run.len())
        .filter(|at| match run[*at] {
            b'>' => true,
            b'-' | b'+' | b'*' => spaced(*at),
            b'.' | b')' => spaced(*at) && *at > 0 && run[at - 1].is_ascii_digit(),
            _ => false,
        })
        .count()
}

/// Counts the parser's steps, so that the same text ends the same way on any machine.
pub(super) struct Budget(Cell<u32>);

impl Budget {
    /// Enough for `bytes` of what people write: prose takes a third of a step a byte, a table one
    /// and a half. Short text may be as odd as it likes. The parser asks every 256 steps.
    pub(super) fn for_bytes(bytes: usize) -> Self {
        let asks = bytes.saturating_mul(2) / 256 + 128;
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
    fn containers_opened_by_a_run() {
        for (run, wanted) in [
            (">", 1),
            ("> > - 1. ", 4),
            ("- ", 1),
            ("3.14 ", 0),
            ("-------- ", 1),
        ] {
            assert_eq!(opened(run.as_bytes()), wanted, "{run}");
        }
    }

    #[test]
    fn long_runs_are_found_wherever_they_stand() {
        for before in ["", "a\r", "[^1]: ", "\u{FEFF}", "text\n", "- [^x]: "] {
            for many in [101, 150, 6_000] {
                for pad in 0..3 {
                    let text = format!("{}{before}{}", "\n".repeat(pad * 37), ">".repeat(many));
                    assert!(!is_tame(&text), "{before:?} {many}");
                }
            }
            assert!(is_tame(&format!("{before}{}", ">".repeat(90))));
            assert!(!is_tame(&format!("{before}{} x", "- ".repeat(130))));
        }
        assert!(is_tame(&"-".repeat(500)));
        assert!(is_tame(&"> quoted, and no more\n".repeat(500)));
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
