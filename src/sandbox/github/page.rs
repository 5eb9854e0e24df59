//! Pages of lists, the `Link` header, and entity tags.

use std::collections::HashMap;

use serde_json::Value;

/// Cuts the page that `per_page` (30 unless told, at most 100) and `page` ask for, and gives the
/// `Link` header that leads to its neighbours.
pub(super) fn cut(
    mut items: Vec<Value>,
    query: &HashMap<String, String>,
    url: &str,
) -> (Vec<Value>, Option<String>) {
    let size = per_page(query);
    let whole = |name: &str| query.get(name).and_then(|text| text.parse::<usize>().ok());
    let page = whole("page").unwrap_or(1).max(1);
    let last = items.len().div_ceil(size).max(1);
    let start = (page - 1).saturating_mul(size).min(items.len());
    let end = start.saturating_add(size).min(items.len());
    let cut = items.drain(start..end).collect();
    let mut links = Vec::new();
    let mut link = |to: usize, rel: &str| {
        links.push(format!("<{}>; rel=\"{rel}\"", address(url, query, to)));
    };
    if page > 1 {
        link((page - 1).min(last), "prev");
    }
    if page < last {
        link(page + 1, "next");
        link(last, "last");
    }
    if page > 1 {
        link(1, "first");
    }
    (cut, (!links.is_empty()).then(|| links.join(", ")))
}

/// How many to a page.
pub(super) fn per_page(query: &HashMap<String, String>) -> usize {
    let asked = query.get("per_page").and_then(|text| text.parse().ok());
    asked.unwrap_or(30_usize).clamp(1, 100)
}

fn address(url: &str, query: &HashMap<String, String>, page: usize) -> String {
    let mut pairs: Vec<_> = query.iter().filter(|(name, _)| *name != "page").collect();
    pairs.sort();
    let mut out = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        out.append_pair(name, value);
    }
    out.append_pair("page", &page.to_string());
    format!("{url}?{}", out.finish())
}

/// The entity tag of an answer: GitHub's are weak ones.
pub(super) fn etag(body: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body);
    format!("W/\"{}\"", hex::encode(digest))
}

/// Whether `If-None-Match` names this tag, weak or strong.
pub(super) fn matches(asked: &str, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    asked.split(',').any(|one| bare(one) == bare(tag))
}

/// Text as it stands in an address; `/` stays when `path` says so.
pub(super) fn encode(text: &str, path: bool) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    // This encoder writes a space as a plus, which is right in a query only.
    let encoded = encoded.replace('+', "%20");
    if path {
        encoded.replace("%2F", "/")
    } else {
        encoded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_middle_page_leads_both_ways() {
        let items = (0..5).map(Value::from).collect();
        let query = asked(&[("per_page", "2"), ("page", "2"), ("since", "a b")]);
        let (cut, link) = cut(items, &query, "http://x/y");
        assert_eq!(cut, [2, 3]);
        let link = link.unwrap();
        assert!(link.contains("<http://x/y?per_page=2&since=a+b&page=3>; rel=\"next\""));
        assert!(link.contains("page=1>; rel=\"first\""));
    }

    #[test]
    fn one_page_needs_no_links() {
        let (cut, link) = cut(vec![Value::from(1)], &asked(&[]), "http://x/y");
        assert_eq!((cut.len(), link), (1, None));
        let (beyond, _) = super::cut(vec![Value::from(1)], &asked(&[("page", "9")]), "u");
        assert!(beyond.is_empty());
    }

    #[test]
    fn tags_match_weakly() {
        let tag = etag(b"{}");
        assert!(matches(&tag, &tag));
        assert!(matches(tag.trim_start_matches("W/"), &tag));
        assert!(!matches("W/\"other\"", &tag));
    }

    #[test]
    fn labels_stand_in_addresses() {
        assert_eq!(encode("type/bug fix", false), "type%2Fbug%20fix");
        assert_eq!(encode("docs/a b.md", true), "docs/a%20b.md");
    }
}
