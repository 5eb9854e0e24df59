//! From a seed to a plan with incidents in it.

use super::super::faults::Kind;
use super::super::plan::{Planner, Wishes};
use super::super::step::{AppDeed, Deed as Any, Step, Way};
use super::{Act, Case, Deed, Hand, LISTS, PEOPLE, SERVICES, Start};

/// Slack's methods that meet faults, and how often.
const METHODS: &[(u64, &str)] = &[
    (6, "chat.postMessage"),
    (3, "chat.update"),
    (2, "conversations.create"),
    (2, "conversations.invite"),
    (1, "conversations.setTopic"),
    (1, "pins.add"),
    (2, "conversations.history"),
    (1, "conversations.list"),
    (1, "usergroups.users.list"),
    (1, "users.info"),
    (4, "*"),
];

/// GitHub's calls that meet faults.
const PLACES: &[&str] = &[
    "*",
    "*",
    "*",
    "POST /repos/acme/postmortem/issues",
    "POST /repos/acme/postmortem/issues/1/comments",
    "PATCH /repos/acme/postmortem/issues/1",
    "GET /repos/acme/postmortem/issues/1/comments",
    "GET /repos/acme/postmortem/issues/1/timeline",
    "GET /app/hook/deliveries",
];

/// What may come next.
#[derive(Debug, Clone, Copy)]
enum Next {
    Lead,
    Level,
    Detected,
    Recovered,
    Note,
    Tick,
    Talk,
    Resolve,
    Reopen,
    Archive,
    Wait,
    Trouble,
    App,
    Away,
    Silence,
}

const WEIGHTS: &[(u64, Next)] = &[
    (5, Next::Lead),
    (6, Next::Level),
    (3, Next::Detected),
    (3, Next::Recovered),
    (5, Next::Note),
    (4, Next::Tick),
    (2, Next::Talk),
    (2, Next::Resolve),
    (1, Next::Reopen),
    (1, Next::Archive),
    (14, Next::Wait),
    (10, Next::Trouble),
    (6, Next::App),
    (2, Next::Away),
    (1, Next::Silence),
];

/// What is known of an incident while it is planned.
#[derive(Debug, Clone, Default)]
struct Planned {
    level: Option<u8>,
    leads: Option<&'static str>,
    detected: Option<u8>,
    recovered: bool,
    resolved: bool,
    archived: bool,
    ticked: Vec<&'static str>,
}

/// The plan of a seed.
pub(in crate::cli::simulate) fn plan(seed: u64, wishes: &Wishes) -> Vec<Step> {
    // Another stream than that of the same seed's other plan.
    let mut base = Planner::new(seed ^ 0x5eed_0000_0000, wishes);
    let mut cases: Vec<(Case, Planned)> = Vec::new();
    let mut words = 0;
    let services: Vec<Case> = (0..SERVICES.len()).collect();
    let first = base.dice.one(&services).copied().unwrap_or(0);
    let second = (first + 1) % SERVICES.len();
    let in_slack = [
        Start::Mention,
        Start::Mention,
        Start::Slash,
        Start::Twice,
        Start::Alert,
        Start::Home,
    ];
    let on_github = [Start::Form, Start::Form, Start::Title];
    let there = base.dice.one(&on_github).copied().unwrap_or(Start::Form);
    let start = base.dice.one(&in_slack).copied().unwrap_or(Start::Slash);
    let starts = match base.dice.below(4) {
        0 => vec![there],
        1 => vec![there, start],
        _ => vec![start],
    };
    for (case, start) in [first, second].into_iter().zip(starts) {
        if base.dice.once_in(2) {
            let trouble = base.trouble_of(METHODS, PLACES).map(Any::Trouble);
            base.steps.extend(trouble.map(bare));
        }
        if base.dice.once_in(3) {
            let deed = base.app();
            base.steps.extend(deed.map(bare));
        }
        let who = base.dice.one(&PEOPLE).copied().unwrap_or("hanako");
        words += 1;
        let deed = Deed::Declare {
            case,
            who,
            start,
            word: words,
        };
        add(&mut base, deed);
        cases.push((case, Planned::default()));
        let span = base.span();
        base.steps.push(bare(Any::Wait(span)));
    }
    let (mut slack_away, mut github_away) = (false, false);
    while base.steps.len() < wishes.acts {
        if base.stopped && base.dice.once_in(3) {
            base.stopped = false;
            base.steps.push(bare(Any::App(AppDeed::Start)));
        }
        for (slack, gone) in [(true, &mut slack_away), (false, &mut github_away)] {
            if *gone && base.dice.once_in(4) {
                *gone = false;
                add(&mut base, Deed::Away { slack, away: false });
            }
        }
        let Some(next) = base.dice.weighted(WEIGHTS) else {
            break;
        };
        match next {
            Next::Wait => {
                let spans = [
                    (4, 1),
                    (4, 12),
                    (4, 65),
                    (3, 130),
                    (2, 320),
                    (2, 960),
                    (1, 1_300),
                ];
                let span = base.dice.weighted(&spans).unwrap_or(1);
                base.steps.push(bare(Any::Wait(span)));
            }
            Next::Trouble => {
                let trouble = base.trouble_of(METHODS, PLACES).map(Any::Trouble);
                base.steps.extend(trouble.map(bare));
            }
            Next::App => {
                let deed = base.app();
                base.steps.extend(deed.map(bare));
            }
            Next::Away if base.wishes.faults.has(Kind::Away) => {
                let slack = base.dice.once_in(2);
                let gone = if slack {
                    &mut slack_away
                } else {
                    &mut github_away
                };
                if !std::mem::replace(gone, true) {
                    add(&mut base, Deed::Away { slack, away: true });
                }
            }
            Next::Away => {}
            // Longer than the silence that is asked about; where the timekeeper is silent, too.
            Next::Silence if cases.iter().all(|(_, planned)| planned.recovered) => {
                base.steps.push(bare(Any::Wait(25 * 3_600)));
            }
            Next::Silence => {}
            next => {
                let who = base.dice.one(&PEOPLE).copied().unwrap_or("hanako");
                let at = usize::try_from(base.dice.below(cases.len() as u64)).unwrap_or(0);
                let (case, planned) = &mut cases[at];
                if let Some((act, hand)) = act(&mut base, planned, who, next, &mut words) {
                    let case = *case;
                    add(
                        &mut base,
                        Deed::Act {
                            case,
                            who,
                            act,
                            hand,
                        },
                    );
                }
            }
        }
    }
    std::mem::take(&mut base.steps)
}

