//! Dialogs and Home tabs.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Slack, lenient};
use crate::id::SlackUserId;
use crate::slack::{Method, SlackError};

/// A view as it is shown now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct View {
    /// Its id, `V…`.
    pub id: String,
    /// Which state of it this is; given back, a change is refused when somebody was faster.
    #[serde(default, deserialize_with = "lenient")]
    pub hash: String,
}

#[derive(Deserialize)]
struct Shown {
    view: View,
}

impl Slack {
    /// `views.open`: shows a dialog (see [`super::super::form::Modal`]) to whoever pressed, typed
    /// or chose what the trigger came with. The trigger is good for three seconds and once.
    ///
    /// # Errors
    /// [`Refusal::TriggerGone`](super::super::Refusal::TriggerGone): ask the person to press again.
    /// Ambiguous: they see the dialog or not; the same trigger opens no second one.
    pub async fn open_view(&self, trigger: &str, view: &Value) -> Result<View, SlackError> {
        let arguments = json!({"trigger_id": trigger, "view": view});
        let shown: Shown = self.call(Method::OpenView, arguments).await?;
        Ok(shown.view)
    }

    /// `views.update`: replaces a dialog that is still open. What was typed stays where a field has
    /// the same name. It may be repeated.
    ///
    /// # Errors
    /// [`Refusal::ViewNotFound`](super::super::Refusal::ViewNotFound) once it is closed,
    /// [`Refusal::ViewChanged`](super::super::Refusal::ViewChanged) with a `hash` that is not the
    /// newest.
    pub async fn update_view(
        &self,
        id: &str,
        hash: Option<&str>,
        view: &Value,
    ) -> Result<View, SlackError> {
        let arguments = json!({"view_id": id, "hash": hash, "view": view});
        let shown: Shown = self.call(Method::UpdateView, arguments).await?;
        Ok(shown.view)
    }

    /// `views.publish`: what somebody's Home tab of the app shows from now on. It may be repeated.
    ///
    /// # Errors
    /// [`Refusal::ViewChanged`](super::super::Refusal::ViewChanged) with a `hash` that is not the
    /// newest.
    pub async fn publish_home(
        &self,
        user: &SlackUserId,
        hash: Option<&str>,
        view: &Value,
    ) -> Result<View, SlackError> {
        let arguments = json!({"user_id": user, "hash": hash, "view": view});
        let shown: Shown = self.call(Method::PublishView, arguments).await?;
        Ok(shown.view)
    }
}
