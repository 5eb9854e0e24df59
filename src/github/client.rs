//! GitHub's API as an App: octocrab signs and renews the tokens, the wire carries the calls.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_lc_rs::signature::RsaKeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::{ACCEPT, DATE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, LOCATION};
use hyper::{Method, Request, Response};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use octocrab::auth::AppAuth;
use octocrab::models::{AppId, InstallationId};
use octocrab::{AuthState, EncodingKey, OctoBody, Octocrab, OctocrabBuilder};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Mutex, OnceCell};

use super::answer::Me;
use super::error::GitHubError;
use crate::id::RepoName;
use crate::secret::Secret;
use crate::wire::{Lost, NoAddress, Wire};

/// A renamed repository leads on to its new address, and that may have been renamed too.
const REDIRECTS: usize = 3;

/// Where GitHub is and who we are there.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `https://api.github.com`, or `https://HOST/api/v3` of a GitHub Enterprise Server.
    pub api_url: String,
    /// The App's id, a number.
    pub app_id: u64,
    /// The App's private key, PEM.
    pub private_key: Secret,
    /// The postmortem repository: the App's installation is found from it.
    pub repo: RepoName,
    /// How long a call may take in all.
    pub timeout: Duration,
}

/// Why there can be no client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The key is no RSA key in PEM.
    #[error("the private key is no RSA key in PEM, as GitHub gives them out")]
    Key,
    /// The address is none.
    #[error(transparent)]
    Address(#[from] NoAddress),
}

/// GitHub's API with the rights of the App's installation. Cheap to clone. Nothing is called
/// before the first question; calls must be made inside a tokio runtime.
#[derive(Clone)]
pub struct GitHub(Arc<Inner>);

struct Inner {
    settings: Settings,
    key: EncodingKey,
    wire: Wire,
    app: OnceLock<Octocrab>,
    /// Locked while a token is fetched, so that many who need one ask once. In an `Arc` because
    /// a cloned octocrab forgets what the other has fetched.
    installed: Mutex<Option<Arc<Octocrab>>>,
    me: OnceCell<Me>,
}

/// An answer that went well.
pub(super) struct Good {
    pub(super) body: Bytes,
    /// Whether there is a page after this one.
    pub(super) more: bool,
    /// Where the next page begins, in a list that is paged so.
    pub(super) cursor: Option<String>,
    /// What this answer is called, to ask whether there is a newer one.
    pub(super) tag: Option<String>,
    /// When GitHub gave it, by GitHub's own clock, to the second.
    pub(super) date: Option<Timestamp>,
}

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    /// The App itself, with a signed token: only about itself and its installations.
    App,
    /// The installation, with its rights.
    Installation,
}

