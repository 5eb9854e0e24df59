//! The way out: how a call leaves this process, and, when it fails, whether it can have happened.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{Method, Url};

/// The most of an answer that is read, in bytes. A page of 999 long Slack messages has about 20 MB.
const LONGEST: usize = 32 * 1024 * 1024;

/// How long a connection may lie idle before it is given up: shorter than the platforms' own
/// patience, so that a call seldom meets a connection that is being closed, an outcome that nobody
/// can tell from a lost answer.
const IDLE: Duration = Duration::from_secs(20);

/// A way to one server. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Wire {
    base: String,
    patience: Duration,
    /// Made at the first call: to load a machine's certificate authorities takes longer than all
    /// the rest of a start.
    client: Arc<OnceLock<Result<reqwest::Client, String>>>,
    secure: bool,
    this_machine: bool,
}

/// What a server said, whatever its status.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

/// Why there is no answer. Neither kind carries an address, a header or a body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// Nothing has left: there was no connection to send it on. It has not happened.
    #[error("not sent: {0}")]
    NotSent(String),
    /// It may have been read and done.
    #[error("no answer: {0}")]
    Unknown(String),
}

/// An address that is none, as far as it may be repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an address such as `https://host/path`")]
pub struct NoAddress(String);

impl Wire {
    /// A way to the server whose paths start at `base`, which is checked but not called. A call
    /// that has no whole answer after `patience` is lost.
    ///
    /// # Errors
    /// When `base` is no `http` or `https` address without query.
    pub fn to(base: &str, patience: Duration) -> Result<Self, NoAddress> {
        let url = address(base)?;
        Ok(Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
            patience,
            client: Arc::default(),
            secure: url.scheme() == "https",
            this_machine: is_this_machine(&url),
        })
    }

    fn client(&self) -> Result<&reqwest::Client, Lost> {
        let client = self.client.get_or_init(|| {
            let mut client = reqwest::Client::builder()
                .user_agent(concat!("sssbot/", env!("CARGO_PKG_VERSION")))
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .timeout(self.patience)
                // Sooner than `patience`, so that a dead host is known to have got nothing.
                .connect_timeout(self.patience.mul_f32(0.5))
                .pool_idle_timeout(IDLE)
                .tcp_nodelay(true);
            if !self.secure {
                // Works where there are no certificate authorities, too: a bare container.
                client = client.tls_certs_only([]);
            }
            if self.this_machine {
                // A company's proxy is not asked for the way to this machine.
                client = client.no_proxy();
            }
            client.build().map_err(|error| innermost(&error))
        });
        client.as_ref().map_err(|why| {
            Lost::NotSent(format!("no secure connection can be made from here: {why}"))
        })
    }

    /// Sends a request to `path` (which begins with `/`) below the base address and waits for the
    /// whole answer. Redirects are answers.
    ///
    /// # Errors
    /// When there is no answer, or none that ends.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: impl Into<reqwest::Body>,
    ) -> Result<Answer, Lost> {
        let request = self
            .client()?
            .request(method, format!("{}{path}", self.base))
            .headers(headers)
            .body(body);
        let mut response = request.send().await.map_err(|error| self.lost(&error))?;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.lost(&error))? {
            if body.len() + chunk.len() > LONGEST {
                return Err(Lost::Unknown(format!("the answer is over {LONGEST} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: response.status().as_u16(),
            headers: std::mem::take(response.headers_mut()),
            body: body.freeze(),
        })
    }

    /// The same way, to what lies beside the base address: its last part left off, where it is this.
    /// Connections are shared.
    pub fn beside(mut self, last: &str) -> Self {
        if let Some(base) = self.base.strip_suffix(last) {
            self.base = base.to_owned();
        }
        self
    }

    /// Where the base address's own path ends and a redirect's begins: the path below the base
    /// that an absolute address leads to, or `None` when it leads to another server.
    pub fn below(&self, address: &str) -> Option<String> {
        let rest = address.strip_prefix(&self.base)?;
        rest.starts_with('/').then(|| rest.to_owned())
    }

    fn lost(&self, error: &reqwest::Error) -> Lost {
        if error.is_connect() || error.is_builder() {
            Lost::NotSent(format!("no connection: {}", innermost(error)))
        } else if error.is_timeout() {
            Lost::Unknown(format!("nothing within {:?}", self.patience))
        } else {
            Lost::Unknown(format!("the connection broke: {}", innermost(error)))
        }
    }
}

impl Answer {
    /// A header's text; `None` when it is absent or not text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Checks an address that calls are to go below.
///
/// # Errors
/// When it is no `http` or `https` address, or has a query, a fragment or a password.
pub fn address(text: &str) -> Result<Url, NoAddress> {
    let wrong = || NoAddress(text.chars().take(80).collect());
    let url = Url::parse(text.trim()).map_err(|_| wrong())?;
    let fits = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.query().is_none()
        && url.fragment().is_none();
    if !url.username().is_empty() || url.password().is_some() {
        // Not even the wrong address is repeated when it holds a password.
        return Err(NoAddress("…@…".to_owned()));
    }
    fits.then_some(url).ok_or_else(wrong)
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// The first cause of an error: what the outer ones say is only that something went wrong.
fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string().chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A server that reads the request and then says this, byte for byte, and hangs up; or says
    /// nothing and holds the line.
    async fn says(reply: Option<&'static [u8]>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/api/v3/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            loop {
                let (mut line, _) = listener.accept().await.unwrap();
                let _ = line.read(&mut [0; 4096]).await;
                match reply {
                    Some(bytes) => line.write_all(bytes).await.unwrap(),
                    None => std::future::pending().await,
                }
            }
        });
        address
    }

    async fn ask(base: &str) -> Result<Answer, Lost> {
        Wire::to(base, Duration::from_millis(400))
            .unwrap()
            .send(Method::GET, "/x", HeaderMap::new(), "")
            .await
    }

    #[tokio::test]
    async fn what_was_not_sent_is_told_from_what_may_have_happened() {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let nobody = format!("http://{}", free.local_addr().unwrap());
        drop(free);
        assert!(matches!(ask(&nobody).await, Err(Lost::NotSent(_))));
        let nowhere = ask("http://sssbot.invalid").await;
        assert!(matches!(nowhere, Err(Lost::NotSent(_))), "{nowhere:?}");

        for reply in [
            None,
            Some(&b""[..]),
            Some(b"HTTP/1.1 200 OK\r\ncontent-le"),
            Some(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
            Some(b"gibberish\r\n\r\n"),
        ] {
            let outcome = ask(&says(reply).await).await;
            assert!(matches!(outcome, Err(Lost::Unknown(_))), "{outcome:?}");
        }
    }

    #[tokio::test]
    async fn an_answer_comes_whole_and_redirects_are_not_followed() {
        let base =
            says(Some(b"HTTP/1.1 307 Moved\r\nlocation: http://elsewhere.example/\r\ncontent-length: 2\r\n\r\nhi"))
                .await;
        let answer = ask(&base).await.unwrap();
        assert_eq!((answer.status, &answer.body[..]), (307, &b"hi"[..]));
        assert_eq!(
            answer.header(&reqwest::header::LOCATION),
            Some("http://elsewhere.example/")
        );
    }

    #[test]
    fn an_address_that_is_none_is_refused_without_repeating_a_password() {
        for wrong in [
            "",
            "slack.com/api",
            "ftp://x/",
            "https://",
            "https://h/?a=b",
        ] {
            assert!(Wire::to(wrong, Duration::from_secs(1)).is_err(), "{wrong}");
        }
        let error = address("https://me:hunter2@host/").unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
    }

    #[test]
    fn only_the_same_server_is_below_a_base() {
        let wire = Wire::to("http://h.example/api/v3/", Duration::from_secs(1)).unwrap();
        assert_eq!(
            wire.below("http://h.example/api/v3/repositories/1/x")
                .as_deref(),
            Some("/repositories/1/x")
        );
        for other in [
            "http://h.example.evil/api/v3/x",
            "http://h.example/api/v30/x",
            "https://h.example/api/v3/x",
            "/api/v3/x",
        ] {
            assert_eq!(wire.below(other), None, "{other}");
        }
    }
}
