//! Signing in through GitHub: it says who somebody is, and whether they may see the repository.
//!
//! What GitHub gives us for that person is used once, to learn their login, and forgotten. What a
//! browser keeps is a cookie of ours that holds for an hour; then GitHub is asked again, which takes
//! nobody's time who is signed in there.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::access::Access;
use super::cookie::Jar;
use super::{Gallery, PATH, guarded, nothing};
use crate::github::{GitHub, OAuth, Permission};

/// Where GitHub leads people back to: the App's callback URL.
pub(super) const BACK: &str = "/insights/signed-in";
/// Who has signed in.
const LOOK: &str = "sssbot_look";
/// Who is about to.
const STATE: &str = "sssbot_state";
/// How long somebody may look until GitHub is asked again whether they may.
const LOOKS: SignedDuration = SignedDuration::from_hours(1);
/// How long it may take to sign in.
const SIGNS: SignedDuration = SignedDuration::from_mins(10);

/// Signing in through the same App.
pub struct SignIn {
    oauth: OAuth,
    github: GitHub,
    jar: Jar,
    /// Where people reach us, without a slash at the end.
    public: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn(…)")
    }
}

impl SignIn {
    /// Signing in with this App, for a page that people reach below `public`.
    pub fn new(oauth: OAuth, github: GitHub, public: &str) -> Self {
        let public = public.trim_end_matches('/').to_owned();
        Self {
            jar: Jar::new(oauth.secret(), public.starts_with("https://")),
            oauth,
            github,
            public,
        }
    }

    /// Whether this browser has signed in within the hour.
    pub(super) fn knows(&self, headers: &HeaderMap, now: Timestamp) -> bool {
        self.jar.read(headers, LOOK, now).is_some()
    }

    /// Sends somebody to GitHub, with a word that only this browser knows and that must come back.
    pub(super) fn ask(&self, wanted: &Uri, now: Timestamp) -> Response {
        let mut words = [0_u8; 48];
        if aws_lc_rs::rand::fill(&mut words).is_err() {
            return (StatusCode::SERVICE_UNAVAILABLE, "Try again.\n").into_response();
        }
        let (word, verifier) = words.split_at(16);
        let (word, verifier) = (hex::encode(word), hex::encode(verifier));
        let wanted = wanted.path_and_query().map_or(PATH, |it| it.as_str());
        let kept = format!("{word}:{verifier}:{wanted}");
        let kept = self.jar.put(STATE, &kept, now, SIGNS);
        let address = self.oauth.address(&self.callback(), &word, &verifier);
        lead(&address, &[kept])
    }

    fn callback(&self) -> String {
        format!("{}{BACK}", self.public)
    }
}

/// What GitHub sends people back with.
#[derive(Debug, Deserialize)]
pub(super) struct Came {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

/// `GET /insights/signed-in`
pub(super) async fn back(
    State(gallery): State<Arc<Gallery>>,
    Query(came): Query<Came>,
    headers: HeaderMap,
) -> Response {
    let Access::GitHub(sign_in) = &gallery.access else {
        return guarded(nothing());
    };
    let now = gallery.clock.now();
    let kept = sign_in.jar.read(&headers, STATE, now).unwrap_or_default();
    let (word, kept) = kept.split_once(':').unwrap_or_default();
    let (verifier, wanted) = kept.split_once(':').unwrap_or_default();
    // Somebody else's way back would sign a browser in as them. The word is ours by its signature.
    if word.is_empty() || word != came.state || came.code.is_empty() {
        let words = "This way back from GitHub is not yours, or too old. Open /insights again.\n";
        return guarded((StatusCode::FORBIDDEN, words).into_response());
    }
    let callback = sign_in.callback();
    let asked = sign_in.oauth.login(&came.code, &callback, verifier);
    let login = match asked.await {
        Ok(login) => login,
        Err(error) => {
            tracing::warn!(%error, "somebody could not sign in");
            let words = "GitHub does not say who you are. Open /insights again.\n";
            return guarded((StatusCode::BAD_GATEWAY, words).into_response());
        }
    };
    let repo = sign_in.github.repo();
    match sign_in.github.permission(repo, &login).await {
        Ok(permission) if permission >= Permission::Read => {}
        Ok(_) => {
            let words = "GitHub does not let you see the postmortem repository.\n";
            return guarded((StatusCode::FORBIDDEN, words).into_response());
        }
        Err(error) => {
            tracing::warn!(%error, "whether somebody may see the repository is not known");
            let words = "GitHub does not answer. Try again.\n";
            return guarded((StatusCode::BAD_GATEWAY, words).into_response());
        }
    }
    let look = sign_in.jar.put(LOOK, login.as_str(), now, LOOKS);
    let wanted = match wanted.starts_with(PATH) {
        true => wanted,
        false => PATH,
    };
    guarded(lead(wanted, &[look, sign_in.jar.empty(STATE)]))
}

fn lead(to: &str, cookies: &[String]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    if let Ok(to) = HeaderValue::from_str(to) {
        headers.insert(header::LOCATION, to);
    }
    for cookie in cookies {
        if let Ok(cookie) = HeaderValue::from_str(cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    response
}
