//! Numbers that look random and are the same for the same seed, on every machine and for good: a
//! seed that somebody has written down must mean the same story next year.

/// A stream of numbers (splitmix64).
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// The stream of this seed.
    pub(super) fn new(seed: u64) -> Self {
        // Seeds are small and follow each other; their streams shall have nothing in common.
        Self(seed.wrapping_add(1).wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `end`; 0 where `end` is.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// A number from `first` to `last`.
    pub(super) fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// True once in `times`.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of these; `None` where there is none.
    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        of.get(at)
    }

    /// One of these, as often as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, of: &[(u64, T)]) -> Option<T> {
        let all = of.iter().map(|(weight, _)| weight).sum();
        let mut at = self.below(all);
        for (weight, one) in of {
            if at < *weight {
                return Some(*one);
            }
            at -= weight;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_means_the_same_for_good() {
        let mut dice = Dice::new(7);
        let first: Vec<u64> = (0..4).map(|_| dice.below(1_000)).collect();
        let mut again = Dice::new(7);
        assert_eq!(
            first,
            (0..4).map(|_| again.below(1_000)).collect::<Vec<_>>()
        );
        let mut other = Dice::new(8);
        assert_ne!(
            first,
            (0..4).map(|_| other.below(1_000)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn what_weighs_nothing_never_comes() {
        let mut dice = Dice::new(1);
        assert!((0..100).all(|_| dice.weighted(&[(0, 'a'), (3, 'b')]) == Some('b')));
        assert_eq!(dice.weighted::<char>(&[]), None);
        assert_eq!(dice.one::<char>(&[]), None);
    }
}
