//! What is said next in a channel: one message, or many in one where too much waits.

use crate::slack::render::ITEMS;

/// Above so many posts that wait, they are told as one.
pub(super) const MANY: usize = 10;
/// So many of the latest turning points keep a message of their own even then.
const ALONE: usize = 3;

/// What saying a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// There is nothing (more) to say of it.
    Nothing,
    /// It stands in the channel and changes there.
    Update,
    /// It is new to the channel.
    Post,
    /// New, and something that people must not miss.
    TurningPoint,
    /// New, and about the incident itself: never in a list.
    Alone,
}

/// Which rows are said by the next call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// The first one.
    First,
    /// These, in one message.
    Together(Vec<usize>),
}

/// Decides on rows that are all due, in the order in which they happened, of which there is at least
/// one. While a channel is `flooded` (it has just been told of many things at once), more of the
/// same follows suit. The order among posts is kept; a change of what stands there has no place in
/// it.
pub(super) fn next(kinds: &[Kind], flooded: bool) -> Next {
    let is_post = |kind: &Kind| matches!(kind, Kind::Post | Kind::TurningPoint | Kind::Alone);
    let posts = kinds.iter().filter(|kind| is_post(kind)).count();
    let enough = if flooded { 1 } else { MANY };
    if posts <= enough || !kinds.first().is_some_and(is_post) {
        return Next::First;
    }
    let turning = kinds.iter().enumerate().rev();
    let turning = turning.filter(|(_, kind)| **kind == Kind::TurningPoint);
    let mut alone: Vec<usize> = turning.map(|(at, _)| at).take(ALONE).collect();
    let always = kinds.iter().enumerate();
    alone.extend(
        always
            .filter(|(_, kind)| **kind == Kind::Alone)
            .map(|(at, _)| at),
    );
    let run: Vec<usize> = (0..kinds.len())
        .take_while(|at| !alone.contains(at))
        .filter(|at| is_post(&kinds[*at]))
        .take(ITEMS)
        .collect();
    if run.len() < 2 {
        return Next::First;
    }
    Next::Together(run)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `p` a post, `t` a turning point, `u` an update, `.` nothing.
    fn kinds(text: &str) -> Vec<Kind> {
        let kind = |c| match c {
            'p' => Kind::Post,
            't' => Kind::TurningPoint,
            'u' => Kind::Update,
            _ => Kind::Nothing,
        };
        text.chars().map(kind).collect()
    }

    #[test]
    fn much_is_told_in_one() {
        let first = Next::First;
        let these = |these: &[usize]| Next::Together(these.to_vec());
        for (row, flooded, expected) in [
            ("p", false, first.clone()),
            ("pppppppppp", false, first.clone()),
            (
                "ppppppppppp",
                false,
                these(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
            ),
            ("pp", true, these(&[0, 1])),
            ("p", true, first.clone()),
            // What stands there already is changed first, and leaves no gap in the order.
            ("upppppppppppp", false, first.clone()),
            ("p.pu", true, these(&[0, 2])),
            // The latest turning points stand alone, and nothing overtakes them.
            ("tpp", true, first.clone()),
            ("pptpp", true, these(&[0, 1])),
            ("ptptptpt", true, these(&[0, 1, 2])),
        ] {
            assert_eq!(next(&kinds(row), flooded), expected, "{row}");
        }
    }

    proptest! {
        #[test]
        fn a_hundred_posts_take_few_messages(turns in proptest::collection::vec(0_usize..100, 0..3)) {
            let mut left = vec![Kind::Post; 100];
            for at in turns {
                left[at] = Kind::TurningPoint;
            }
            let mut messages = 0;
            let mut flooded = false;
            while !left.is_empty() {
                messages += 1;
                match next(&left, flooded) {
                    Next::First => {
                        left.remove(0);
                    }
                    Next::Together(these) => {
                        // Nothing is overtaken.
                        prop_assert_eq!(&these, &(0..these.len()).collect::<Vec<_>>());
                        left.drain(..these.len());
                        flooded = true;
                    }
                }
            }
            prop_assert!(messages <= 9, "{} messages", messages);
        }
    }
}
