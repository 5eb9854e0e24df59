//! Who somebody is: the App asks GitHub in that person's name, once, and forgets what it was given.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use hyper::Method;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{GitHubError, read};
use crate::id::Login;
use crate::secret::Secret;
use crate::wire::{Answer, Lost, NoAddress, Wire};

/// The App as people sign in with it.
#[derive(Clone)]
pub struct OAuth {
    web: Wire,
    api: Wire,
    site: String,
    client_id: String,
    client_secret: Secret,
}

impl std::fmt::Debug for OAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("OAuth").field(&self.client_id).finish()
    }
}

/// The pages that belong to an API: `https://github.com` to `https://api.github.com`, and a GitHub
/// Enterprise Server's own to its `/api/v3`.
fn site(api_url: &str) -> String {
    let api = api_url.trim_end_matches('/');
    match api.strip_suffix("/api/v3") {
        Some(site) => site.to_owned(),
        None => api.replacen("://api.", "://", 1),
    }
}

impl OAuth {
    /// The App of this client id, by the API's address.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(
        api_url: &str,
        client_id: &str,
        client_secret: Secret,
        patience: Duration,
    ) -> Result<Self, NoAddress> {
        let site = site(api_url);
        Ok(Self {
            web: Wire::to(&site, patience)?,
            api: Wire::to(api_url, patience)?,
            site,
            client_id: client_id.to_owned(),
            client_secret,
        })
    }

    /// The App's client secret, to make other keys from.
    pub fn secret(&self) -> &Secret {
        &self.client_secret
    }

    /// Where somebody says who they are; GitHub leads them to `back` then, with `state` and a code,
    /// which is good only together with `verifier` (PKCE: whoever catches the code has not got it).
    pub fn address(&self, back: &str, state: &str, verifier: &str) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", back)
            .append_pair("state", state)
            .append_pair("code_challenge", &challenge(verifier))
            .append_pair("code_challenge_method", "S256")
            .append_pair("allow_signup", "false")
            .finish();
        format!("{}/login/oauth/authorize?{query}", self.site)
    }

    /// Whose code this is.
    ///
    /// # Errors
    /// [`GitHubError::Auth`] for a code that is old, used or none, or was asked for with another
    /// verifier.
    pub async fn login(
        &self,
        code: &str,
        back: &str,
        verifier: &str,
    ) -> Result<Login, GitHubError> {
        #[derive(Deserialize)]
        struct Given {
            access_token: Option<String>,
        }
        #[derive(Deserialize)]
        struct Person {
            login: Login,
        }
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", self.client_secret.reveal())
            .append_pair("code", code)
            .append_pair("redirect_uri", back)
            .append_pair("code_verifier", verifier)
            .finish();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, kind);
        let path = "/login/oauth/access_token";
        let answer = self.web.send(Method::POST, path, headers, form).await;
        let given: Given = good(answer)?;
        let refused = || GitHubError::Auth {
            why: "GitHub does not take the code of somebody who signs in, or the client secret"
                .to_owned(),
        };
        let token = given.access_token.map(Secret::from).ok_or_else(refused)?;
        let mut headers = HeaderMap::new();
        let shown = HeaderValue::from_str(&format!("Bearer {}", token.reveal()));
        let mut shown = shown.map_err(|_| refused())?;
        shown.set_sensitive(true);
        headers.insert(AUTHORIZATION, shown);
        let kind = HeaderValue::from_static("application/vnd.github+json");
        headers.insert(ACCEPT, kind);
        let answer = self.api.send(Method::GET, "/user", headers, "").await;
        let person: Person = good(answer)?;
        Ok(person.login)
    }
}

/// What is shown of a verifier beforehand (RFC 7636).
fn challenge(verifier: &str) -> String {
    BASE64.encode(Sha256::digest(verifier.as_bytes()))
}

/// What an answer says; of one that refuses only its status is told, since the rest may quote what
/// was sent.
fn good<T: serde::de::DeserializeOwned>(answer: Result<Answer, Lost>) -> Result<T, GitHubError> {
    let answer = answer.map_err(|lost| match lost {
        Lost::NotSent(why) => GitHubError::NotSent { why },
        Lost::Unknown(why) => GitHubError::Ambiguous { why },
    })?;
    if answer.status != 200 {
        return Err(GitHubError::Refused {
            status: answer.status,
            message: "while somebody signs in".to_owned(),
        });
    }
    read::json(&answer.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(
            challenge(verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn the_pages_are_found_from_the_api() {
        for (api, wanted) in [
            ("https://api.github.com", "https://github.com"),
            ("https://api.acme.ghe.com/", "https://acme.ghe.com"),
            ("https://git.example/api/v3", "https://git.example"),
            ("http://127.0.0.1:4000/api/v3/", "http://127.0.0.1:4000"),
        ] {
            assert_eq!(site(api), wanted);
        }
    }
}
