//! The document: what this is, what is playing, and the two panes.

use maud::{DOCTYPE, Markup, html};

use super::address::Here;
use super::github_pane::{self, Hub};
use super::words::Word;
use super::{Playing, Stage, guide, marks, slack_pane, times};
use crate::i18n::Lang;

/// Who may be chosen to act, whether they did something before or not.
pub(in crate::cli::demo) const PEOPLE: [&str; 3] = ["hanako", "taro", "mallory"];

/// The icon in the browser's tab: the page's own mark.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Crect width='24' height='24' rx='6' fill='%234c2a85'/%3E%3Cpath d='M6 7h8M6 12h12M6 17h6' stroke='%23fff' stroke-width='2' stroke-linecap='round'/%3E%3C/svg%3E";

/// What every part of the page needs to know.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) lang: Lang,
    pub(super) here: &'a Here,
    /// Whom the visitor acts as.
    pub(super) who: &'a str,
    /// Where the sandbox's GitHub is reached.
    pub(super) github_url: &'a str,
}

impl View<'_> {
    /// The words in the page's language.
    pub(super) fn say(&self, word: Word) -> &'static str {
        word.say(self.lang)
    }
}

/// The whole page, with what went wrong on top where something did.
pub(super) fn document(stage: &Stage, here: &Here, problem: Option<&str>) -> Markup {
    let who = if here.who.is_empty() {
        PEOPLE[0]
    } else {
        &here.who
    };
    let view = View {
        lang: stage.lang,
        here,
        who,
        github_url: &stage.github_url,
    };
    let github = stage.github.snapshot();
    let slack = stage.slack.snapshot();
    let playing = stage.story.borrow().clone();
    let channel = slack_pane::chosen(&slack, here);
    let name = channel
        .map(|channel| channel.name.clone())
        .unwrap_or_default();
    let hub = Hub::new(view, &stage.github, &github, &name);
    html! {
        (DOCTYPE)
        html lang=(stage.lang.to_string()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (view.say(Word::Title)) }
                link rel="icon" href=(ICON);
                link rel="stylesheet" href="/static/style.css";
                script src="/static/live.js" defer {}
                script src="/static/slack.js" defer {}
            }
            body {
                header id="top" {
                    div class="brand" {
                        (marks::own())
                        div {
                            h1 { (view.say(Word::Title)) }
                            p class="lead" { (view.say(Word::Lead)) }
                            p class="hint" {
                                span class="wide" { (view.say(Word::HintWide)) }
                                span class="narrow" { (view.say(Word::HintNarrow)) }
                            }
                        }
                    }
                    (story(view, &playing, stage))
                }
                nav class="tabs" aria-label=(view.say(Word::Panes)) {
                    a href="#github" { (marks::repository()) (view.say(Word::GitHub)) }
                    a href="#slack" {
                        (marks::conversation()) (view.say(Word::Slack))
                        span id="unread" class="count" hidden {}
                    }
                }
                p id="lost" role="status" hidden { (view.say(Word::Lost)) }
                noscript {
                    p class="noscript" {
                        (view.say(Word::NoScript)) " "
                        a href=(here.address("")) { (view.say(Word::Reload)) }
                    }
                }
                main id="panes" {
                    div id="problems" role="alert" {
                        @if let Some(problem) = problem { p { (problem) } }
                    }
                    (guide::guide(&hub, &slack, channel))
                    (github_pane::pane(&hub))
                    (slack_pane::pane(view, &slack, channel))
                }
            }
        }
    }
}

/// The strip that says what is playing.
fn story(view: View<'_>, playing: &Playing, stage: &Stage) -> Markup {
    let silent = playing.title.is_empty();
    let over = playing.over || silent;
    let here = view.here;
    let chosen = [&here.subject, &here.file, &here.channel];
    let chosen = chosen.iter().any(|one| !one.is_empty());
    html! {
        section id="story" class=(if over { "over" } else { "playing" })
            aria-label=(view.say(Word::Story)) data-following=[(!chosen).then_some("yes")]
        {
            div class="now" {
                div class="title" {
                    span class="pulse" aria-hidden="true" {}
                    @if silent { (view.say(Word::NoStory)) } @else { strong { (playing.title) } }
                    @if playing.of > 0 && !over {
                        span class="steps" { (steps(view, playing)) }
                    }
                    @if chosen && !over {
                        a href=(view.here.following()) data-live { (view.say(Word::Follow)) }
                    }
                    span class="clock" { (times::clock(stage.clock.now(), view.lang)) }
                }
                p class="step" aria-live="polite" {
                    @if over && !silent { (view.say(Word::StoryOver)) } @else { (playing.step) }
                }
                @if playing.of > 0 {
                    progress max=(playing.of) value=(playing.number.min(playing.of))
                        aria-label=(steps(view, playing)) {}
                }
            }
        }
    }
}

fn steps(view: View<'_>, playing: &Playing) -> String {
    let words = Word::Step.with(view.lang, "n", &playing.number.to_string());
    words.replace("{of}", &playing.of.to_string())
}
