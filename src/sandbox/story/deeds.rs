//! Reads one act: its line and the body below it.

use jiff::SignedDuration;

use super::act::{Act, AppAct, Side, Workspace};
use super::words::{Expected, Words};
use super::{forms, in_slack, on_github, teams};
use crate::sandbox::{Fault, Moment, WebhookFault};

/// The lines below an act that begin with `| `, and whether anybody took them.
pub(super) struct Below {
    pub(super) lines: Vec<String>,
    pub(super) taken: bool,
}

impl Below {
    /// The whole body; may be empty.
    pub(super) fn text(&mut self) -> String {
        self.taken = true;
        self.lines.join("\n")
    }

    /// The whole body, which must be there.
    pub(super) fn must(&mut self) -> Result<String, Expected> {
        if self.lines.is_empty() {
            return Err("a body is expected below this act: lines that begin with `| `".to_owned());
        }
        Ok(self.text())
    }
}

/// Reads an act; `lines` are the body below it, without their `| `.
pub(super) fn act(line: &str, lines: Vec<String>) -> Result<Act, Expected> {
    let (line, lines) = grown(line.trim(), lines)?;
    let has_body = !lines.is_empty();
    let mut below = Below {
        lines,
        taken: false,
    };
    let act = read(line, &mut below)?;
    if has_body && !below.taken {
        return Err("this act takes no body".to_owned());
    }
    Ok(act)
}

/// The acts of one moment as one. Time and the app's own life are nothing that people do at once.
pub(super) fn at_once(first: Act, then: Act) -> Result<Act, Expected> {
    if [&first, &then]
        .iter()
        .any(|act| matches!(act, Act::Wait(_) | Act::App(_)))
    {
        return Err("only what happens on GitHub or in Slack can happen at once".to_owned());
    }
    Ok(match first {
        Act::AtOnce(mut all) => {
            all.push(then);
            Act::AtOnce(all)
        }
        first => Act::AtOnce(vec![first, then]),
    })
}

/// `…, repeated to 60 KB` at the end of an act repeats its body up to that size.
fn grown(line: &str, lines: Vec<String>) -> Result<(&str, Vec<String>), Expected> {
    let (line, size) = match line.rsplit_once(", repeated to ") {
        Some((line, size)) if !size.contains('"') => (line, size),
        _ => return Ok((line, lines)),
    };
    let bytes = size
        .strip_suffix(" KB")
        .and_then(|number| number.parse::<usize>().ok())
        .filter(|number| (1..=1024).contains(number))
        .ok_or_else(|| format!("a size (`60 KB`) expected, not `{size}`"))?
        * 1024;
    let once = lines.join("\n") + "\n";
    if once.trim().is_empty() {
        return Err("there is nothing to repeat".to_owned());
    }
    let mut all = once.repeat(bytes.div_ceil(once.len()));
    let mut end = bytes;
    while !all.is_char_boundary(end) {
        end -= 1;
    }
    all.truncate(end);
    Ok((line, all.split('\n').map(str::to_owned).collect()))
}

