//! A line of a table as it is written: one cell of it changed, and nothing else.

use std::ops::Range;

/// The line with this text in one of its cells, which are counted from 0. A row that is too short
/// gets the cells that it lacks.
pub(super) fn with_cell(line: &str, nth: usize, text: &str) -> String {
    let end = line.trim_end_matches(['\r', '\n']).len();
    let (line, line_end) = line.split_at(end);
    let cells = cells(line);
    if let Some(cell) = cells.get(nth) {
        let (before, rest) = line.split_at(cell.start);
        let after = &rest[cell.len()..];
        // A row without a pipe at its end gets none.
        let space = if after.is_empty() { "" } else { " " };
        return format!("{before} {text}{space}{after}{line_end}");
    }
    let mut out = line.trim_end().to_owned();
    if !out.ends_with('|') || out.ends_with("\\|") {
        out.push_str(" |");
    }
    for _ in cells.len()..nth {
        out.push_str("  |");
    }
    format!("{out} {text} |{line_end}")
}

/// Where the cells of a row stand, what surrounds them included.
fn cells(line: &str) -> Vec<Range<usize>> {
    let mut pipes = Vec::new();
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        if c == '|' && !escaped {
            pipes.push(at);
        }
        escaped = c == '\\' && !escaped;
    }
    let mut cells = Vec::new();
    let mut start = 0;
    for pipe in &pipes {
        cells.push(start..*pipe);
        start = pipe + 1;
    }
    cells.push(start..line.len());
    // What stands before the first pipe and behind the last one is no cell where it is empty.
    let quoted = |c: char| c.is_whitespace() || matches!(c, '>' | '-' | '*' | '+');
    if pipes.len() > 1 && line[..pipes[0]].chars().all(quoted) {
        cells.remove(0);
    }
    if pipes.len() > 1
        && cells
            .last()
            .is_some_and(|it| line[it.clone()].trim().is_empty())
    {
        cells.pop();
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_cell_is_changed_and_nothing_else() {
        for (line, nth, now) in [
            ("| a |  b | c |\r\n", 1, "| a | X | c |\r\n"),
            ("| a \\| b |  |\n", 1, "| a \\| b | X |\n"),
            ("a | b", 1, "a | X"),
            ("a | b |", 0, " X | b |"),
            ("  > | a | b |", 1, "  > | a | X |"),
            ("| a |\n", 3, "| a |  |  | X |\n"),
            ("|  |  |", 1, "|  | X |"),
        ] {
            assert_eq!(with_cell(line, nth, "X"), now, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_taken(line in "(\\PC|\\||\\\\|>){0,30}", nth in 0usize..6) {
            let now = with_cell(&line, nth, "XYZZY");
            prop_assert!(now.contains("XYZZY"));
        }
    }
}
