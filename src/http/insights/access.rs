//! Who may see the page: whoever sits at this machine, whoever a proxy vouches for, or whoever may
//! see the postmortem repository on GitHub.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Version, header};
use jiff::Timestamp;

use super::SignIn;
use crate::http::serve::Peer;

/// Who may see the page.
#[derive(Debug, Clone)]
pub enum Access {
    /// Nobody; there is no page.
    Off,
    /// A browser on this machine, that no proxy stands before.
    ThisMachine,
    /// Whoever one of these peers names in this header. What others write there is no name.
    Proxy {
        /// The header in which a proxy says who it is.
        header: HeaderName,
        /// Where the proxy calls from.
        peers: Vec<IpAddr>,
    },
    /// Whoever GitHub lets see the postmortem repository.
    GitHub(Arc<SignIn>),
}

/// What somebody may who asks for the page.
pub(super) enum Standing {
    /// See it.
    Allowed,
    /// Not even know of it.
    Nobody,
    /// Say who they are first.
    MustSignIn(Arc<SignIn>),
}

/// What a proxy leaves in a request: then it comes from elsewhere, whoever calls.
const PASSED_ON: [&str; 8] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-original-host",
    "cf-connecting-ip",
];

impl Access {
    pub(super) fn judge(&self, request: &Request, now: Timestamp) -> Standing {
        let allowed = match self {
            Self::Off => false,
            Self::ThisMachine => at_this_machine(request),
            Self::Proxy { header, peers } => {
                named(request.headers(), header)
                    && peer(request).is_some_and(|peer| peers.contains(&peer))
            }
            Self::GitHub(sign_in) => {
                if !sign_in.knows(request.headers(), now) {
                    return Standing::MustSignIn(Arc::clone(sign_in));
                }
                true
            }
        };
        match allowed {
            true => Standing::Allowed,
            false => Standing::Nobody,
        }
    }
}

fn peer(request: &Request) -> Option<IpAddr> {
    let Peer(address) = request.extensions().get::<Peer>()?;
    Some(address.ip().to_canonical())
}

/// One name, and not two of which one was smuggled in.
fn named(headers: &HeaderMap, header: &HeaderName) -> bool {
    let mut names = headers.get_all(header).iter();
    let first = names.next().and_then(|name| name.to_str().ok());
    first.is_some_and(|name| !name.trim().is_empty()) && names.next().is_none()
}

/// A request from this machine to this machine. Its `Host` must say so, too: a page elsewhere may
/// let its own name lead here. A proxy beside us is known by what it leaves in a request, and by
/// speaking HTTP/1.0, as some do where nobody tells them otherwise.
fn at_this_machine(request: &Request) -> bool {
    let headers = request.headers();
    let passed_on = PASSED_ON.iter().any(|name| headers.contains_key(*name));
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    peer(request).is_some_and(|peer| peer.is_loopback())
        && request.version() == Version::HTTP_11
        && !passed_on
        && host.is_some_and(is_this_machine)
}

fn is_this_machine(host: &str) -> bool {
    let Ok(address) = url::Url::parse(&format!("http://{host}/")) else {
        return false;
    };
    match address.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::net::SocketAddr;

    use axum::body::Body;

    use super::*;

    fn asks(access: &Access, peer: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().uri("/insights");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(Peer(peer));
        matches!(
            access.judge(&request, Timestamp::UNIX_EPOCH),
            Standing::Allowed
        )
    }

    #[test]
    fn only_a_browser_at_this_machine() {
        let here = ("host", "127.0.0.1:3000");
        for (peer, headers, good) in [
            ("127.0.0.1:1", vec![here], true),
            ("[::1]:1", vec![("host", "localhost:3000")], true),
            ("[::ffff:127.0.0.1]:1", vec![here], true),
            ("192.0.2.1:1", vec![here], false),
            ("127.0.0.1:1", vec![], false),
            ("127.0.0.1:1", vec![("host", "evil.example")], false),
            (
                "127.0.0.1:1",
                vec![("host", "127.0.0.1.evil.example")],
                false,
            ),
            (
                "127.0.0.1:1",
                vec![("host", "evil.example@127.0.0.1.x")],
                false,
            ),
            (
                "127.0.0.1:1",
                vec![here, ("x-forwarded-for", "192.0.2.1")],
                false,
            ),
            ("127.0.0.1:1", vec![here, ("via", "1.1 proxy")], false),
        ] {
            assert_eq!(
                asks(&Access::ThisMachine, peer, &headers),
                good,
                "{peer} {headers:?}"
            );
            assert!(!asks(&Access::Off, peer, &headers));
        }
    }

    #[test]
    fn a_name_counts_from_the_proxy_alone() {
        let access = Access::Proxy {
            header: HeaderName::from_static("x-forwarded-user"),
            peers: vec!["192.0.2.1".parse().unwrap()],
        };
        let name = ("x-forwarded-user", "hanako");
        assert!(asks(&access, "192.0.2.1:1", &[name]));
        assert!(!asks(&access, "192.0.2.2:1", &[name]));
        assert!(!asks(
            &access,
            "127.0.0.1:1",
            &[name, ("host", "localhost")]
        ));
        assert!(!asks(&access, "192.0.2.1:1", &[]));
        assert!(!asks(&access, "192.0.2.1:1", &[("x-forwarded-user", " ")]));
        assert!(!asks(&access, "192.0.2.1:1", &[name, name]));
    }
}
