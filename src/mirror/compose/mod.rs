//! What a document says, as a message.

mod badges;
mod checks;
mod comment;
mod push;
mod routing;
mod turn;
mod words;

pub(super) use words::say;

use super::document::Document;
use super::fact::What;
use super::message::Message;
use crate::i18n::Lang;

/// The message of a document as it is now. `None` when there is nothing to say: checks that were
/// all skipped, or nothing at all. (Whether a trace of what is gone is worth a message of its own
/// says [`Document::is_gone`].)
pub fn compose(doc: &Document, lang: Lang) -> Option<Message> {
    let newest = doc.newest()?;
    let has = |wanted: fn(&What) -> bool| doc.facts().any(|fact| wanted(&fact.what));
    let opening = has(|what| matches!(what, What::Opened { .. } | What::Body { .. }));
    match &newest.what {
        What::Comment { .. } | What::CommentDeleted { .. } => comment::comment(newest, lang),
        What::Review { .. } | What::ReviewComment { .. } | What::ReviewCommentDeleted { .. } => {
            comment::review(doc, lang)
        }
        What::Thread { .. } => comment::threads(doc, newest, lang),
        What::Push { .. } | What::Sync { .. } | What::Created { .. } | What::Removed { .. } => {
            push::compose(doc, lang)
        }
        What::Opened { .. } | What::Body { .. } => turn::opening(doc, lang),
        What::Meta { .. } if opening => turn::opening(doc, lang),
        What::Meta { .. } => badges::compose(doc, newest, lang),
        What::Check { .. } => checks::compose(doc, newest, lang),
        What::Backfill { .. } | What::Rerouted { .. } => routing::compose(newest, lang),
        what => turn::turn(newest, what, lang),
    }
}
