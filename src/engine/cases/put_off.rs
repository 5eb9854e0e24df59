//! What is done in an incident that is not known again yet: with a new database that takes until
//! GitHub has told of it. It is kept and done then; the person hears of that at once.

use super::hear::Meant;
use super::take::Taking;
use crate::engine::Engine;
use crate::i18n::incident::Saying;
use crate::id::DoneKey;
use crate::incident::{UserError, view};
use crate::store::{Changes, StoreError};

/// How the key of that word begins.
const WORD: &str = "put-off";

impl Engine {
    /// Whether this has to wait until all incidents are known again.
    pub(super) async fn is_put_off(&self, taking: &Taking<'_>) -> Result<bool, StoreError> {
        let unknown = |meant: &Meant| matches!(meant, Meant::Refuse(UserError::NoIncident));
        Ok(taking.heard.meant.iter().any(unknown) && !self.knows_all(taking.now).await?)
    }

    /// Tells the person that it waits. However often it is tried, that is said once.
    pub(super) async fn tell_to_wait(&self, taking: &mut Taking<'_>) -> Result<(), StoreError> {
        self.say_to_who_waits(taking, WORD, Saying::NotKnownYet);
        let messages = std::mem::take(&mut taking.changes.messages);
        let changes = Changes {
            messages,
            ..Changes::default()
        };
        self.0.parts.store.apply(changes).await?;
        self.0.wanted.notify_one();
        Ok(())
    }

    /// A dialog opens in the moment of the press or never. Whoever was told to wait for one has to
    /// press again.
    pub(super) async fn tell_to_press_again(
        &self,
        taking: &mut Taking<'_>,
    ) -> Result<(), StoreError> {
        self.say_to_who_waits(taking, WORD, Saying::PressAgain);
        let Some(wanted) = taking.changes.messages.pop() else {
            return Ok(());
        };
        let store = &self.0.parts.store;
        let told = store
            .documents(&wanted.lane, std::slice::from_ref(&wanted.key))
            .await?;
        if !told.is_empty() {
            let key = DoneKey::new(format!("{}:again", wanted.key));
            taking
                .changes
                .messages
                .push(crate::store::Wanted { key, ..wanted });
        }
        Ok(())
    }

    fn say_to_who_waits(&self, taking: &mut Taking<'_>, word: &str, saying: Saying) {
        let rules = self.rules_now();
        let said = view::Said {
            headline: vec![view::Bit::Text(saying.say(rules.lang).to_owned())],
            ..view::Said::default()
        };
        self.answer(taking, word, &said, None, &rules, true);
    }
}
