//! Reads one act: its line and the body below it.

use super::act::{Act, AppAct, Deed, InlineComment, Pushed, Ref, Said, Side, Verdict};
use super::forms;
use super::words::{Expected, Words};
use crate::sandbox::{Fault, WebhookFault};

/// The lines below an act that begin with `| `, and whether anybody took them.
struct Below {
    lines: Vec<String>,
    taken: bool,
}

impl Below {
    fn text(&mut self) -> String {
        self.taken = true;
        self.lines.join("\n")
    }

    fn must(&mut self) -> Result<String, Expected> {
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
    if words.takes("repo") {
        let repo = words.repo()?;
        words.end()?;
        return Ok(Act::Repo(repo));
    }
    if words.takes("wait") {
        let span = words.span()?;
        words.end()?;
        return Ok(Act::Wait(span));
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
    if let Some(said) = said(&mut words.clone(), below)? {
        return Ok(Act::Slack {
            who: who.as_str().to_owned(),
            said,
        });
    }
    match deed(words, below)? {
        Some(deed) => Ok(Act::GitHub { who, deed }),
        None => Err(forms::unknown(line)),
    }
}

fn app(line: &str) -> Result<Act, Expected> {
    Ok(Act::App(match line {
        "app restarts" => AppAct::Restart,
        "app loses its database" => AppAct::LoseDatabase,
        "app stops" => AppAct::Stop,
        "app starts" => AppAct::Start,
        other => return Err(forms::unknown(other)),
    }))
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

/// What GitHub or Slack do: faults of calls and of webhooks.
fn side(line: &str, side: Side) -> Result<Act, Expected> {
    let mut words = Words::new(line);
    words.word();
    if side == Side::GitHub && words.takes("sends the last delivery again") {
        words.end()?;
        return Ok(Act::Redeliver);
    }
    let webhook = match side {
        Side::GitHub => "the next webhook",
        Side::Slack => "the next event",
    };
    for (verb, fault) in [
        ("loses", WebhookFault::Lost),
        ("doubles", WebhookFault::Doubled),
        ("delays", WebhookFault::Late),
    ] {
        if words.takes(verb) {
            words.need(webhook)?;
            words.end()?;
            return Ok(Act::Webhook { side, fault });
        }
    }
    let fault = if words.takes("answers 429 after") {
        let seconds = words.span()?.as_secs();
        words.need("to")?;
        Fault::RateLimited(u64::try_from(seconds).unwrap_or_default())
    } else if words.takes("answers") {
        let code: u16 = words.word().parse().unwrap_or_default();
        if !(500..=599).contains(&code) {
            return Err("a status from 500 to 599, or `429 after 30s`, expected".to_owned());
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

/// What somebody does in Slack, if it is that.
fn said(words: &mut Words<'_>, below: &mut Below) -> Result<Option<Said>, Expected> {
    let text = |words: &mut Words<'_>, below: &mut Below| {
        if words.rest().is_empty() {
            Ok(below.text())
        } else {
            words.quoted()
        }
    };
    let said = if words.takes("says in") {
        let channel = words.channel()?;
        let text = text(words, below)?;
        if text.is_empty() {
            return Err("what is said is expected, in quotes or below".to_owned());
        }
        Said::Say { channel, text }
    } else if words.takes("mentions sssbot in") {
        let channel = words.channel()?;
        let text = text(words, below)?;
        Said::Mention { channel, text }
    } else if words.takes("presses") {
        let button = words.quoted()?;
        words.need("in")?;
        let channel = words.channel()?;
        Said::Press { channel, button }
    } else if words.takes("archives") {
        let channel = words.channel()?;
        Said::Archive { channel }
    } else if words.takes("unarchives") {
        let channel = words.channel()?;
        Said::Unarchive { channel }
    } else if words.rest().starts_with("renames #") {
        words.word();
        let channel = words.channel()?;
        words.need("to")?;
        let to = words.channel()?;
        Said::RenameChannel { channel, to }
    } else if words.takes("invites sssbot to") {
        let channel = words.channel()?;
        Said::InviteBot { channel }
    } else if words.takes("kicks sssbot from") {
        let channel = words.channel()?;
        Said::KickBot { channel }
    } else {
        return Ok(None);
    };
    words.end()?;
    Ok(Some(said))
}

/// What somebody does on GitHub, if it is that.
fn deed(mut words: Words<'_>, below: &mut Below) -> Result<Option<Deed>, Expected> {
    let all = &mut words;
    let deed = match all.word() {
        "opens" => opens(all, below)?,
        "comments" => {
            all.need("on")?;
            let on = all.reference()?;
            let body = below.must()?;
            Deed::Comment { on, body }
        }
        "edits" => {
            if all.takes("review comment") {
                let nth = all.nth()?;
                let body = below.must()?;
                Deed::EditReviewComment { nth, body }
            } else if all.takes("comment") {
                let nth = all.nth()?;
                let body = below.must()?;
                Deed::EditComment { nth, body }
            } else {
                let on = all.reference()?;
                let body = below.must()?;
                Deed::EditBody { on, body }
            }
        }
        "deletes" => {
            if all.takes("review comment") {
                Deed::DeleteReviewComment { nth: all.nth()? }
            } else if all.takes("comment") {
                Deed::DeleteComment { nth: all.nth()? }
            } else if all.takes("branch") {
                let repo = all.repo()?;
                let branch = all.branch()?;
                Deed::DeleteBranch { repo, branch }
            } else {
                Deed::Delete {
                    on: all.reference()?,
                }
            }
        }
        "renames" => {
            let on = all.reference()?;
            all.need("to")?;
            let title = all.quoted()?;
            Deed::Rename { on, title }
        }
        "labels" => {
            let on = all.reference()?;
            all.need("with")?;
            let labels = all.list()?;
            Deed::Label { on, labels }
        }
        "unlabels" => {
            let on = all.reference()?;
            all.need("of")?;
            let labels = all.list()?;
            Deed::Unlabel { on, labels }
        }
        "assigns" => {
            let whom = all.login()?;
            all.need("to")?;
            let on = all.reference()?;
            Deed::Assign { on, whom }
        }
        "unassigns" => {
            let whom = all.login()?;
            all.need("from")?;
            let on = all.reference()?;
            Deed::Unassign { on, whom }
        }
        "closes" => {
            let on = all.reference()?;
            let not_planned = all.takes("as not planned");
            Deed::Close { on, not_planned }
        }
        "reopens" => Deed::Reopen {
            on: all.reference()?,
        },
        "merges" => Deed::Merge {
            on: all.reference()?,
        },
        "marks" => {
            let on = all.reference()?;
            all.need("ready")?;
            Deed::Ready { on }
        }
        "asks" => {
            let whom = all.login()?;
            all.need("to review")?;
            let on = all.reference()?;
            Deed::AskReview { on, whom }
        }
        "reviews" => review(all, below)?,
        "replies" => {
            all.need("to review comment")?;
            let nth = all.nth()?;
            let body = below.must()?;
            Deed::ReplyToReview { nth, body }
        }
        verb @ ("resolves" | "unresolves") => {
            all.need("review comment")?;
            let nth = all.nth()?;
            let resolved = verb == "resolves";
            Deed::Resolve { nth, resolved }
        }
        "dismisses" => {
            all.need("review")?;
            let nth = all.nth()?;
            let body = below.must()?;
            Deed::DismissReview { nth, body }
        }
        "pushes" => push(all, below, false)?,
        "force-pushes" => push(all, below, true)?,
        "creates" => {
            all.need("branch")?;
            let repo = all.repo()?;
            let branch = all.branch()?;
            Deed::CreateBranch { repo, branch }
        }
        _ => return Ok(None),
    };
    words.end()?;
    Ok(Some(deed))
}

fn opens(words: &mut Words<'_>, below: &mut Below) -> Result<Deed, Expected> {
    let draft = words.takes("draft");
    if !draft && words.takes("issue") {
        let repo = words.repo()?;
        let title = words.quoted()?;
        let labels = if words.takes("with") {
            words.list()?
        } else {
            Vec::new()
        };
        return Ok(Deed::OpenIssue {
            repo,
            title,
            body: below.text(),
            labels,
        });
    }
    words.need("pull")?;
    let repo = words.repo()?;
    let title = words.quoted()?;
    words.need("from")?;
    let head = words.branch()?;
    let base = if words.takes("into") {
        Some(words.branch()?)
    } else {
        None
    };
    Ok(Deed::OpenPull {
        repo,
        title,
        body: below.text(),
        head,
        base,
        draft,
    })
}

fn push(words: &mut Words<'_>, below: &mut Below, force: bool) -> Result<Deed, Expected> {
    let commits = if words.rest().starts_with('"') {
        Pushed::Messages(vec![words.quoted()?])
    } else if words.peek() == "to" {
        let messages = below.must()?;
        Pushed::Messages(messages.lines().map(str::to_owned).collect())
    } else {
        let count = words.nth()?;
        if !words.takes("commits") {
            words.need("commit")?;
        }
        Pushed::Some(count)
    };
    words.need("to")?;
    let repo = words.repo()?;
    let branch = words.branch()?;
    Ok(Deed::Push {
        repo,
        branch,
        commits,
        force,
    })
}

fn review(words: &mut Words<'_>, below: &mut Below) -> Result<Deed, Expected> {
    let (at, verdict) = words
        .rest()
        .split_once(':')
        .ok_or("`:` and the verdict expected after the pull request")?;
    let verdict = match verdict.trim() {
        "approve" => Verdict::Approve,
        "request changes" => Verdict::RequestChanges,
        "comment" => Verdict::Comment,
        other => {
            return Err(format!(
                "`approve`, `request changes` or `comment` expected, not `{other}`"
            ));
        }
    };
    let mut at = Words::new(at);
    let on: Ref = at.reference()?;
    at.end()?;
    *words = Words::new("");
    below.taken = true;
    let mut body: Vec<&str> = Vec::new();
    let mut comments: Vec<InlineComment> = Vec::new();
    for line in &below.lines {
        if let Some(comment) = inline(line) {
            comments.push(comment);
        } else if let (Some(more), Some(last)) = (line.strip_prefix(">  "), comments.last_mut()) {
            last.body.push('\n');
            last.body.push_str(more);
        } else {
            body.push(line);
        }
    }
    Ok(Deed::Review {
        on,
        verdict,
        body: body.join("\n").trim().to_owned(),
        comments,
    })
}

/// `> src/main.rs:12 text`
fn inline(line: &str) -> Option<InlineComment> {
    let (place, text) = line.strip_prefix("> ")?.split_once(' ')?;
    let (path, number) = place.rsplit_once(':')?;
    (!path.is_empty()).then_some(())?;
    Some(InlineComment {
        path: path.to_owned(),
        line: number.parse().ok().filter(|line| *line > 0)?,
        body: text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{Login, RepoName};
    use jiff::SignedDuration;

    fn one(line: &str, body: &[&str]) -> Result<Act, String> {
        act(line, body.iter().map(|line| (*line).to_owned()).collect())
    }

    fn shop(number: u64) -> Ref {
        Ref {
            repo: RepoName::from("acme/shop"),
            number,
        }
    }

    fn by(who: &str, deed: Deed) -> Result<Act, String> {
        Ok(Act::GitHub {
            who: Login::from(who),
            deed,
        })
    }

    #[test]
    fn what_people_do_on_github() {
        assert_eq!(
            one(
                r##"hanako opens issue acme/shop "#example-20210101i \"x\" 落ちる" with bug, 事象レベル1 ⚠️"##,
                &["a", "", "b"]
            ),
            by(
                "hanako",
                Deed::OpenIssue {
                    repo: RepoName::from("acme/shop"),
                    title: "#example-20210101i \"x\" 落ちる".to_owned(),
                    body: "a\n\nb".to_owned(),
                    labels: vec!["bug".to_owned(), "事象レベル1 ⚠️".to_owned()],
                }
            )
        );
        assert_eq!(
            one(
                "taro reviews acme/shop#2: request changes",
                &["All in all", "> src/a.rs:12 one", ">  two", "> a quote"]
            ),
            by(
                "taro",
                Deed::Review {
                    on: shop(2),
                    verdict: Verdict::RequestChanges,
                    body: "All in all\n> a quote".to_owned(),
                    comments: vec![InlineComment {
                        path: "src/a.rs".to_owned(),
                        line: 12,
                        body: "one\ntwo".to_owned(),
                    }],
                }
            )
        );
        assert_eq!(
            one("hanako pushes to acme/shop fix/a", &["one", "two"]),
            by(
                "hanako",
                Deed::Push {
                    repo: RepoName::from("acme/shop"),
                    branch: "fix/a".to_owned(),
                    commits: Pushed::Messages(vec!["one".to_owned(), "two".to_owned()]),
                    force: false,
                }
            )
        );
        assert_eq!(
            one("renovate[bot] closes acme/shop#1 as not planned", &[]),
            by(
                "renovate[bot]",
                Deed::Close {
                    on: shop(1),
                    not_planned: true
                }
            )
        );
    }

    #[test]
    fn what_the_sides_and_the_app_do() {
        assert_eq!(
            one("slack answers 429 after 30s to chat.postMessage", &[]),
            Ok(Act::Fault {
                side: Side::Slack,
                call: "chat.postMessage".to_owned(),
                fault: Fault::RateLimited(30),
                times: 1,
            })
        );
        assert_eq!(
            one(
                "github answers 502 to POST /repos/acme/shop/issues 3 times",
                &[]
            ),
            Ok(Act::Fault {
                side: Side::GitHub,
                call: "POST /repos/acme/shop/issues".to_owned(),
                fault: Fault::Status(502),
                times: 3,
            })
        );
        assert_eq!(
            one("wait 1h30m", &[]),
            Ok(Act::Wait(SignedDuration::from_secs(5400)))
        );
        assert_eq!(
            one("workflow Build and test fails on acme/shop#2", &[]),
            Ok(Act::Check {
                name: "Build and test".to_owned(),
                workflow: true,
                at: shop(2),
                passed: false,
            })
        );
        assert_eq!(
            one("hanako renames #a to #b", &[]),
            Ok(Act::Slack {
                who: "hanako".to_owned(),
                said: Said::RenameChannel {
                    channel: "a".to_owned(),
                    to: "b".to_owned()
                },
            })
        );
    }

    #[test]
    fn a_body_can_be_grown() {
        let act = one(
            "taro comments on acme/shop#1, repeated to 60 KB",
            &["あいう"],
        );
        let Ok(Act::GitHub {
            deed: Deed::Comment { body, .. },
            ..
        }) = act
        else {
            panic!("{act:?}");
        };
        assert!((60 * 1024 - 3..=60 * 1024).contains(&body.len()));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, body, said) in [
            (
                "taro dances",
                &[][..],
                "unknown act `taro dances`; the known acts are:\n  channel #name",
            ),
            (
                "taro comments on acme/shop",
                &["a"],
                "an issue or a pull request",
            ),
            (
                "taro comments on acme/shop#1",
                &[],
                "a body is expected below",
            ),
            ("taro closes acme/shop#1", &["a"], "this act takes no body"),
            (
                "taro closes acme/shop#1 now",
                &[],
                "nothing more expected at `now`",
            ),
            (
                "taro renames acme/shop#1 to title",
                &[],
                "words in quotes expected at `title`",
            ),
            (
                "taro renames acme/shop#1 to \"title",
                &[],
                "the closing quote is missing",
            ),
            ("wait long", &[], "a time"),
            ("app explodes", &[], "unknown act"),
            ("slack answers 404 to x", &[], "a status from 500 to 599"),
            (
                "channel general",
                &[],
                "a channel (`#name`) expected, not `general`",
            ),
        ] {
            let error = one(line, body).unwrap_err();
            assert!(error.starts_with(said), "{line}: {error}");
        }
    }

    /// Every form that an error lists is one that is understood, once its choices are made.
    #[test]
    fn every_form_is_understood() {
        for form in forms::FORMS {
            let line = form
                .replace("WHOM", "taro")
                .replace("WHO", "hanako")
                .replace("NAME", "lint")
                .replace("VERB", "POST")
                .replace(": approve | request changes | comment", ": approve");
            let without: String = line
                .split_once(" [")
                .map_or(line.clone(), |(before, _)| before.to_owned());
            for line in [without, line.replace(['[', ']'], "")] {
                let read = one(&line, &[]).or_else(|_| one(&line, &["body"]));
                assert!(read.is_ok(), "{line}: {read:?}");
            }
        }
    }
}