fn read(line: &str, below: &mut Below) -> Result<Act, Expected> {
    let mut words = Words::new(line);
    let private = words.takes("private");
    let archived = !private && words.takes("archived");
    if words.takes("channel") {
        let name = words.channel()?;
        let with_bot = words.takes("with sssbot");
        words.end()?;
        return Ok(Act::Channel {
            name,
            private,
            archived,
            with_bot,
        });
    }
    let mut words = Words::new(line);
    if words.takes("person") {
        let name = words.login()?.as_str().to_owned();
        let guest = words.takes("as guest");
        let admin = !guest && words.takes("as admin");
        words.end()?;
        return Ok(Act::Person { name, guest, admin });
    }
    if words.takes("group") {
        let handle = words.handle()?;
        let name = words.quoted()?;
        words.need("of")?;
        let members = words.list()?;
        return Ok(Act::Group {
            handle,
            name,
            members,
        });
    }
    if words.takes("repo") {
        let repo = words.repo()?;
        words.end()?;
        return Ok(Act::Repo(repo));
    }
    if words.takes("file") {
        let repo = words.repo()?;
        let path = words.path()?;
        let branch = match words.takes("on") {
            true => Some(words.branch()?),
            false => None,
        };
        words.end()?;
        let body = below.must()?;
        return Ok(Act::File {
            repo,
            path,
            branch,
            body,
        });
    }
    if words.takes("wait") {
        let span = words.span()?;
        words.end()?;
        return Ok(Act::Wait(span));
    }
    if let Some(set) = workspace(&mut words) {
        words.end()?;
        return Ok(Act::Workspace(set));
    }
    match words.peek() {
        "app" => return app(line),
        "github" => return side(line, Side::GitHub),
        "slack" => return side(line, Side::Slack),
        _ => {}
    }
    if let Some(check) = check(line)? {
        return Ok(check);
    }
    let who = words.login()?;
    if let Some(act) = teams::by(&who, &mut words)? {
        return Ok(Act::GitHubTeam(act));
    }
    if let Some(said) = in_slack::said(&mut words.clone(), below)? {
        return Ok(Act::Slack {
            who: who.as_str().to_owned(),
            said,
        });
    }
    match on_github::deed(words, below)? {
        Some(deed) => Ok(Act::GitHub { who, deed }),
        None => Err(forms::unknown(line)),
    }
}

/// What is set up otherwise in Slack.
fn workspace(words: &mut Words<'_>) -> Option<Workspace> {
    let all = [
        (
            "slack lets only admins change groups",
            Workspace::GroupsByAdmins(true),
        ),
        (
            "slack lets everybody change groups",
            Workspace::GroupsByAdmins(false),
        ),
        ("slack is on the free plan", Workspace::Paid(false)),
        ("slack is on a paid plan", Workspace::Paid(true)),
        (
            "slack takes only ascii channel names",
            Workspace::JapaneseNames(false),
        ),
    ];
    if let Some((_, set)) = all.into_iter().find(|(said, _)| words.takes(said)) {
        return Some(set);
    }
    let token = words.takes("sssbot gets the token of");
    token.then(|| Workspace::TokenOf(words.word().to_owned()))
}

fn app(line: &str) -> Result<Act, Expected> {
    Ok(Act::App(match line {
        "app restarts" => AppAct::Restart,
        "app loses its database" => AppAct::LoseDatabase,
        "app stops" => AppAct::Stop,
        "app starts" => AppAct::Start,
        other => return dies(other),
    }))
}

/// `app dies at call 3`
fn dies(line: &str) -> Result<Act, Expected> {
    let mut words = Words::new(line);
    let end = if words.takes("app dies at call") {
        AppAct::DieAtCall(words.nth()?, Moment::Before)
    } else if words.takes("app dies after call") {
        AppAct::DieAtCall(words.nth()?, Moment::After)
    } else if words.takes("app dies after") {
        let steps = words.nth()?;
        if !words.takes("steps") {
            words.need("step")?;
        }
        AppAct::DieAfterSteps(steps)
    } else {
        return Err(forms::unknown(line));
    };
    words.end()?;
    Ok(Act::App(end))
}

/// `lint fails on acme/shop#2`; a name may have spaces.
fn check(line: &str) -> Result<Option<Act>, Expected> {
    let ends = [(" passes on ", true), (" fails on ", false)];
    for (middle, passed) in ends {
        // A title in quotes may say that something fails on something.
        if let Some((name, at)) = line.split_once(middle)
            && !name.contains('"')
        {
            let mut words = Words::new(at);
            let at = words.reference()?;
            words.end()?;
            let (name, workflow) = match name.strip_prefix("workflow ") {
                Some(name) => (name, true),
                None => (name, false),
            };
            return Ok(Some(Act::Check {
                name: name.to_owned(),
                workflow,
                at,
                passed,
            }));
        }
    }
    Ok(None)
}

