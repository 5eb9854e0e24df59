//! Links that lead where they seem to lead: which may be one, and what their words may claim.

use std::borrow::Cow;

use url::Url;

use super::escape;

/// A link's target as Slack may have it: `http`, `https` or `mailto`, one line, nothing in it that
/// ends the token. What is relative is read against `source` (`https://host/owner/name`). `None`
/// when it is no such link; its words are then plain.
pub(super) fn target<'u>(url: &'u str, source: Option<&str>) -> Option<Cow<'u, str>> {
    let url = url.trim();
    if is_simple(url) {
        return Some(Cow::Borrowed(url));
    }
    let mut parsed = match Url::parse(url) {
        Ok(parsed) => parsed,
        Err(url::ParseError::RelativeUrlWithoutBase) => relative(url, source?)?,
        Err(_) => return None,
    };
    match parsed.scheme() {
        "http" | "https" if parsed.host_str().is_some_and(|host| !host.is_empty()) => {
            // A name before an `@` is there to be taken for the host.
            let _ = parsed.set_username("");
            let _ = parsed.set_password(None);
            Some(Cow::Owned(encode(parsed.as_str())))
        }
        "mailto" if parsed.path().contains('@') => {
            Some(Cow::Owned(encode(&format!("mailto:{}", parsed.path()))))
        }
        _ => None,
    }
}

/// As GitHub reads it in a comment: `../` climbs from the page, everything else is a file
/// of the repository.
fn relative(url: &str, source: &str) -> Option<Url> {
    if url.is_empty() || url.starts_with('#') || url.starts_with('?') {
        return None;
    }
    let from = if url.starts_with("../") {
        format!("{source}/issues/0")
    } else {
        format!("{source}/blob/HEAD/")
    };
    Url::parse(&from).ok()?.join(url).ok()
}

const SIMPLE: [bool; 256] = {
    let mut simple = [false; 256];
    let signs = b"-._~:/?#[]!$'()*+,;=%&@";
    let mut at = 0;
    while at < signs.len() {
        simple[signs[at] as usize] = true;
        at += 1;
    }
    let mut at = 0;
    while at < 128 {
        if (at as u8).is_ascii_alphanumeric() {
            simple[at] = true;
        }
        at += 1;
    }
    simple
};

/// A plain address that needs no second look: a lower-case host, then nothing odd.
fn is_simple(url: &str) -> bool {
    let Some(rest) = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
    else {
        return false;
    };
    let bytes = rest.as_bytes();
    let host = bytes
        .iter()
        .take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'))
        .count();
    host > 0
        && bytes[0].is_ascii_alphanumeric()
        && matches!(bytes.get(host), None | Some(b'/' | b'?' | b'#'))
        && bytes[host..].iter().all(|b| SIMPLE[usize::from(*b)])
}

/// Percent-encodes whatever the parser left that could end a token or hide.
fn encode(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        if SIMPLE[usize::from(byte)] {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The host of a target, with its port; the address behind `mailto:`.
fn host(target: &str) -> &str {
    if let Some(address) = target.strip_prefix("mailto:") {
        return address;
    }
    let rest = target.split_once("://").map_or("", |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &rest[..end];
    authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host)
}

/// The target's host, when the words of a link look like another place than it leads to. `home` is
/// the host that the message itself is about: there, `README.md` is a file and no country's domain.
pub(super) fn other_face<'t>(words: &str, target: &'t str, home: Option<&str>) -> Option<&'t str> {
    let looks = |b: &u8| matches!(b, b'.' | b':' | 0xEF | 0xE3 | 0xE2);
    if words == target || !words.as_bytes().iter().any(looks) {
        return None;
    }
    let host = host(target);
    let is_home = home.is_some_and(|home| home.eq_ignore_ascii_case(host));
    words
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"' | '|' | ','))
        .any(|word| claims_another(word, host, target, is_home))
        .then_some(host)
}

/// Whether one word names a host that is not `host`. What merely looks like a name (no scheme, no
/// `www.`) claims nothing on a link that is at home: it leads where all of the message leads.
fn claims_another(word: &str, host: &str, target: &str, is_home: bool) -> bool {
    let word: Cow<'_, str> = if word.is_ascii() {
        Cow::Borrowed(word)
    } else {
        // What is drawn like a dot, a colon or a slash reads like one.
        word.chars()
            .filter(|c| escape::is_shown(*c))
            .map(|c| match c {
                '．' | '。' | '｡' | '․' => '.',
                '／' | '∕' | '⁄' => '/',
                '：' => ':',
                c => c,
            })
            .collect::<String>()
            .into()
    };
    let word = word.trim_matches(|c: char| matches!(c, '.' | '!' | '?' | ';' | '\'' | '`'));
    let (said, is_url) = match word.split_once("://") {
        Some((_, rest)) => (rest, true),
        None => (word, false),
    };
    let end = said.find(['/', '?', '#', '\\']).unwrap_or(said.len());
    let authority = &said[..end];
    let authority = if target.starts_with("mailto:") {
        authority
    } else {
        authority
            .rsplit_once('@')
            .map_or(authority, |(_, after)| after)
    };
    if !is_url && !looks_like_a_host(authority) {
        return false;
    }
    if same_host(authority, host) {
        return false;
    }
    if is_home && !is_url && !has_www(authority) {
        return false;
    }
    // `README.md` is a file unless the link leads somewhere else than to a file of that name.
    let is_its_file = !is_url
        && said.len() == end
        && target.split(['?', '#']).next().is_some_and(|path| {
            path.rsplit_once('/')
                .is_some_and(|(dir, file)| file == authority && is_a_repository(dir))
        });
    !is_its_file && (is_url || !is_a_file(authority))
}

