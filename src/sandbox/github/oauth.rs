//! Signing in with the App: where a person says who they are, and what the App is given for it.

use std::collections::HashMap;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::auth::machine_now;
use super::call::{Answer, Call, Reply};
use super::errors::Refusal;
use super::page::encode;
use super::records::AccountKind;
use super::state::State;

/// How long a code is good.
const CODES: SignedDuration = SignedDuration::from_mins(10);

/// Who has signed in with the App.
#[derive(Debug, Default)]
pub(super) struct SignedIn {
    codes: HashMap<String, Code>,
    /// Whose a token is.
    pub tokens: HashMap<String, u64>,
    count: u64,
}

#[derive(Debug)]
struct Code {
    user: u64,
    back: String,
    /// What was shown of the word that must come with the code; none where none was.
    challenge: Option<String>,
    until: Timestamp,
}

impl State {
    /// The App's client id, and its secret.
    pub fn client(&self) -> (String, String) {
        let secret = self.hard_to_guess("client");
        (format!("Iv23sandbox{}", self.app_id), secret)
    }

    /// Hard to guess, as a sandbox may listen where others can reach it; equal in every run.
    fn hard_to_guess(&self, what: &str) -> String {
        let seed = format!("{}/{what}", self.secret);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, seed.as_bytes());
        hex::encode(digest).chars().take(36).collect()
    }
}

/// `GET /login/oauth/authorize`: GitHub's own page, where whoever is signed in there is led back at
/// once. Nobody is signed in here, so `login`, which GitHub takes for a hint, says who it is; without
/// it there is a choice.
pub(super) fn authorize(state: &mut State, call: &Call) -> Answer {
    let (id, _) = state.client();
    if call.ask("client_id") != Some(id.as_str()) {
        return Err(Refusal::not_found());
    }
    let back = call.ask("redirect_uri").unwrap_or_default().to_owned();
    let word = call.ask("state").unwrap_or_default().to_owned();
    let challenge = call.ask("code_challenge").map(str::to_owned);
    let method = call.ask("code_challenge_method").map(str::to_owned);
    // GitHub takes no other.
    if challenge.is_some() && method.as_deref() != Some("S256") {
        return Err(Refusal::plain(400, "code_challenge_method must be S256"));
    }
    let Some(login) = call.ask("login") else {
        let people = state.users.values();
        let people = people.filter(|user| user.kind == AccountKind::Person);
        let links = people.map(|user| {
            let fields = [
                ("client_id", id.as_str()),
                ("redirect_uri", &back),
                ("state", &word),
                ("code_challenge", challenge.as_deref().unwrap_or_default()),
                (
                    "code_challenge_method",
                    method.as_deref().unwrap_or_default(),
                ),
                ("login", &user.login),
            ];
            let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
            let query = fields.map(|(name, value)| format!("{name}={}", encode(value, false)));
            let query = query.collect::<Vec<_>>().join("&amp;");
            format!(
                "<li><a href=\"/login/oauth/authorize?{query}\">{}</a></li>",
                user.login
            )
        });
        let links: String = links.collect();
        let page = format!("<!DOCTYPE html><title>Sign in</title><ul>{links}</ul>");
        return Ok(Reply::Page(page));
    };
    let user = state.find_user(login).ok_or_else(Refusal::not_found)?;
    state.signed_in.count += 1;
    let code = state.hard_to_guess(&format!("code/{}", state.signed_in.count));
    let until = machine_now() + CODES;
    let address = format!("{back}?code={code}&state={}", encode(&word, false));
    state.signed_in.codes.insert(
        code,
        Code {
            user,
            back,
            challenge,
            until,
        },
    );
    Ok(Reply::Redirect(address))
}

/// `POST /login/oauth/access_token`: a code is good once. What is wrong is said with a 200.
pub(super) fn access_token(state: &mut State, call: &Call) -> Answer {
    let wrong = |error: &str| Ok(Reply::Json(200, json!({"error": error})));
    let (id, secret) = state.client();
    if call.text("client_id")? != Some(&id) || call.text("client_secret")? != Some(&secret) {
        return wrong("incorrect_client_credentials");
    }
    let code = call.text("code")?.unwrap_or_default();
    let Some(found) = state.signed_in.codes.remove(code) else {
        return wrong("bad_verification_code");
    };
    let back = call.text("redirect_uri")?;
    if back.is_some_and(|back| back != found.back) {
        return wrong("redirect_uri_mismatch");
    }
    let shown = call.text("code_verifier")?.map(|verifier| {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
        BASE64.encode(digest)
    });
    if found.challenge.is_some() && shown != found.challenge {
        return wrong("bad_verification_code");
    }
    if found.until <= machine_now() {
        return wrong("bad_verification_code");
    }
    state.signed_in.count += 1;
    let token = state.hard_to_guess(&format!("user/{}", state.signed_in.count));
    let token = format!("ghu_{token}");
    state.signed_in.tokens.insert(token.clone(), found.user);
    let body = json!({"access_token": token, "token_type": "bearer", "scope": ""});
    Ok(Reply::Json(200, body))
}
