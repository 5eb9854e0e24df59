//! Writes a story anew with what was really seen, and changes nothing else in the file.

use super::{Place, Story};

/// What was seen somewhere after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Where.
    pub place: Place,
    /// The lines, as a block would have them.
    pub text: String,
}

impl Story {
    /// The file with `seen` in its blocks: one list for each step, in order. A block whose place is
    /// not in the list becomes empty; a place that has no block and has changed gets one.
    /// Everything else stays byte for byte.
    pub fn blessed(&self, seen: &[Vec<Seen>]) -> String {
        let mut file = String::with_capacity(self.source.len());
        let mut from = 0;
        for (i, step) in self.steps.iter().enumerate() {
            let seen = seen.get(i).map_or(&[][..], Vec::as_slice);
            for expected in &step.expected {
                file.push_str(&self.source[from..expected.inside.start]);
                let text = seen.iter().find(|one| one.place == expected.place);
                push_lines(&mut file, text.map_or("", |one| &one.text));
                from = expected.inside.end;
            }
            file.push_str(&self.source[from..step.end]);
            from = step.end;
            for new in seen {
                let known = step.expected.iter().any(|one| one.place == new.place);
                if !known && !new.text.is_empty() {
                    if !file.ends_with('\n') {
                        file.push('\n');
                    }
                    file.push_str(&format!("\n```{}\n", new.place));
                    push_lines(&mut file, &new.text);
                    file.push_str("```\n");
                }
            }
        }
        file.push_str(&self.source[from..]);
        file
    }

    /// What differs between the story and what was seen, in a form for people; `None` when nothing
    /// does. White space at the ends of lines and texts does not count.
    pub fn differences(&self, seen: &[Vec<Seen>]) -> Option<String> {
        let mut report = String::new();
        for (i, step) in self.steps.iter().enumerate() {
            let seen = seen.get(i).map_or(&[][..], Vec::as_slice);
            for expected in &step.expected {
                let text = seen
                    .iter()
                    .find(|one| one.place == expected.place)
                    .map_or("", |one| one.text.as_str());
                if trimmed(text) != trimmed(&expected.text) {
                    report.push_str(&format!(
                        "line {}: {}\n--- expected\n{}\n--- seen\n{}\n",
                        expected.line,
                        expected.place,
                        expected.text.trim_end(),
                        text.trim_end()
                    ));
                }
            }
            for new in seen {
                let known = step.expected.iter().any(|one| one.place == new.place);
                if !known && !new.text.trim().is_empty() {
                    report.push_str(&format!(
                        "line {}: {} changed, and nobody expected it\n--- seen\n{}\n",
                        step.line,
                        new.place,
                        new.text.trim_end()
                    ));
                }
            }
        }
        (!report.is_empty()).then_some(report)
    }
}

fn push_lines(file: &mut String, text: &str) {
    let text = text.trim_end();
    if !text.is_empty() {
        file.push_str(text);
        file.push('\n');
    }
}

fn trimmed(text: &str) -> Vec<&str> {
    text.trim_end().lines().map(str::trim_end).collect()
}