/// `https://host/owner/repo/blob/...`: the page of a file.
fn is_a_repository(dir: &str) -> bool {
    let mut parts = dir.split('/').skip(5);
    matches!(parts.next(), Some("blob" | "tree" | "raw" | "edit"))
}

fn has_www(name: &str) -> bool {
    name.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("www."))
}

fn same_host(said: &str, host: &str) -> bool {
    let bare = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.strip_prefix("www.").map(str::to_owned).unwrap_or(name)
    };
    said.eq_ignore_ascii_case(host) || bare(said) == bare(host)
}

/// Letters, digits and dots with a top level of two letters or more.
fn looks_like_a_host(word: &str) -> bool {
    let name = word.split_once(':').map_or(word, |(name, _port)| name);
    let Some((rest, top)) = name.rsplit_once('.') else {
        return false;
    };
    !rest.is_empty()
        && top.chars().count() >= 2
        && top.chars().all(char::is_alphabetic)
        && rest
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))
}

/// Ends of file names that are no top-level domain.
fn is_a_file(word: &str) -> bool {
    let end = word.rsplit_once('.').map_or("", |(_, end)| end);
    [
        "rb", "go", "js", "ts", "tsx", "jsx", "json", "yml", "yaml", "toml", "lock", "txt", "html",
        "css", "java", "kt", "swift", "sql", "xml", "png", "jpg", "jpeg", "gif", "svg", "log",
        "pdf", "csv", "cpp", "hpp", "vue", "php", "conf", "cfg", "ini", "exe", "tf", "proto",
    ]
    .iter()
    .any(|known| end.eq_ignore_ascii_case(known))
        && !matches!(end, "tf" | "go")
}

/// Writes `<target|words>`, or `<target>` when the words are the target; with `face` behind the
/// words. Writes nothing and says `false` when it would be too long.
pub(super) fn write(
    out: &mut String,
    target: &str,
    words: &str,
    face: Option<&str>,
    longest_label: usize,
    longest: usize,
) -> bool {
    let start = out.len();
    out.push('<');
    for (at, part) in target.split('&').enumerate() {
        if at > 0 {
            out.push_str("&amp;");
        }
        out.push_str(part);
    }
    let bare = words == target && face.is_none() && target.starts_with("http");
    if !bare {
        out.push('|');
        let before = out.len();
        escape::label(out, words, longest_label);
        if out[before..].trim().is_empty() {
            escape::label(out, target, longest_label);
        }
        if let Some(face) = face {
            out.push_str(" (");
            escape::label(out, face, longest_label);
            out.push(')');
        }
    }
    out.push('>');
    if out.len() - start > longest {
        out.truncate(start);
        return false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: Option<&str> = Some("github.example");

    #[test]
    fn at_home_a_file_is_no_host() {
        let at_home = "https://github.example/acme/shop/pull/1#discussion_r5";
        let elsewhere = "https://evil.example/acme/shop/pull/1";
        for (words, target, home, face) in [
            ("README.md:7", at_home, HOME, false),
            ("docs/setup.py", at_home, HOME, false),
            ("lib/README.md:7 and run.sh", at_home, HOME, false),
            ("README.md:7", at_home, Some("GitHub.Example"), false),
            ("ＲＥＡＤＭＥ．ｍｄ", at_home, HOME, false),
            // Words that can mean no file.
            ("https://README.md", at_home, HOME, true),
            ("http://bank.example/login", at_home, HOME, true),
            ("see https：／／bank.example", at_home, HOME, true),
            ("www.bank.example", at_home, HOME, true),
            ("WWW.bank.example/login", at_home, HOME, true),
            // Links that lead away, and messages that are at home nowhere.
            ("README.md:7", elsewhere, HOME, true),
            ("bank.example", elsewhere, HOME, true),
            ("README.md:7", at_home, None, true),
            ("README.md:7", at_home, Some("example"), true),
            ("README.md", "https://github.example:8443/x", HOME, true),
            (
                "README.md",
                "https://github.example.evil.example/x",
                HOME,
                true,
            ),
            ("README.md", "mailto:a@github.example", HOME, true),
        ] {
            let found = other_face(words, target, home);
            assert_eq!(found.is_some(), face, "{words} -> {target}: {found:?}");
        }
    }
}
