//! Which word was probably meant.

/// The word of `among` that was probably meant: at most two slips away, and not another word
/// altogether.
pub fn meant<'a>(word: &str, among: &[&'a str]) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().take(64).collect();
    among
        .iter()
        // Too long to be two slips away, and perhaps as long as a file.
        .filter(|known| known.len() <= 4 * (word.len() + 2))
        .map(|known| (slips(&word, &known.to_lowercase()), *known))
        .filter(|(slips, known)| *slips <= 2 && *slips * 2 < known.chars().count().max(2))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, known)| known)
}

/// How many letters must be added, dropped, changed or swapped with their neighbour to get from one
/// to the other.
fn slips(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=from.len()).collect()];
    for (i, there) in to.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, here) in from.iter().enumerate() {
            let change = rows[i][j] + usize::from(here != there);
            let mut least = change.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *here == to[i - 1] && from[j - 1] == *there {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[to.len()][from.len()]
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn a_slip_is_known_and_another_word_is_not() {
        let among = ["mute_bots", "mute_drafts", "language"];
        assert_eq!(meant("mute_bot", &among), Some("mute_bots"));
        assert_eq!(meant("Langage", &among), Some("language"));
        assert_eq!(meant("lnaugage", &among), Some("language"));
        assert_eq!(meant("shpo", &["shop"]), Some("shop"));
        assert_eq!(meant("colour", &among), None);
        assert_eq!(meant("", &["a"]), None);
    }
}
