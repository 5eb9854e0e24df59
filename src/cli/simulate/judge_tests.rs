//! What a judge must notice: a made-up channel that shows too much, too little, or something old.

use super::*;
use crate::cli::simulate::script::write;
use crate::cli::simulate::step::{Branch, Deed, Step};

fn step(deed: Deed) -> Step {
    Step { deed, way: None }
}

fn made(mut deeds: Vec<Deed>) -> Ledger {
    let channel = |channel| Deed::Channel {
        channel,
        with_bot: true,
    };
    let issue = Deed::Issue {
        thing: 0,
        repo: 0,
        names: vec![0],
        word: 1,
    };
    let mut all = vec![channel(0), channel(1), issue];
    all.append(&mut deeds);
    let steps: Vec<Step> = all.into_iter().map(step).collect();
    let script = write("A test", &steps);
    assert_eq!(script.steps.len(), steps.len(), "{}", script.source);
    script.ledger
}

fn comment(word: Word) -> Deed {
    Deed::Comment { thing: 0, word }
}

fn truth(words: &[(Word, u32)]) -> Truth {
    Truth {
        words: words.iter().copied().collect(),
        heard: words
            .iter()
            .map(|(word, _)| (*word, (*word as usize, at(0))))
            .collect(),
        ..Truth::default()
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_600_000_000 + second).unwrap()
}

fn shown(key: &str, words: &[(Word, u32)]) -> Shown {
    Shown {
        keys: vec![key.to_owned()],
        posted: at(1),
        words: words.to_vec(),
        ..Shown::default()
    }
}

fn judged(ledger: &Ledger, truth: &Truth, first: Vec<Shown>, second: Vec<Shown>) -> Vec<String> {
    judge(ledger, truth, &BTreeMap::from([(0, first), (1, second)]))
}

#[test]
fn words_are_found_in_texts() {
    let text = "💬 @taro commented: w0012v3 is seen, *w0001v10* and aw0001v1 w001v1 w0001v";
    assert_eq!(words_in(text), [(12, 3), (1, 10)]);
}

#[test]
fn what_is_as_it_should_be_is_not_wrong() {
    let ledger = made(vec![comment(2), Deed::EditComment { word: 2 }]);
    let truth = truth(&[(1, 1), (2, 2)]);
    let right = vec![shown("s:1", &[(1, 1)]), shown("c:2", &[(2, 2)])];
    assert_eq!(judged(&ledger, &truth, right, vec![]), [""; 0]);
}

#[test]
fn what_is_missing_doubled_stale_or_elsewhere_is_wrong() {
    let ledger = made(vec![comment(2), Deed::EditComment { word: 2 }]);
    let truth = truth(&[(1, 1), (2, 2)]);
    let opened = || shown("s:1", &[(1, 1)]);
    let right = || shown("c:2", &[(2, 2)]);
    for (first, second, wrong) in [
        (vec![opened()], vec![], "w0002v2 (Comment) is missing"),
        (
            vec![opened(), right(), shown("c:x", &[(2, 2)])],
            vec![],
            "w0002v2 (Comment) is shown too often: [2, 2]",
        ),
        (
            vec![opened(), shown("c:2", &[(2, 1)])],
            vec![],
            "w0002v2 (Comment) is shown as [1]",
        ),
        (
            vec![opened(), right()],
            vec![right()],
            "w0002v2 (Comment) does not belong here: [2]",
        ),
        (
            vec![opened(), right(), shown("c:9", &[(9, 1)])],
            vec![],
            "nobody wrote w0009v1",
        ),
        (
            vec![opened(), right(), shown("c:2", &[])],
            vec![],
            "two messages about c:2",
        ),
        (
            vec![opened(), right(), Shown::default()],
            vec![],
            "no metadata on ``",
        ),
        (
            vec![right(), opened()],
            vec![],
            "w0001v0 stands below w0002v0, which is younger",
        ),
    ] {
        let found = judged(&ledger, &truth, first, second);
        assert!(
            found.iter().any(|it| it.ends_with(wrong)),
            "{wrong}: {found:?}"
        );
    }
}

