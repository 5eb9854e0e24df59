//! A few figures that stand for many: middle, nine in ten, mean.

use serde::Serialize;

/// What stands for many durations, all in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Figures {
    /// How many durations are known.
    pub known: usize,
    /// How many are not; they are in none of the figures.
    pub unknown: usize,
    /// The one in the middle; between the two in the middle where there is an even number.
    #[serde(rename = "median_seconds")]
    pub median: Option<i64>,
    /// The least duration that nine in ten did not exceed.
    #[serde(rename = "p90_seconds")]
    pub p90: Option<i64>,
    /// The sum by the number.
    #[serde(rename = "mean_seconds")]
    pub mean: Option<i64>,
}

impl Figures {
    /// The figures of these durations, in any order.
    pub fn of(durations: impl IntoIterator<Item = Option<i64>>) -> Self {
        let mut unknown = 0;
        let mut known: Vec<i64> = Vec::new();
        for duration in durations {
            match duration {
                Some(seconds) => known.push(seconds),
                None => unknown += 1,
            }
        }
        known.sort_unstable();
        let sum: i128 = known.iter().map(|seconds| i128::from(*seconds)).sum();
        let count = i128::try_from(known.len()).unwrap_or(i128::MAX);
        Self {
            unknown,
            median: middle(&known),
            p90: nine_in_ten(&known),
            mean: (count > 0).then(|| i64::try_from(sum / count).unwrap_or(i64::MAX)),
            known: known.len(),
        }
    }
}

/// How many people took part in each of many incidents.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Part {
    /// In the middle.
    pub median: Option<f64>,
    /// The sum by the number of incidents, to one digit.
    pub mean: Option<f64>,
    /// In the one with the most.
    pub most: Option<usize>,
}

impl Part {
    /// The figures of these numbers of people, in any order.
    pub fn of(numbers: impl IntoIterator<Item = usize>) -> Self {
        let mut all: Vec<usize> = numbers.into_iter().collect();
        all.sort_unstable();
        // Numbers of people are small: as floats they are exact.
        let float = |number: usize| u32::try_from(number).map_or(f64::MAX, f64::from);
        let half = all.len() / 2;
        let median = match (all.get(half), all.len() % 2) {
            (Some(upper), 0) => {
                let lower = half.checked_sub(1).and_then(|at| all.get(at));
                Some((float(*upper) + float(*lower.unwrap_or(upper))) / 2.0)
            }
            (upper, _) => upper.map(|upper| float(*upper)),
        };
        let sum: f64 = all.iter().map(|number| float(*number)).sum();
        let mean = (!all.is_empty()).then(|| (sum / float(all.len()) * 10.0).round() / 10.0);
        Self {
            median,
            mean,
            most: all.last().copied(),
        }
    }
}

fn middle(sorted: &[i64]) -> Option<i64> {
    let half = sorted.len() / 2;
    let upper = *sorted.get(half)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(half.checked_sub(1)?)?;
    // Sorted, so the difference is not less than 0; halves are rounded down.
    Some(lower + upper.abs_diff(lower) as i64 / 2)
}

fn nine_in_ten(sorted: &[i64]) -> Option<i64> {
    let rank = (sorted.len() * 9).div_ceil(10);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_textbook_and_the_unknown_are_in_none() {
        let of = |list: &[i64]| {
            let all = list.iter().map(|n| (*n >= 0).then_some(*n));
            let figures = Figures::of(all);
            (figures.median, figures.p90, figures.mean, figures.unknown)
        };
        assert_eq!(of(&[]), (None, None, None, 0));
        assert_eq!(of(&[-1, -1]), (None, None, None, 2));
        assert_eq!(of(&[0]), (Some(0), Some(0), Some(0), 0));
        assert_eq!(of(&[30, -1, 10]), (Some(20), Some(30), Some(20), 1));
        let ten: Vec<i64> = (1..=10).collect();
        assert_eq!(of(&ten), (Some(5), Some(9), Some(5), 0));
        let eleven: Vec<i64> = (1..=11).collect();
        assert_eq!(of(&eleven), (Some(6), Some(10), Some(6), 0));
        assert_eq!(of(&[i64::MAX, i64::MAX]).2, Some(i64::MAX));
    }

    #[test]
    fn people_are_numbers_of_incidents() {
        let part = Part::of([3, 1, 8, 2]);
        assert_eq!(
            (part.median, part.mean, part.most),
            (Some(2.5), Some(3.5), Some(8))
        );
        assert_eq!(Part::of([]), Part::default());
        assert_eq!(Part::of([5]).median, Some(5.0));
    }
}