/// Whether a key can sign for an App.
///
/// # Errors
/// [`Unfit::Key`] when it is no RSA key in PEM.
pub fn check_key(pem: &Secret) -> Result<(), Unfit> {
    // The frame may be right around a picture of a cat, so the key is read and not only unwrapped.
    // It signs nothing yet: for the first signature a process gathers randomness for 30 ms, and the
    // first webhook may come sooner.
    let text = pem.reveal().trim();
    let framed = |begin, end| text.strip_prefix(begin)?.strip_suffix(end);
    let pkcs1 = framed(
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----END RSA PRIVATE KEY-----",
    );
    let pkcs8 = framed("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
    let body = pkcs1.or(pkcs8).ok_or(Unfit::Key)?;
    let base64: String = body.split_whitespace().collect();
    let der = STANDARD.decode(base64).map_err(|_| Unfit::Key)?;
    let key = match pkcs1 {
        Some(_) => RsaKeyPair::from_der(&der),
        None => RsaKeyPair::from_pkcs8(&der),
    };
    key.map(drop).map_err(|_| Unfit::Key)
}

impl GitHub {
    /// A client; nothing is called yet.
    ///
    /// # Errors
    /// When the key or the address is none.
    pub fn new(settings: Settings) -> Result<Self, Unfit> {
        let pem = settings.private_key.reveal().as_bytes();
        Ok(Self(Arc::new(Inner {
            key: EncodingKey::from_rsa_pem(pem).map_err(|_| Unfit::Key)?,
            wire: Wire::to(&settings.api_url, settings.timeout)?,
            app: OnceLock::new(),
            installed: Mutex::new(None),
            me: OnceCell::new(),
            settings,
        })))
    }

    /// The postmortem repository.
    pub fn repo(&self) -> &RepoName {
        &self.0.settings.repo
    }

    /// The App's id.
    pub fn app_id(&self) -> u64 {
        self.0.settings.app_id
    }

    pub(super) fn my_own(&self) -> &OnceCell<Me> {
        &self.0.me
    }

    /// Asks and waits for the whole answer, following a repository to its new name. A 401 means
    /// that nothing was done: the installation is then looked for once more.
    pub(super) async fn ask(
        &self,
        who: As,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Good, GitHubError> {
        let answer = self.ask_twice(who, method, path, body, None).await?;
        answer.ok_or_else(|| GitHubError::Unreadable {
            why: "unchanged, and nobody had asked for that".to_owned(),
        })
    }

    /// Asks whether there is anything newer than the answer called `tag`; `None` where there is
    /// not, which costs nothing of what GitHub allows in an hour.
    pub(super) async fn ask_anew(
        &self,
        path: &str,
        tag: Option<&str>,
    ) -> Result<Option<Good>, GitHubError> {
        self.ask_twice(As::Installation, Method::GET, path, None, tag)
            .await
    }

    async fn ask_twice(
        &self,
        who: As,
        method: Method,
        path: &str,
        body: Option<&Value>,
        tag: Option<&str>,
    ) -> Result<Option<Good>, GitHubError> {
        let first = self.ask_once(who, &method, path, body, tag).await;
        match (first, who) {
            (Err(GitHubError::Auth { .. }), As::Installation) => {
                *self.0.installed.lock().await = None;
                self.ask_once(who, &method, path, body, tag).await
            }
            (outcome, _) => outcome,
        }
    }

    async fn ask_once(
        &self,
        who: As,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        tag: Option<&str>,
    ) -> Result<Option<Good>, GitHubError> {
        let installed;
        let crab = match who {
            As::App => self.app(),
            As::Installation => {
                installed = self
                    .installed()
                    .await
                    .map_err(GitHubError::before_the_call)?;
                &*installed
            }
        };
        let mut path = path.to_owned();
        for _ in 0..=REDIRECTS {
            let mut request = Request::builder().method(method).uri(&path);
            if let Some(tag) = tag {
                request = request.header(IF_NONE_MATCH, tag);
            }
            let request = crab
                .build_request(request, body)
                .map_err(GitHubError::from_octocrab)?;
            let answer = crab
                .execute(request)
                .await
                .map_err(GitHubError::from_octocrab)?;
            let (parts, rest) = answer.into_parts();
            let bytes = rest
                .collect()
                .await
                .map_err(GitHubError::from_octocrab)?
                .to_bytes();
            let status = parts.status.as_u16();
            if let 301 | 302 | 307 | 308 = status {
                let location = parts.headers.get(LOCATION).and_then(|at| at.to_str().ok());
                // Only on the same server: no other is told our token.
                if let Some(next) = location.and_then(|at| self.0.wire.below(at)) {
                    path = next;
                    continue;
                }
            }
            if status == 304 && tag.is_some() {
                return Ok(None);
            }
            let tag = parts.headers.get(ETAG).and_then(|tag| tag.to_str().ok());
            return match GitHubError::judge(status, &parts.headers, &bytes, &path) {
                Some(error) => Err(error),
                None => Ok(Some(Good {
                    body: bytes,
                    more: has_next(&parts.headers),
                    cursor: cursor(&parts.headers),
                    tag: tag.map(str::to_owned),
                    date: date(&parts.headers),
                })),
            };
        }
        Err(GitHubError::Refused {
            status: 301,
            message: "led on and on".to_owned(),
        })
    }

    /// Octocrab as the App. Made at the first call, since it starts a task.
    fn app(&self) -> &Octocrab {
        self.0.app.get_or_init(|| {
            let wire = self.0.wire.clone();
            let carry = tower::service_fn(move |request| carry(wire.clone(), request));
            let built: Result<Octocrab, Infallible> = OctocrabBuilder::new_empty()
                .with_service(carry)
                .with_auth(AuthState::App(AppAuth {
                    app_id: AppId(self.0.settings.app_id),
                    key: self.0.key.clone(),
                }))
                .build();
            match built {
                Ok(crab) => crab,
                Err(never) => match never {},
            }
        })
    }

    /// Octocrab as the installation, with a token that is good for half a minute at least.
    async fn installed(&self) -> Result<Arc<Octocrab>, GitHubError> {
        let mut installed = self.0.installed.lock().await;
        if let Some(crab) = &*installed {
            match token(crab).await {
                Ok(()) => return Ok(crab.clone()),
                // The App was uninstalled, and perhaps installed anew under another number.
                Err(GitHubError::NotFound { .. } | GitHubError::Auth { .. }) => *installed = None,
                Err(error) => return Err(error),
            }
        }
        let crab = Arc::new(self.find_installation().await?);
        token(&crab).await?;
        *installed = Some(crab.clone());
        Ok(crab)
    }

    async fn find_installation(&self) -> Result<Octocrab, GitHubError> {
        #[derive(Deserialize)]
        struct Installation {
            id: u64,
        }
        let path = super::read::in_repo(self.repo(), "installation")?;
        let asked = Box::pin(self.ask_once(As::App, &Method::GET, &path, None, None)).await;
        let answer = match asked {
            Err(GitHubError::NotFound { .. }) => {
                return Err(GitHubError::Auth {
                    why: format!(
                        "the App {} is not installed on {} (POSTMORTEM_REPO), or there is no such \
                         repository; install it from the App's page, \"Install App\"",
                        self.app_id(),
                        self.repo()
                    ),
                });
            }
            other => other?.ok_or_else(|| GitHubError::Unreadable {
                why: "no answer".to_owned(),
            })?,
        };
        let found: Installation = super::read::json(&answer.body)?;
        self.app()
            .installation(InstallationId(found.id))
            .map_err(GitHubError::from_octocrab)
    }
}

impl std::fmt::Debug for GitHub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("GitHub").field(&self.0.settings).finish()
    }
}