#[test]
fn what_was_told_before_the_older_was_heard_of_stays_above_it() {
    let ledger = made(vec![comment(2)]);
    let wrong = |heard_after: i64, turns: [usize; 2]| {
        let mut truth = truth(&[(1, 1), (2, 1)]);
        truth.heard.insert(1, (turns[0], at(heard_after)));
        truth.heard.insert(2, (turns[1], at(9)));
        let wrong_way = vec![shown("c:2", &[(2, 1)]), shown("s:1", &[(1, 1)])];
        !judged(&ledger, &truth, wrong_way, vec![]).is_empty()
    };
    assert!(wrong(0, [1, 2]));
    // By an edit, say, whose webhook was quicker than that of the making.
    assert!(!wrong(5, [1, 2]));
    // Both in one moment: the order of their webhooks.
    assert!(wrong(1, [1, 2]));
    assert!(!wrong(1, [2, 1]));
    // Told by a look after the older was heard of, whenever its own webhook came.
    assert!(wrong(0, [2, 1]));
}

#[test]
fn what_was_deleted_may_leave_a_trace_and_no_text() {
    let ledger = made(vec![comment(2), Deed::DeleteComment { word: 2 }]);
    let truth = truth(&[(1, 1)]);
    let opened = || shown("s:1", &[(1, 1)]);
    let trace = vec![opened(), shown("c:2", &[])];
    assert_eq!(judged(&ledger, &truth, trace, vec![]), [""; 0]);
    let still = vec![opened(), shown("c:2", &[(2, 1)])];
    let found = judged(&ledger, &truth, still, vec![]);
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with("w0002v0 (Comment) was deleted: [1]"));
}

#[test]
fn a_title_brings_a_thing_to_a_channel_once() {
    let rename = Deed::Rename {
        thing: 0,
        names: vec![1],
    };
    let ledger = made(vec![comment(2), rename, comment(3)]);
    let truth = truth(&[(1, 1), (2, 1), (3, 1)]);
    let first = || {
        let all = [("s:1", 1), ("c:2", 2)];
        let mut all: Vec<Shown> = all.iter().map(|(k, w)| shown(k, &[(*w, 1)])).collect();
        all.push(shown("mv:acme/shop#1:9", &[]));
        all
    };
    let back_fill = |at: &str| {
        let key = format!("bf:acme/shop#1:shop-20210101i-2:{at}");
        let text =
            "here:\n2021-01-01 10:00 @hanako opened it: w0001v1\n2021-01-01 10:00 @taro: w0002v1";
        Shown::read(vec![key], self::at(1), text)
    };
    let last = || shown("c:3", &[(3, 1)]);
    let right = vec![back_fill("9"), last()];
    assert_eq!(judged(&ledger, &truth, first(), right), [""; 0]);
    let without = judged(&ledger, &truth, first(), vec![last()]);
    assert!(without[0].contains("came here 1 times, and that is told 0 times"));
    let twice = vec![back_fill("9"), back_fill("10"), last()];
    let twice = judged(&ledger, &truth, first(), twice);
    assert!(twice[0].contains("came here 1 times, and that is told 2 times"));
}

#[test]
fn closings_are_counted() {
    let ledger = made(vec![
        Deed::Close { thing: 0 },
        Deed::Reopen { thing: 0 },
        Deed::Close { thing: 0 },
    ]);
    let mut truth = truth(&[(1, 1)]);
    truth.turns.insert(("acme/shop".to_owned(), 1), (2, 1));
    let told = |turns: &[&str]| {
        let mut all = vec![shown("s:1", &[(1, 1)])];
        for (at, turn) in turns.iter().enumerate() {
            all.push(shown(&format!("s:acme/shop#1:{turn}:{at}"), &[]));
        }
        judged(&ledger, &truth, all, vec![])
    };
    assert_eq!(told(&["closed", "reopened", "closed"]), [""; 0]);
    assert_eq!(told(&["closed", "reopened"]).len(), 1);
    assert_eq!(told(&["closed", "reopened", "closed", "closed"]).len(), 1);
}

#[test]
fn a_push_belongs_where_its_branch_says() {
    let branch = Branch {
        number: 1,
        names: Some(1),
    };
    let push = Deed::Push {
        repo: 0,
        branch,
        word: 2,
    };
    let ledger = made(vec![push]);
    let truth = truth(&[(1, 1), (2, 1)]);
    let opened = || vec![shown("s:1", &[(1, 1)])];
    let there = judged(&ledger, &truth, opened(), vec![shown("p:1", &[(2, 1)])]);
    assert_eq!(there, [""; 0]);
    let nowhere = judged(&ledger, &truth, opened(), vec![]);
    assert!(nowhere[0].ends_with("w0002v1 (Commit) is missing"));
}
