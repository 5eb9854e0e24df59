//! Just enough of regular expressions to try the schema's patterns, the way JSON Schema reads them:
//! anywhere in the text unless they are tied to an end. What it does not know it refuses.

use std::iter::Peekable;
use std::str::Chars;

enum Piece {
    Start,
    End,
    /// Ranges of characters, and whether it is all but these.
    Class(Vec<(char, char)>, bool),
    Group(Vec<Vec<Piece>>),
    Many(Box<Piece>, usize, usize),
}

/// Whether the pattern is found in the text.
pub(super) fn finds(pattern: &str, text: &str) -> bool {
    let mut rest = pattern.chars().peekable();
    let ways = ways(&mut rest);
    assert_eq!(rest.next(), None, "a `)` too many in {pattern}");
    let text: Vec<char> = text.chars().collect();
    (0..=text.len()).any(|at| ways.iter().any(|way| goes(way, &text, at, &|_| true)))
}

type Rest<'a> = Peekable<Chars<'a>>;

fn ways(rest: &mut Rest<'_>) -> Vec<Vec<Piece>> {
    let mut ways = vec![Vec::new()];
    while let Some(&c) = rest.peek() {
        match c {
            ')' => break,
            '|' => {
                rest.next();
                ways.push(Vec::new());
            }
            _ => {
                let piece = repeated(piece(rest), rest);
                ways.last_mut().unwrap().push(piece);
            }
        }
    }
    ways
}

fn piece(rest: &mut Rest<'_>) -> Piece {
    match rest.next().unwrap() {
        '^' => Piece::Start,
        '$' => Piece::End,
        '(' => {
            let group = Piece::Group(ways(rest));
            assert_eq!(rest.next(), Some(')'));
            group
        }
        '[' => {
            let but = rest.next_if_eq(&'^').is_some();
            let mut ranges = Vec::new();
            while rest.next_if_eq(&']').is_none() {
                let c = rest.next().unwrap();
                if c == '\\' {
                    ranges.extend(escaped(rest).0);
                } else {
                    let mut after = rest.clone();
                    let to = match (after.next(), after.next()) {
                        (Some('-'), Some(to)) if to != ']' => {
                            rest.nth(1);
                            to
                        }
                        _ => c,
                    };
                    ranges.push((c, to));
                }
            }
            Piece::Class(ranges, but)
        }
        '\\' => {
            let (ranges, but) = escaped(rest);
            Piece::Class(ranges, but)
        }
        c => {
            assert!(!"*+?{}].".contains(c), "`{c}` is not known here");
            Piece::Class(vec![(c, c)], false)
        }
    }
}

fn escaped(rest: &mut Rest<'_>) -> (Vec<(char, char)>, bool) {
    let space = [
        ('\t', '\r'),
        (' ', ' '),
        ('\u{a0}', '\u{a0}'),
        ('\u{1680}', '\u{1680}'),
        ('\u{2000}', '\u{200a}'),
        ('\u{2028}', '\u{2029}'),
        ('\u{202f}', '\u{202f}'),
        ('\u{205f}', '\u{205f}'),
        ('\u{3000}', '\u{3000}'),
        ('\u{feff}', '\u{feff}'),
    ];
    match rest.next().unwrap() {
        's' => (space.to_vec(), false),
        'S' => (space.to_vec(), true),
        'n' => (vec![('\n', '\n')], false),
        'r' => (vec![('\r', '\r')], false),
        c @ ('.' | '/' | '-') => (vec![(c, c)], false),
        c => panic!("`\\{c}` is not known here"),
    }
}

fn repeated(piece: Piece, rest: &mut Rest<'_>) -> Piece {
    let (least, most) = match rest.peek() {
        Some('*') => (0, usize::MAX),
        Some('+') => (1, usize::MAX),
        Some('?') => (0, 1),
        Some('{') => {
            let count: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
            let (least, most) = count.split_once(',').unwrap_or((&count, &count));
            return Piece::Many(
                Box::new(piece),
                least.parse().unwrap(),
                most.parse().unwrap(),
            );
        }
        _ => return piece,
    };
    rest.next();
    Piece::Many(Box::new(piece), least, most)
}

fn goes(way: &[Piece], text: &[char], at: usize, then: &dyn Fn(usize) -> bool) -> bool {
    let Some((first, rest)) = way.split_first() else {
        return then(at);
    };
    let on = |at: usize| goes(rest, text, at, then);
    match first {
        Piece::Start => at == 0 && on(at),
        Piece::End => at == text.len() && on(at),
        Piece::Many(piece, least, most) => many(piece, *least, *most, text, at, &on),
        one => once(one, text, at, &on),
    }
}

fn once(piece: &Piece, text: &[char], at: usize, then: &dyn Fn(usize) -> bool) -> bool {
    match piece {
        Piece::Class(ranges, but) => text.get(at).is_some_and(|c| {
            let inside = ranges.iter().any(|(from, to)| (from..=to).contains(&c));
            inside != *but && then(at + 1)
        }),
        Piece::Group(ways) => ways.iter().any(|way| goes(way, text, at, then)),
        _ => unreachable!("only what takes characters is repeated"),
    }
}

fn many(
    piece: &Piece,
    least: usize,
    most: usize,
    text: &[char],
    at: usize,
    then: &dyn Fn(usize) -> bool,
) -> bool {
    let more = || {
        most > 0
            && once(piece, text, at, &|next| {
                next > at && many(piece, least.saturating_sub(1), most - 1, text, next, then)
            })
    };
    more() || (least == 0 && then(at))
}

#[test]
fn patterns_are_read_as_they_are_meant() {
    for (pattern, yes, no) in [
        ("^[a-z0-9][a-z0-9_-]{0,2}$", "a-9", "a-9x"),
        ("^[^\\r\\n]*\\S[^\\r\\n]*$", " a ", "a\nb"),
        ("\\S", "\n\nx ", " \u{3000}\n"),
        ("^(#?[0-9a-f]{6}|red)$", "#00ff00", "redd"),
        ("^(#?[0-9a-f]{6}|red)$", "red", "#0f0"),
        ("^https?://[^\\s<>|]+$", "http://a", "https://a b"),
        ("^[A-Z.]+(/[A-Z.]+)*$", "A/.B", "A//B"),
        ("b", "abc", "ac"),
    ] {
        assert!(finds(pattern, yes), "{pattern} {yes}");
        assert!(!finds(pattern, no), "{pattern} {no}");
    }
}
