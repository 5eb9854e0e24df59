//! How one call is sent, and what Slack says of the token with every answer.

use std::collections::BTreeSet;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Identity, Slack};
use crate::slack::Method;
use crate::slack::error::{self, SlackError};
use crate::wire::Answer;

/// The header in which every answer names what the token may do.
const SCOPES: &str = "x-oauth-scopes";

impl Slack {
    /// Makes one call. `arguments` is an object; a `null` in it is left out. Reads are sent as a
    /// form, the only thing that all of them take; writes as JSON.
    ///
    /// # Errors
    /// Whatever is not `ok: true` in the shape of `T`.
    pub async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        arguments: Value,
    ) -> Result<T, SlackError> {
        error::read(method, &self.send(method, arguments).await?)
    }

    /// `auth.test`: who the token is, and which scopes it has; `None` where Slack does not say.
    pub async fn granted(&self) -> Result<(Identity, Option<BTreeSet<String>>), SlackError> {
        let answer = self.send(Method::AuthTest, json!({})).await?;
        let identity = error::read(Method::AuthTest, &answer)?;
        let scopes = answer.headers.get(SCOPES).and_then(|it| it.to_str().ok());
        let scopes = scopes.map(|all| all.split(',').map(|one| one.trim().to_owned()));
        Ok((identity, scopes.map(Iterator::collect)))
    }

    async fn send(&self, method: Method, mut arguments: Value) -> Result<Answer, SlackError> {
        if let Some(arguments) = arguments.as_object_mut() {
            arguments.retain(|_, value| !value.is_null());
        }
        let (kind, body) = if method.writes() {
            ("application/json; charset=utf-8", arguments.to_string())
        } else {
            ("application/x-www-form-urlencoded", form(&arguments))
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(AUTHORIZATION, self.bearer(method)?);
        let path = format!("/{}", method.name());
        let post = reqwest::Method::POST;
        let sent = self.wire.send(post, &path, headers, body).await;
        sent.map_err(SlackError::lost)
    }

    fn bearer(&self, method: Method) -> Result<HeaderValue, SlackError> {
        let own = self.groups_token.as_ref();
        let token = own
            .filter(|_| method.manages_groups())
            .unwrap_or(&self.token);
        let mut bearer =
            HeaderValue::from_str(&format!("Bearer {}", token.reveal())).map_err(|_| {
                SlackError::NotSent {
                    why: "the token has characters that no header can hold".to_owned(),
                }
            })?;
        bearer.set_sensitive(true);
        Ok(bearer)
    }
}

fn form(arguments: &Value) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in arguments.as_object().into_iter().flatten() {
        match value.as_str() {
            Some(text) => form.append_pair(name, text),
            None => form.append_pair(name, &value.to_string()),
        };
    }
    form.finish()
}
