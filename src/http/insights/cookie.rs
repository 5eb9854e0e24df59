//! What a browser keeps for us and cannot change: a text, how long it holds, and our signature.

use aws_lc_rs::hmac;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jiff::{SignedDuration, Timestamp};

use crate::secret::Secret;

/// Signs cookies of one kind. The name is signed along, so that none can be taken for another.
pub(super) struct Jar {
    key: hmac::Key,
    secure: bool,
}

impl Jar {
    /// A jar whose key is made from a secret that the deployment has anyway; `secure` where the
    /// page is reached by https.
    pub(super) fn new(secret: &Secret, secure: bool) -> Self {
        let from = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
        let key = hmac::sign(&from, b"sssbot: cookies of the insights page");
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()),
            secure,
        }
    }

    /// The `Set-Cookie` that keeps a text for so long. `Lax`: it comes with a link from elsewhere,
    /// as GitHub's way back is one, and with nothing else from there.
    pub(super) fn put(
        &self,
        name: &str,
        text: &str,
        now: Timestamp,
        lasts: SignedDuration,
    ) -> String {
        let until = now.as_second().saturating_add(lasts.as_secs());
        let packed = BASE64.encode(format!("{until}:{text}"));
        let tag = hmac::sign(&self.key, self.signed(name, &packed).as_bytes());
        let value = format!("{packed}.{}", BASE64.encode(tag.as_ref()));
        self.cookie(name, &value, lasts.as_secs())
    }

    /// The `Set-Cookie` that takes one away.
    pub(super) fn empty(&self, name: &str) -> String {
        self.cookie(name, "", 0)
    }

    fn cookie(&self, name: &str, value: &str, seconds: i64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/insights; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }

    /// The text of a cookie that we gave, and that still holds.
    pub(super) fn read(&self, headers: &HeaderMap, name: &str, now: Timestamp) -> Option<String> {
        let all = headers.get_all(header::COOKIE).iter();
        let all = all.filter_map(|cookies| cookies.to_str().ok());
        let mut all = all.flat_map(|cookies| cookies.split(';'));
        all.find_map(|cookie| {
            let value = cookie.trim().strip_prefix(name)?.strip_prefix('=')?;
            let (packed, tag) = value.split_once('.')?;
            let tag = BASE64.decode(tag).ok()?;
            hmac::verify(&self.key, self.signed(name, packed).as_bytes(), &tag).ok()?;
            let text = String::from_utf8(BASE64.decode(packed).ok()?).ok()?;
            let (until, text) = text.split_once(':')?;
            (now.as_second() < until.parse().ok()?).then(|| text.to_owned())
        })
    }

    fn signed(&self, name: &str, packed: &str) -> String {
        format!("{name}={packed}")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_holds_as_it_was_given_and_no_longer() {
        let jar = Jar::new(&Secret::from("geheim"), true);
        let at = |second| Timestamp::from_second(second).unwrap();
        let set = jar.put("look", "hanako", at(0), SignedDuration::from_secs(60));
        assert!(set.ends_with("; Path=/insights; Max-Age=60; HttpOnly; SameSite=Lax; Secure"));
        assert!(!set.contains("geheim"));
        let value = set.split(';').next().unwrap();
        let read = |jar: &Jar, cookies: &str, name: &str, second| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, cookies.parse().unwrap());
            jar.read(&headers, name, at(second))
        };
        let others = format!("a=b; {value}; c=d");
        assert_eq!(read(&jar, &others, "look", 59).as_deref(), Some("hanako"));
        assert_eq!(read(&jar, value, "look", 60), None);
        assert_eq!(read(&jar, value, "state", 0), None);
        assert_eq!(
            read(&jar, &value.replace("look=", "state="), "state", 0),
            None
        );
        assert_eq!(
            read(&Jar::new(&Secret::from("x"), true), value, "look", 0),
            None
        );
        let mut forged = value.to_owned();
        forged.insert(6, 'A');
        assert_eq!(read(&jar, &forged, "look", 0), None);
        for odd in ["look=", "look=.", "look=a.b", "look", "="] {
            assert_eq!(read(&jar, odd, "look", 0), None, "{odd}");
        }
    }
}
