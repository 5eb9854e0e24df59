//! Who asks: App JWTs that are really checked, installation tokens, and people.

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

use super::errors::Refusal;
use super::records::Actor;
use super::state::State;
use crate::clock::Clock;

/// The public half of the App's key.
#[derive(Clone)]
pub(super) struct AppKey(DecodingKey);

/// What an installation token opens.
#[derive(Debug)]
pub(super) struct Token {
    pub installation: u64,
    pub expires_at: Timestamp,
    /// The repositories that were named when it was made; `None` is all of the installation.
    pub repos: Option<Vec<u64>>,
}

/// The key of this process: to find one takes longer than all the rest of a world's start.
pub(super) fn one_key() -> (AppKey, String) {
    static KEY: OnceLock<(AppKey, String)> = OnceLock::new();
    KEY.get_or_init(new_key).clone()
}

/// A new key for an App: the public half, and the private one as PEM.
pub(super) fn new_key() -> (AppKey, String) {
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("2048 bits are a size that RSA has");
    let der: Pkcs8V1Der<'_> = pair.as_der().expect("a key just made can be written down");
    let text = base64::engine::general_purpose::STANDARD.encode(der.as_ref());
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    let public = DecodingKey::from_rsa_der(pair.public_key().as_ref());
    (AppKey(public), pem)
}

/// The machine's time. Clients sign JWTs and judge the age of tokens by the machine's clock, which
/// no test can turn; so this one thing is judged by it too, and not by the world's clock.
pub(super) fn machine_now() -> Timestamp {
    super::state::whole_seconds(machine_now_exactly())
}

/// The same with its fraction, to tell how long a delivery took.
pub(super) fn machine_now_exactly() -> Timestamp {
    Clock::machine().now()
}

impl State {
    /// Whoever shows this `Authorization` header.
    pub fn who(&self, header: Option<&str>) -> Result<Actor, Refusal> {
        let Some(header) = header else {
            return Ok(Actor::Nobody);
        };
        let (scheme, shown) = header.split_once(' ').unwrap_or(("", header));
        if !scheme.eq_ignore_ascii_case("bearer") && !scheme.eq_ignore_ascii_case("token") {
            return Err(Refusal::bad_credentials());
        }
        let shown = shown.trim();
        if let Some(login) = shown.strip_prefix("user:") {
            let user = self.find_user(login).ok_or_else(Refusal::bad_credentials)?;
            return Ok(Actor::User(user));
        }
        if shown.bytes().filter(|byte| *byte == b'.').count() == 2 {
            self.check_jwt(shown)?;
            return Ok(Actor::App);
        }
        if let Some(user) = self.signed_in.tokens.get(shown) {
            return Ok(Actor::User(*user));
        }
        let token = self
            .tokens
            .get(shown)
            .ok_or_else(Refusal::bad_credentials)?;
        if token.expires_at <= machine_now() {
            return Err(Refusal::bad_credentials());
        }
        let mut installations = self.installations.iter();
        let installation = installations
            .find(|installation| installation.id == token.installation)
            .ok_or_else(Refusal::bad_credentials)?;
        let mut repos = installation.repos.clone();
        if let Some(named) = &token.repos {
            repos.retain(|repo| named.contains(repo));
        }
        Ok(Actor::Installation {
            id: installation.id,
            bot: self.bot,
            repos,
        })
    }

    fn check_jwt(&self, jwt: &str) -> Result<(), Refusal> {
        let mut rules = Validation::new(Algorithm::RS256);
        // The times and the issuer are judged below, with the answers that GitHub gives.
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Value>(jwt, &self.key.0, &rules)
            .map_err(|_| Refusal::plain(401, "A JSON web token could not be decoded"))?
            .claims;
        check_claims(&claims, self.app_id, machine_now())
    }
}

fn check_claims(claims: &Value, app: u64, now: Timestamp) -> Result<(), Refusal> {
    let refuse = |words: &str| Err(Refusal::plain(401, words));
    let (iat, exp) = (claims["iat"].as_i64(), claims["exp"].as_i64());
    let now = now.as_second();
    if iat.is_none_or(|iat| iat > now) {
        return refuse(
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
        );
    }
    let Some(exp) = exp.filter(|exp| *exp > now) else {
        return refuse(
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        );
    };
    if exp > now + SignedDuration::from_mins(10).as_secs() {
        return refuse("'Expiration time' claim ('exp') is too far in the future");
    }
    let issuer = &claims["iss"];
    let issued_by = issuer.as_u64().or_else(|| issuer.as_str()?.parse().ok());
    match issued_by {
        Some(id) if id == app => Ok(()),
        _ => Err(Refusal::plain(404, "Integration not found")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn claims_are_judged_as_github_does() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let status =
            |claims: Value| check_claims(&claims, 7, now).map_err(|refusal| refusal.status);
        let claims = |iat: i64, exp: i64, iss: Value| json!({"iat": iat, "exp": exp, "iss": iss});
        assert_eq!(status(claims(999_940, 1_000_540, json!(7))), Ok(()));
        assert_eq!(status(claims(999_940, 1_000_600, json!("7"))), Ok(()));
        assert_eq!(status(claims(1_000_001, 1_000_540, json!(7))), Err(401));
        assert_eq!(status(claims(999_940, 1_000_601, json!(7))), Err(401));
        assert_eq!(status(claims(999_000, 999_999, json!(7))), Err(401));
        assert_eq!(status(claims(999_940, 1_000_540, json!(8))), Err(404));
        assert_eq!(status(json!({"iss": 7})), Err(401));
    }
}
