//! Line by line differences as unified diffs, and the places in them that a review can point at.

/// Lines of context around a change.
const CONTEXT: usize = 3;
/// The largest table of lines against lines; beyond it all is replaced.
const TABLE_LIMIT: usize = 4_000_000;

/// The unified diff of one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Patch {
    pub additions: usize,
    pub deletions: usize,
    lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub text: String,
    /// Its number in the old file, where it is there.
    pub old: Option<u64>,
    /// Its number in the new file, where it is there.
    pub new: Option<u64>,
}

/// A line of a diff that a comment is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Lines below the first `@@`, as the older API counts.
    pub position: u64,
    /// The number of the line on its side.
    pub line: Option<u64>,
    pub side: &'static str,
    /// The diff from the hunk's head down to that line.
    pub hunk: String,
}

impl Patch {
    /// Its lines, heads of hunks among them.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The diff's text without the two lines that name the file.
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        lines.join("\n")
    }

    /// The place of a line on `LEFT` or `RIGHT`; `None` where the diff does not show it.
    pub fn at_line(&self, line: u64, side: &str) -> Option<Place> {
        let left = side == "LEFT";
        let at = self.lines.iter().position(|one| {
            if left {
                one.old == Some(line) && one.new.is_none()
            } else {
                one.new == Some(line)
            }
        });
        self.place(at?)
    }

    /// The place so many lines below the first `@@`.
    pub fn at_position(&self, position: u64) -> Option<Place> {
        let at = usize::try_from(position).ok().filter(|at| *at > 0)?;
        self.lines.get(at)?;
        self.place(at)
    }

    fn place(&self, at: usize) -> Option<Place> {
        let head = self.lines[..=at]
            .iter()
            .rposition(|line| line.text.starts_with("@@"))?;
        let hunk: Vec<&str> = self.lines[head..=at]
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        let line = &self.lines[at];
        Some(Place {
            position: u64::try_from(at).ok()?,
            line: line.new.or(line.old),
            side: if line.new.is_some() { "RIGHT" } else { "LEFT" },
            hunk: hunk.join("\n"),
        })
    }
}

/// The difference between two texts.
pub(super) fn patch(old: &str, new: &str) -> Patch {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let steps = walk(&old, &new);
    let changed = |step: &Line| step.old.is_none() || step.new.is_none();
    let mut out = Patch {
        additions: steps.iter().filter(|step| step.old.is_none()).count(),
        deletions: steps.iter().filter(|step| step.new.is_none()).count(),
        lines: Vec::new(),
    };
    let mut at = 0;
    while let Some(first) = steps[at..].iter().position(changed).map(|found| found + at) {
        let start = first.saturating_sub(CONTEXT).max(at);
        let mut last = first;
        while let Some(next) = steps[last + 1..].iter().position(changed) {
            if next > 2 * CONTEXT {
                break;
            }
            last += next + 1;
        }
        let end = (last + CONTEXT + 1).min(steps.len());
        let hunk = &steps[start..end];
        out.lines.push(Line {
            text: head(hunk, &steps[..start]),
            old: None,
            new: None,
        });
        out.lines.extend(hunk.iter().cloned());
        at = end;
    }
    out
}

fn head(hunk: &[Line], before: &[Line]) -> String {
    let range = |number: fn(&Line) -> Option<u64>| {
        let count = hunk.iter().filter(|line| number(line).is_some()).count();
        let passed = before.iter().filter(|line| number(line).is_some()).count();
        let first = if count == 0 { passed } else { passed + 1 };
        if count == 1 {
            first.to_string()
        } else {
            format!("{first},{count}")
        }
    };
    format!(
        "@@ -{} +{} @@",
        range(|line| line.old),
        range(|line| line.new)
    )
}

/// Every line of both texts in order, with the longest common subsequence kept together.
fn walk(old: &[&str], new: &[&str]) -> Vec<Line> {
    let same = |(a, b): &(&&str, &&str)| a == b;
    let front = old.iter().zip(new).take_while(same).count();
    let rest = (&old[front..], &new[front..]);
    let back = rest
        .0
        .iter()
        .rev()
        .zip(rest.1.iter().rev())
        .take_while(same)
        .count();
    let (a, b) = (
        &rest.0[..rest.0.len() - back],
        &rest.1[..rest.1.len() - back],
    );
    let width = b.len() + 1;
    let small = (a.len() + 1).saturating_mul(width) <= TABLE_LIMIT;
    let mut table = vec![0_u32; if small { (a.len() + 1) * width } else { 0 }];
    if small {
        for i in (0..a.len()).rev() {
            for j in (0..b.len()).rev() {
                table[i * width + j] = if a[i] == b[j] {
                    table[(i + 1) * width + j + 1] + 1
                } else {
                    table[(i + 1) * width + j].max(table[i * width + j + 1])
                };
            }
        }
    }
    let number = |at: usize| u64::try_from(at + 1).ok();
    let keep = |i: usize, j: usize| Line {
        text: format!(" {}", old[i]),
        old: number(i),
        new: number(j),
    };
    let mut lines: Vec<Line> = (0..front).map(|at| keep(at, at)).collect();
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let both = i < a.len() && j < b.len();
        if both && small && a[i] == b[j] {
            lines.push(keep(front + i, front + j));
            (i, j) = (i + 1, j + 1);
        } else if i < a.len()
            && (j == b.len() || !small || table[(i + 1) * width + j] >= table[i * width + j + 1])
        {
            lines.push(Line {
                text: format!("-{}", a[i]),
                old: number(front + i),
                new: None,
            });
            i += 1;
        } else {
            lines.push(Line {
                text: format!("+{}", b[j]),
                old: None,
                new: number(front + j),
            });
            j += 1;
        }
    }
    let tails = (old.len() - back, new.len() - back);
    lines.extend((0..back).map(|at| keep(tails.0 + at, tails.1 + at)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_stands_in_its_context() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let new = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n";
        let diff = patch(old, new);
        assert_eq!((diff.additions, diff.deletions), (1, 1));
        assert_eq!(
            diff.text(),
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8"
        );
    }

    #[test]
    fn changes_far_apart_are_two_hunks() {
        let old: String = (0..40).map(|n| format!("{n}\n")).collect();
        let new = old.replace("\n3\n", "\nthree\n").replace("\n33\n", "\n");
        let diff = patch(&old, &new);
        assert_eq!(diff.text().matches("@@ -").count(), 2);
        assert_eq!((diff.additions, diff.deletions), (1, 2));
    }

    #[test]
    fn a_new_file_is_all_added() {
        assert_eq!(patch("", "a\nb\n").text(), "@@ -0,0 +1,2 @@\n+a\n+b");
        assert_eq!(patch("same", "same"), Patch::default());
    }

    #[test]
    fn places_are_found_by_line_and_by_position() {
        let diff = patch("a\nb\nc\n", "a\nB\nc\n");
        let right = diff.at_line(2, "RIGHT").unwrap();
        assert_eq!(
            (right.position, right.line, right.side),
            (3, Some(2), "RIGHT")
        );
        assert_eq!(right.hunk, "@@ -1,3 +1,3 @@\n a\n-b\n+B");
        assert_eq!(diff.at_line(2, "LEFT").unwrap().position, 2);
        assert_eq!(diff.at_position(3), Some(right));
        assert_eq!(diff.at_line(9, "RIGHT"), None);
        assert_eq!(diff.at_position(0), None);
    }
}