fn bare(deed: Any) -> Step {
    Step { deed, way: None }
}

fn add(base: &mut Planner<'_>, deed: Deed) {
    let hears = !matches!(deed, Deed::Away { .. });
    let way = if hears { base.way() } else { None };
    // Slack has no log in which something that was lost could be found.
    let way = way.filter(|way| !(deed.in_slack() && *way == Way::Lost));
    base.steps.push(Step {
        deed: Any::Incident(deed),
        way,
    });
}

/// What somebody does, as far as it makes sense by now.
fn act(
    base: &mut Planner<'_>,
    planned: &mut Planned,
    who: &'static str,
    next: Next,
    words: &mut u32,
) -> Option<(Act, Hand)> {
    let any = [Hand::Typed, Hand::Menu, Hand::Comment];
    let mut hand = *base.dice.one(&any)?;
    if planned.archived {
        return None;
    }
    let native = base.dice.once_in(4);
    let act = match next {
        Next::Lead if planned.leads != Some(who) => {
            if planned.leads.is_none() && native {
                hand = Hand::Native;
            }
            // Whoever takes over does not press who hands over.
            if hand == Hand::Menu && planned.leads.is_some() {
                hand = Hand::Typed;
            }
            planned.leads = Some(who);
            Act::Lead
        }
        Next::Level => {
            let level = u8::try_from(base.dice.between(1, 3)).ok()?;
            if planned.level == Some(level) {
                return None;
            }
            if native {
                hand = Hand::Native;
            }
            planned.level = Some(level);
            Act::Level(level)
        }
        Next::Detected => {
            let minute = u8::try_from(base.dice.between(10, 59)).ok()?;
            if planned.detected == Some(minute) || planned.recovered {
                return None;
            }
            if hand == Hand::Menu {
                hand = Hand::Typed;
            }
            planned.detected = Some(minute);
            Act::Detected(minute)
        }
        Next::Recovered if !planned.recovered => {
            if hand == Hand::Menu {
                hand = Hand::Typed;
            }
            planned.recovered = true;
            Act::Recovered
        }
        Next::Note => {
            *words += 1;
            Act::Note(*words)
        }
        Next::Tick => {
            let list = LISTS[usize::from(planned.level?) - 1];
            let at = usize::try_from(base.dice.below(list.len() as u64)).ok()?;
            if planned.ticked.contains(&list[at]) {
                return None;
            }
            planned.ticked.push(list[at]);
            Act::Tick(at)
        }
        Next::Talk => {
            hand = Hand::Typed;
            Act::Talk
        }
        Next::Resolve if planned.recovered && !planned.resolved => {
            if native {
                hand = Hand::Native;
            } else if hand == Hand::Menu {
                hand = Hand::Typed;
            }
            planned.resolved = true;
            Act::Resolve
        }
        Next::Reopen if planned.resolved => {
            hand = if native { Hand::Native } else { Hand::Comment };
            planned.resolved = false;
            Act::Reopen
        }
        Next::Archive if planned.resolved => {
            hand = Hand::Typed;
            planned.archived = true;
            Act::Archive
        }
        _ => return None,
    };
    Some((act, hand))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::simulate::faults::Faults;
    use crate::cli::simulate::plan::What;

    #[test]
    fn a_seed_is_one_plan_with_one_incident_at_least() {
        for seed in 0..30 {
            let wishes = Wishes {
                acts: 40,
                faults: Faults::default(),
                what: What::Incidents,
            };
            let plan_of = |seed| plan(seed, &wishes);
            assert_eq!(plan_of(seed), plan_of(seed));
            let declares = |step: &Step| matches!(step.deed, Any::Incident(Deed::Declare { .. }));
            assert!(plan_of(seed).iter().any(declares));
            let lost = |step: &Step| match step.deed {
                Any::Incident(deed) => deed.in_slack() && step.way == Some(Way::Lost),
                _ => false,
            };
            assert!(!plan_of(seed).iter().any(lost));
        }
    }
}
