//! Who may talk to the page: a browser on this machine, and no other site through it.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; \
    base-uri 'none'";

/// Refuses what comes by a foreign name or from a foreign page, and tells browsers to load nothing
/// but the page's own.
pub(super) async fn watch(request: Request, next: Next) -> Response {
    let mut response = match refused(request.method(), request.headers()) {
        Some(why) => (StatusCode::FORBIDDEN, why).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        // Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refused(method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    // A page elsewhere may let its own name point to 127.0.0.1 and so become "same origin" with us.
    let host = text(header::HOST.as_str()).unwrap_or_default();
    if !is_loopback(host) {
        return Some("This page answers only to localhost and 127.0.0.1.\n");
    }
    if method == Method::GET || method == Method::HEAD {
        return None;
    }
    let own = match (text("origin"), text("sec-fetch-site")) {
        (Some(origin), _) => origin == format!("http://{host}"),
        (None, Some(site)) => site == "same-origin" || site == "none",
        // No browser leaves both out of a post.
        (None, None) => true,
    };
    (!own).then_some("Another page may not post here.\n")
}

/// Whether a `Host` header names this machine from within.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((name, port)) if port.is_empty() || port.starts_with(':') => name,
            _ => return false,
        },
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    let address = name.parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names() {
        for (host, good) in [
            ("127.0.0.1:8080", true),
            ("127.0.0.1", true),
            ("localhost:3", true),
            ("LOCALHOST", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("", false),
            ("evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("localhost.evil.example:80", false),
            ("[::1].evil.example", false),
            ("192.168.0.7:8080", false),
        ] {
            assert_eq!(is_loopback(host), good, "{host}");
        }
    }

    #[test]
    fn posts_only_from_the_page_itself() {
        for (origin, site, good) in [
            (Some("http://127.0.0.1:1"), Some("same-origin"), true),
            (Some("http://127.0.0.1:1"), None, true),
            (None, None, true),
            (None, Some("same-origin"), true),
            (None, Some("cross-site"), false),
            (None, Some("same-site"), false),
            (Some("http://127.0.0.1:2"), None, false),
            (Some("https://evil.example"), Some("cross-site"), false),
            (Some("null"), Some("same-origin"), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("127.0.0.1:1"));
            if let Some(origin) = origin {
                headers.insert("origin", HeaderValue::from_static(origin));
            }
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            let taken = refused(&Method::POST, &headers).is_none();
            assert_eq!(taken, good, "{origin:?} {site:?}");
            assert_eq!(refused(&Method::GET, &headers), None);
        }
    }
}