/// What happens to the next webhook (or event, as `webhook` says) on its way.
fn on_the_way(words: &mut Words<'_>, webhook: &str) -> Result<Option<WebhookFault>, Expected> {
    let all = |verb: &str| format!("{verb} {webhook}");
    Ok(if words.takes(&all("loses")) {
        Some(WebhookFault::Lost)
    } else if words.takes(&all("doubles")) {
        Some(WebhookFault::Doubled)
    } else if words.takes(&all("loses the answer to")) {
        Some(WebhookFault::Unanswered)
    } else if words.takes(&all("delays")) {
        if words.takes("by") {
            Some(WebhookFault::LateBy(words.span()?))
        } else if words.takes("behind") {
            let others = words.nth()?;
            if !words.takes("others") {
                words.need("other")?;
            }
            Some(WebhookFault::Behind(others))
        } else {
            Some(WebhookFault::Behind(1))
        }
    } else {
        None
    })
}

/// What GitHub or Slack do: faults of calls and of webhooks.
fn side(line: &str, side: Side) -> Result<Act, Expected> {
    let mut words = Words::new(line);
    words.word();
    if side == Side::GitHub && words.takes("sends the last delivery again") {
        words.end()?;
        return Ok(Act::Redeliver);
    }
    if side == Side::GitHub
        && let Some(act) = teams::on_github(&mut words)?
    {
        return Ok(Act::GitHubTeam(act));
    }
    for (verb, away) in [("goes away", true), ("comes back", false)] {
        if words.takes(verb) {
            words.end()?;
            return Ok(Act::Away { side, away });
        }
    }
    let webhook = match side {
        Side::GitHub => "the next webhook",
        Side::Slack => "the next event",
    };
    if let Some(fault) = on_the_way(&mut words, webhook)? {
        words.end()?;
        return Ok(Act::Webhook { side, fault });
    }
    let mut done_later = false;
    let fault = if words.takes("loses the connection before") {
        Fault::CutBefore
    } else if words.takes("loses the connection after") {
        Fault::CutAfter
    } else if side == Side::Slack && words.takes("loses the connection and does") {
        done_later = true;
        Fault::DoneLater(SignedDuration::ZERO)
    } else if words.takes("answers 429 after") {
        let seconds = words.span()?.as_secs();
        words.need("to")?;
        Fault::RateLimited(u64::try_from(seconds).unwrap_or_default())
    } else if words.takes("answers") {
        let code: u16 = words.word().parse().unwrap_or_default();
        let forbidden = side == Side::GitHub && code == 403;
        if !(500..=599).contains(&code) && !forbidden {
            return Err(
                "a status from 500 to 599, of GitHub's 403, or `429 after 30s`, expected"
                    .to_owned(),
            );
        }
        words.need("to")?;
        Fault::Status(code)
    } else if words.takes("times out before") {
        Fault::TimeoutBefore
    } else if words.takes("times out after") {
        Fault::TimeoutAfter
    } else if side == Side::Slack && words.takes("says internal_error after") {
        Fault::InternalErrorAfter
    } else {
        return Err(forms::unknown(line));
    };
    let mut call = words.rest();
    let mut times = 1;
    if let Some(before) = call.strip_suffix(" times")
        && let Some((before, number)) = before.rsplit_once(' ')
    {
        times = Words::new(number).nth()?;
        call = before;
    }
    let fault = if done_later {
        let late = call
            .strip_suffix(" later")
            .and_then(|it| it.rsplit_once(' '));
        let (method, span) = late.ok_or("`30s later` expected after the method")?;
        call = method.trim();
        Fault::DoneLater(Words::new(span).span()?)
    } else {
        fault
    };
    if call.is_empty() {
        return Err("the call that meets it expected at the end of the line".to_owned());
    }
    Ok(Act::Fault {
        side,
        call: call.to_owned(),
        fault,
        times,
    })
}