async fn token(crab: &Octocrab) -> Result<(), GitHubError> {
    crab.installation_token()
        .await
        .map(drop)
        .map_err(GitHubError::from_octocrab)
}

/// Octocrab's requests, over our wire: one HTTP client with one idea of what a failure means,
/// which repeats nothing by itself and never leaves the server it was made for.
async fn carry(wire: Wire, request: Request<OctoBody>) -> Result<Response<Full<Bytes>>, Lost> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let body = body
        .collect()
        .await
        .map_err(|_| Lost::NotSent("the request has no body to send".to_owned()))?
        .to_bytes();
    // GraphQL lies beside the REST API of a GitHub Enterprise Server, not below it.
    let wire = match path {
        "/graphql" => wire.beside("/v3"),
        _ => wire,
    };
    let mut headers = parts.headers;
    headers.insert(
        ACCEPT,
        HeaderValue::from_static("application/vnd.github+json"),
    );
    let answer = wire.send(parts.method, path, headers, body).await?;
    let mut response = Response::builder().status(answer.status);
    if let Some(all) = response.headers_mut() {
        *all = answer.headers;
    }
    response
        .body(Full::new(answer.body))
        .map_err(|_| Lost::Unknown("an answer with an odd status".to_owned()))
}

/// GitHub's clock.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(DATE)?.to_str().ok()?;
    DateTimeParser::new().parse_timestamp(date).ok()
}

/// The cursor that the address of the next page names, as `cursor` or as `after`; nothing else of
/// that address is used.
fn cursor(headers: &HeaderMap) -> Option<String> {
    let links = headers.get_all("link").iter();
    let mut links = links
        .filter_map(|link| link.to_str().ok())
        .flat_map(|link| link.split(','));
    let next = links.find(|link| link.contains("rel=\"next\""))?;
    let address = next.trim().strip_prefix('<')?.split_once('>')?.0;
    let (_, query) = address.split_once('?')?;
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "cursor" || name == "after")
        .map(|(_, cursor)| cursor.into_owned())
}

/// Of `Link` only whether there is a next page, never its address.
fn has_next(headers: &HeaderMap) -> bool {
    let links = headers.get_all("link").iter();
    links
        .filter_map(|link| link.to_str().ok())
        .any(|link| link.contains("rel=\"next\""))
}
