//! Pushes, and branches and tags that come and go.

use super::words::{lines, link, message, page, person, repo, say, shortened, text, who_and_what};
use crate::i18n::{Lang, Phrase};
use crate::id::Sha;
use crate::mirror::document::Document;
use crate::mirror::fact::{Branch, Commit, Fact, What};
use crate::mirror::message::{Message, Span};

/// How much of a commit's first line is shown.
const LONGEST_LINE: usize = 120;

/// One message for all that tell of one push: the push itself, the branch that it made or the
/// pull request that it moved.
pub(super) fn compose(doc: &Document, lang: Lang) -> Option<Message> {
    let find = |wanted: fn(&What) -> bool| doc.facts().find(|fact| wanted(&fact.what));
    if let Some(gone) = find(|what| matches!(what, What::Removed { .. })) {
        return removed(gone, lang);
    }
    let sync = find(|what| matches!(what, What::Sync { .. }));
    let created = find(|what| matches!(what, What::Created { .. }));
    if let Some(push) = find(|what| matches!(what, What::Push { .. })) {
        let is_new = doc.key.as_str().contains(":created:");
        return pushed(push, is_new, sync, lang);
    }
    match (sync, created) {
        (Some(sync), _) => synced(sync, lang),
        (None, Some(created)) => come(created, lang),
        _ => None,
    }
}

fn fill(fact: &Fact, branch: &Branch, gone: bool) -> Vec<(&'static str, Vec<Span>)> {
    let kind = if branch.tag { "releases/tag" } else { "tree" };
    let path = format!("{kind}/{}", branch.name);
    let url = page(fact, &path).filter(|_| !gone);
    let name = match url {
        Some(url) => link(branch.name.clone(), Some(&url)),
        None => Span::Code(branch.name.clone()),
    };
    vec![
        ("who", vec![person(&fact.who)]),
        ("branch", vec![name]),
        ("repo", vec![repo(fact)]),
    ]
}

fn removed(fact: &Fact, lang: Lang) -> Option<Message> {
    let What::Removed { branch } = &fact.what else {
        return None;
    };
    let phrase = if branch.tag {
        Phrase::TagDeleted
    } else {
        Phrase::BranchDeleted
    };
    let headline = say(phrase, lang, &fill(fact, branch, true));
    let more = fact.source.clone();
    Some(message("🗑️", headline, more, fact))
}

fn come(fact: &Fact, lang: Lang) -> Option<Message> {
    let What::Created { branch } = &fact.what else {
        return None;
    };
    let (phrase, icon) = new(branch);
    let headline = say(phrase, lang, &fill(fact, branch, false));
    let more = page(fact, &format!("tree/{}", branch.name));
    Some(message(icon, headline, more, fact))
}

fn new(branch: &Branch) -> (Phrase, &'static str) {
    if branch.tag {
        (Phrase::TagCreated, "🏷️")
    } else {
        (Phrase::BranchCreated, "🌱")
    }
}

fn pushed(fact: &Fact, is_new: bool, sync: Option<&Fact>, lang: Lang) -> Option<Message> {
    let What::Push {
        branch,
        commits,
        total,
        forced,
        compare,
    } = &fact.what
    else {
        return None;
    };
    let mut fill = fill(fact, branch, false);
    fill.push(("n", vec![text(total.to_string())]));
    let (phrase, icon) = match total {
        _ if is_new => new(branch),
        _ if *forced => (Phrase::ForcePushed, "⚠️"),
        0 => (Phrase::Pushed, "⬆️"),
        1 => (Phrase::PushedOne, "⬆️"),
        _ => (Phrase::PushedMany, "⬆️"),
    };
    let mut headline = say(phrase, lang, &fill);
    if let Some(on) = sync.and_then(|sync| sync.on.as_ref()) {
        headline.push(text(" ("));
        headline.push(link(format!("#{}", on.number), on.url.as_deref()));
        headline.push(text(")"));
    }
    let mut shown: Vec<Vec<Span>> = commits.iter().map(commit).collect();
    let hidden = total.saturating_sub(u64::try_from(shown.len()).unwrap_or(0));
    if hidden > 0 {
        let more = say(
            Phrase::AndMore,
            lang,
            &[("n", vec![text(hidden.to_string())])],
        );
        let words = more.into_iter().map(|span| match span {
            Span::Text(words) => words,
            _ => String::new(),
        });
        shown.push(vec![link(words.collect::<String>(), compare.as_deref())]);
    }
    let branch_page = || page(fact, &format!("tree/{}", branch.name));
    let more = compare.clone().or_else(branch_page);
    let mut message = message(icon, headline, more.clone(), fact);
    message.sections.extend(lines(shown, more));
    Some(message)
}

fn commit(commit: &Commit) -> Vec<Span> {
    let mut line = vec![
        link(commit.sha.short(), commit.url.as_deref()),
        text(format!(" {}", shortened(&commit.line, LONGEST_LINE))),
    ];
    if let Some(author) = &commit.author {
        line.push(text(format!(" — {author}")));
    }
    line
}

fn synced(fact: &Fact, lang: Lang) -> Option<Message> {
    let What::Sync { before, after } = &fact.what else {
        return None;
    };
    let headline = say(Phrase::PushedTo, lang, &who_and_what(fact));
    let known = |sha: &Option<Sha>| sha.clone().filter(|sha| !sha.is_none());
    let range = known(before).zip(known(after));
    let compare = range
        .as_ref()
        .and_then(|(before, after)| page(fact, &format!("compare/{before}...{after}")));
    let more = compare
        .clone()
        .or_else(|| fact.on.as_ref().and_then(|on| on.url.clone()));
    let mut message = message("⬆️", headline, more, fact);
    if let Some((before, after)) = range {
        let words = format!("{}...{}", before.short(), after.short());
        let line = vec![link(words, compare.as_deref())];
        message.sections.extend(lines(vec![line], None));
    }
    Some(message)
}
