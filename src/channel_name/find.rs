//! Finds names in what people wrote, where nothing says where a name begins.

use std::collections::BTreeSet;

use super::ChannelName;
use super::grammar::{LONGEST, fold, may_name, suffix};

impl ChannelName {
    /// Every name in a text that people wrote: a title, a branch. Takes time in the length of the
    /// text, whatever it says.
    ///
    /// A name ends where no letter, digit, `_` or `-` follows; a script that is written without
    /// spaces may follow at once (`example-20210101iの件`). Where it begins: behind a `#`; else,
    /// for a service in ASCII, where its ASCII begins (`障害example-20210101i` names `example-…`),
    /// unless a `-` or `_` ties it to what stands before (`決済-api-…`); else at the last character
    /// that no name has.
    pub fn find_all(text: &str) -> BTreeSet<Self> {
        let chars: Vec<char> = fold(text).collect();
        let hyphens = chars.iter().enumerate().filter(|(_, c)| **c == '-');
        hyphens
            .filter_map(|(at, _)| {
                let suffix = suffix(&chars, at)?;
                Self::cut(&chars, service_before(&chars, at)?, at, &suffix)
            })
            .collect()
    }
}

/// Where the service that ends before this hyphen begins. Looks back no further than a name is
/// long; `None` when it would be longer.
fn service_before(chars: &[char], hyphen: usize) -> Option<usize> {
    let back = |may: fn(char) -> bool| -> Option<usize> {
        let run = chars.get(..hyphen)?.iter().rev().take(LONGEST + 1);
        let length = run.take_while(|c| may(**c)).count();
        (length <= LONGEST).then_some(hyphen - length)
    };
    let ascii = |c: char| c.is_ascii() && may_name(c);
    let whole = back(may_name);
    let anchored = whole.is_some_and(|at| at > 0 && chars.get(at - 1) == Some(&'#'));
    let last_is_ascii = hyphen > 0 && chars.get(hyphen - 1).is_some_and(char::is_ascii);
    let start = if anchored || !last_is_ascii {
        whole?
    } else {
        let start = back(ascii)?;
        if whole != Some(start) && matches!(chars.get(start), Some('-' | '_')) {
            whole?
        } else {
            start
        }
    };
    let indent = chars.get(start..hyphen)?.iter();
    Some(start + indent.take_while(|c| **c == '-').count())
}
