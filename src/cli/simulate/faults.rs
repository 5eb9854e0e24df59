//! Which faults a simulation has.

use std::collections::BTreeSet;
use std::str::FromStr;

/// The kinds of faults that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Lost,
    Doubled,
    Late,
    Unanswered,
    Cut,
    Busy,
    Broken,
    Internal,
    Crash,
    Stop,
    Disk,
    Ghost,
    Away,
}

/// Every kind: its name, and what it is.
const KINDS: &[(&str, Kind, &str)] = &[
    ("lost", Kind::Lost, "a webhook is never sent"),
    ("doubled", Kind::Doubled, "a webhook comes twice"),
    ("late", Kind::Late, "a webhook comes late or after others"),
    ("unanswered", Kind::Unanswered, "a webhook's answer is lost"),
    ("cut", Kind::Cut, "a call's connection breaks, done or not"),
    ("429", Kind::Busy, "a call is answered 429"),
    ("5xx", Kind::Broken, "a call is answered 500 to 504"),
    ("internal", Kind::Internal, "internal_error, and it is done"),
    ("crash", Kind::Crash, "the app dies, at any await"),
    ("stop", Kind::Stop, "the app is stopped for a while"),
    ("disk", Kind::Disk, "the database is lost"),
    ("ghost", Kind::Ghost, "a call is done long after it broke"),
    ("away", Kind::Away, "a side is away, in incidents only"),
];

/// A choice of faults: `all`, `none`, or names with commas between; `all,-disk` leaves one out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(BTreeSet<Kind>);

impl Default for Faults {
    fn default() -> Self {
        Self(KINDS.iter().map(|(_, kind, _)| *kind).collect())
    }
}

impl Faults {
    pub(super) fn has(&self, kind: Kind) -> bool {
        self.0.contains(&kind)
    }
}

impl FromStr for Faults {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut chosen = BTreeSet::new();
        for name in text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            let (name, out) = match name.strip_prefix('-') {
                Some(name) => (name, true),
                None => (name, false),
            };
            let kinds: BTreeSet<Kind> = match name {
                "all" => Self::default().0,
                "none" => BTreeSet::new(),
                _ => KINDS
                    .iter()
                    .filter(|(known, ..)| *known == name)
                    .map(|(_, kind, _)| *kind)
                    .collect(),
            };
            if kinds.is_empty() && name != "none" {
                let known: Vec<_> = KINDS
                    .iter()
                    .map(|(name, _, what)| format!("\n  {name:<11} {what}"))
                    .collect();
                return Err(format!(
                    "`{name}` is no fault; `all`, `none`, or of these with commas between:{}",
                    known.concat()
                ));
            }
            if out {
                chosen.retain(|kind| !kinds.contains(kind));
            } else {
                chosen.extend(kinds);
            }
        }
        Ok(Self(chosen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_chosen_by_name() {
        let some: Faults = "lost, cut".parse().unwrap();
        assert!(some.has(Kind::Lost) && some.has(Kind::Cut) && !some.has(Kind::Disk));
        assert_eq!("all".parse::<Faults>().unwrap(), Faults::default());
        let without: Faults = "all,-disk".parse().unwrap();
        assert!(!without.has(Kind::Disk) && without.has(Kind::Crash));
        assert_eq!("none".parse::<Faults>().unwrap().0, BTreeSet::new());
        let error = "dragons".parse::<Faults>().unwrap_err();
        assert!(error.contains("`dragons` is no fault") && error.contains("\n  429"));
    }
}
