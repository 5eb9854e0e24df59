//! Reads what people do on GitHub.

use super::act::{Deed, InlineComment, Pushed, Ref, Verdict};
use super::deeds::Below;
use super::words::{Expected, Words};

/// What somebody does on GitHub, if it is that.
pub(super) fn deed(mut words: Words<'_>, below: &mut Below) -> Result<Option<Deed>, Expected> {
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
