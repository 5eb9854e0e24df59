//! From a plan that fails to a small one that fails: delta debugging.

use std::future::Future;

/// The smallest list that it finds of which `fails` is true, by leaving out steps of `all`, which
/// fails; it asks `tries` times at most.
pub(super) async fn smallest<T, F, A>(all: Vec<T>, tries: usize, mut fails: F) -> Vec<T>
where
    T: Clone,
    F: FnMut(Vec<T>) -> A,
    A: Future<Output = bool>,
{
    let (mut left, mut tries) = (all, tries);
    let mut size = left.len().div_ceil(2);
    while size > 0 && !left.is_empty() {
        let mut smaller = false;
        let mut at = 0;
        while at < left.len() {
            if tries == 0 {
                return left;
            }
            tries -= 1;
            let end = (at + size).min(left.len());
            let mut without = left[..at].to_vec();
            without.extend_from_slice(&left[end..]);
            if fails(without.clone()).await {
                left = without;
                smaller = true;
            } else {
                at = end;
            }
        }
        if size == 1 && !smaller {
            break;
        }
        size = if size == 1 { 1 } else { size.div_ceil(2) };
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    fn shrunk(all: Vec<u32>, fails: impl Fn(&[u32]) -> bool) -> Vec<u32> {
        let asked = |list: Vec<u32>| std::future::ready(fails(&list));
        smallest(all, 10_000, asked).now_or_never().unwrap()
    }

    #[test]
    fn what_is_not_needed_is_left_out() {
        let all: Vec<u32> = (0..100).collect();
        assert_eq!(shrunk(all.clone(), |list| list.contains(&42)), [42]);
        let two = |list: &[u32]| list.contains(&3) && list.contains(&97);
        assert_eq!(shrunk(all.clone(), two), [3, 97]);
        let many = |list: &[u32]| list.iter().filter(|n| *n % 10 == 0).count() >= 4;
        assert_eq!(shrunk(all.clone(), many).len(), 4);
        assert!(shrunk(all, |_| true).is_empty());
    }

    #[test]
    fn it_asks_no_more_than_it_may() {
        let mut asked = 0;
        let fails = |_| {
            asked += 1;
            std::future::ready(false)
        };
        let left = smallest((0..100).collect(), 7, fails).now_or_never();
        assert_eq!(left.map(|left| left.len()), Some(100));
        assert_eq!(asked, 7);
    }
}
