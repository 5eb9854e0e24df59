//! What goes wrong next: for a webhook, for a call, for the app.

use super::super::faults::Kind;
use super::super::step::{AppDeed, Deed, Trouble, Way};
use super::Planner;

/// The methods of Slack's that meet faults, and how often.
const METHODS: &[(u64, &str)] = &[
    (8, "chat.postMessage"),
    (4, "chat.update"),
    (3, "conversations.history"),
    (1, "conversations.list"),
    (1, "conversations.join"),
    (1, "auth.test"),
    (3, "*"),
];

/// The calls to GitHub that meet faults.
const PLACES: &[&str] = &[
    "*",
    "*",
    "*",
    "GET /repos/acme/shop/issues",
    "GET /repos/acme/shop/issues/comments",
    "GET /repos/acme/search/issues",
    "GET /app/hook/deliveries",
];

impl Planner<'_> {
    /// What happens to the webhook: mostly nothing.
    pub(in crate::cli::simulate) fn way(&mut self) -> Option<Way> {
        if !self.dice.once_in(4) {
            return None;
        }
        let faults = &self.wishes.faults;
        let mut ways = Vec::new();
        if faults.has(Kind::Lost) {
            ways.extend([Way::Lost, Way::Lost]);
        }
        if faults.has(Kind::Doubled) {
            ways.push(Way::Doubled);
        }
        if faults.has(Kind::Unanswered) {
            ways.push(Way::Unanswered);
        }
        if faults.has(Kind::Late) {
            ways.push(Way::Behind(self.dice.between(1, 4)));
            ways.push(Way::LateBy(self.dice.between(2, 900)));
        }
        self.dice.one(&ways).copied()
    }

    pub(in crate::cli::simulate) fn app(&mut self) -> Option<Deed> {
        let faults = &self.wishes.faults;
        let mut all = Vec::new();
        if faults.has(Kind::Crash) {
            all.extend([
                (3, AppDeed::DieAtCall(self.dice.between(1, 12))),
                (3, AppDeed::DieAfterCall(self.dice.between(1, 12))),
                (5, AppDeed::DieAfterSteps(self.dice.between(1, 90))),
            ]);
        }
        if faults.has(Kind::Stop) {
            all.extend([(2, AppDeed::Stop), (2, AppDeed::Restart)]);
        }
        if faults.has(Kind::Disk) {
            all.push((1, AppDeed::LoseDatabase));
        }
        let deed = self.dice.weighted(&all)?;
        self.stopped |= deed == AppDeed::Stop;
        Some(Deed::App(deed))
    }

    pub(super) fn trouble(&mut self) -> Option<Trouble> {
        self.trouble_of(METHODS, PLACES)
    }

    /// What goes wrong with one of these of Slack's methods, or with a call of GitHub's to one of
    /// these places.
    pub(in crate::cli::simulate) fn trouble_of(
        &mut self,
        methods: &[(u64, &str)],
        places: &[&str],
    ) -> Option<Trouble> {
        let faults = &self.wishes.faults;
        let dice = &mut self.dice;
        let in_slack = dice.below(3) > 0;
        let method = dice.weighted(methods)?;
        let place = *dice.one(places)?;
        let (side, call) = if in_slack {
            ("slack", method)
        } else {
            ("github", place)
        };
        let mut lines = Vec::new();
        if faults.has(Kind::Cut) {
            lines.push(format!("{side} loses the connection before {call}"));
            // What reads can be read again; what writes may have been done.
            let writes = call.starts_with("P");
            if in_slack || writes {
                lines.push(format!("{side} loses the connection after {call}"));
                lines.push(format!("{side} loses the connection after {call}"));
            }
        }
        if faults.has(Kind::Busy) {
            let seconds = dice.between(1, 60);
            lines.push(format!("{side} answers 429 after {seconds}s to {call}"));
        }
        if faults.has(Kind::Broken) {
            let status = *dice.one(&[500, 502, 503, 504])?;
            lines.push(format!("{side} answers {status} to {call}"));
        }
        if faults.has(Kind::Internal) && in_slack && call.starts_with("chat.") {
            lines.push(format!("slack says internal_error after {call}"));
        }
        let ghost = faults.has(Kind::Ghost) && call == "chat.postMessage";
        if ghost {
            let seconds = dice.between(2, 120);
            lines.push(format!(
                "slack loses the connection and does {call} {seconds}s later"
            ));
        }
        let mut line = dice.one(&lines)?.clone();
        let times = dice.weighted(&[(6, 1), (2, 2), (1, 5)])?;
        if times > 1 {
            line.push_str(&format!(" {times} times"));
        }
        Some(Trouble {
            disorders: !in_slack || line.ends_with(" later"),
            line,
        })
    }
}
