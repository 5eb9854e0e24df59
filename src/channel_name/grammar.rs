//! The letters of a name, and what may follow its service.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

/// How long a channel's name may be in Slack, in characters.
pub(super) const LONGEST: usize = 80;

/// What a drill's name ends in; the second where only ASCII is taken.
pub(super) const DRILL: [&str; 2] = ["-訓練", "-drill"];

/// What stands behind a service.
pub(super) struct Suffix {
    /// Where it ends, exclusive.
    pub(super) end: usize,
    pub(super) date: Date,
    pub(super) number: Option<u32>,
    pub(super) drill: bool,
}

/// Reads `-<date>i…` at this hyphen, to its end and not beyond: `None` when what follows makes it
/// another name.
pub(super) fn suffix(chars: &[char], hyphen: usize) -> Option<Suffix> {
    let (digits, mut end) = digits(chars, hyphen + 1);
    let date = calendar_day(digits)?;
    if chars.get(end) != Some(&'i') {
        return None;
    }
    end += 1;
    let mut number = None;
    if chars.get(end) == Some(&'-') {
        let (digits, after) = self::digits(chars, end + 1);
        if digits.first().is_some_and(|first| *first != '0') {
            let value: Option<u32> = digits.iter().collect::<String>().parse().ok();
            number = value.filter(|n| *n >= 2);
            if number.is_some() {
                end = after;
            }
        }
    }
    let rest = chars.get(end..).unwrap_or_default();
    let drill = DRILL.iter().find(|word| opens_with(rest, word));
    end += drill.map_or(0, |word| word.chars().count());
    match chars.get(end) {
        Some('-' | '_') => None,
        Some(c) if c.is_alphanumeric() && !unspaced(*c) => None,
        _ => Some(Suffix {
            end,
            date,
            number,
            drill: drill.is_some(),
        }),
    }
}

/// The ASCII digits from here on, at most eleven, and where they end.
fn digits(chars: &[char], from: usize) -> (&[char], usize) {
    let rest = chars.get(from..).unwrap_or_default();
    let count = rest
        .iter()
        .take(11)
        .take_while(|c| c.is_ascii_digit())
        .count();
    (rest.get(..count).unwrap_or_default(), from + count)
}

/// `YYYYMMDD`, or `YYMMDD` of this century.
fn calendar_day(digits: &[char]) -> Option<Date> {
    let century = match digits.len() {
        8 => 0,
        6 => 20_000_000,
        _ => return None,
    };
    let full = century + digits.iter().collect::<String>().parse::<i32>().ok()?;
    let small = |n: i32| i8::try_from(n % 100).ok();
    let year = i16::try_from(full / 10_000).ok().filter(|year| *year > 0)?;
    Date::new(year, small(full / 100)?, small(full)?).ok()
}

/// One form for all the ways to write a name: NFKC, lower case, one hyphen.
pub(super) fn fold(text: &str) -> impl Iterator<Item = char> + '_ {
    let lower = text.nfkc().flat_map(char::to_lowercase);
    lower.nfkc().map(|c| match c {
        // NFKC leaves these, and input methods give them where a full-width hyphen is meant.
        '\u{2010}'..='\u{2013}' | '\u{2212}' => '-',
        c => c,
    })
}

/// What Slack takes in a name.
pub(super) fn may_name(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

/// Scripts whose words stand side by side without a space: kana, han, hangul.
fn unspaced(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{3000}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{3ffff}')
}

fn opens_with(chars: &[char], word: &str) -> bool {
    let mut rest = chars.iter();
    word.chars().all(|c| rest.next() == Some(&c))
}
