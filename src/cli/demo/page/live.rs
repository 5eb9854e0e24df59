//! The page's news: a line for every change, so that a browser knows when to look again.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::stream::{self, Stream, StreamExt};
use tokio_stream::wrappers::WatchStream;

use super::Page;

/// Server-sent events. The first come at once, since something may have changed between the page
/// and this call. Changes that nobody had the time to fetch are one. Ends with the story's sender.
pub(super) async fn events(
    State(page): State<Page>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let stage = page.stage();
    let github = WatchStream::new(stage.github.changes()).map(|_| "github");
    let slack = WatchStream::new(stage.slack.changes()).map(|_| "slack");
    let story = WatchStream::new(stage.story.clone()).map(|_| "story");
    let news = stream::select(github, stream::select(slack, story));
    let mut teller = stage.story.clone();
    let end = async move {
        // An error means that nobody will tell more.
        let _gone = teller.wait_for(|_| false).await;
    };
    let news = news.take_until(end);
    Sse::new(news.map(|what| Ok(Event::default().data(what)))).keep_alive(KeepAlive::default())
}
