//! Slack's mrkdwn as Slack itself reads it: what is shown, what leads where, and whom it pings.

mod date;
mod lex;
mod parse;
mod write;

use lex::Atom;
pub(super) use write::{attribute, block_html, block_text, text_html};

use super::show::{Links, Names};

/// A run within a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Words, with entities decoded and emoji names replaced.
    Text(String),
    /// `*…*`
    Bold(Vec<Inline>),
    /// `_…_`
    Italic(Vec<Inline>),
    /// `~…~`
    Strike(Vec<Inline>),
    /// `` `…` ``
    Code(Vec<Inline>),
    /// `<https://…|…>`
    Link {
        /// Where to.
        url: String,
        /// The words; none shows the address.
        label: Option<String>,
    },
    /// `<@U…>`, `<!subteam^S…>`, `<!channel>`, `<#C…>`
    Mention(Mention),
}

/// Whom or what a control sequence names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mention {
    /// A person, by id.
    User(String),
    /// A user group, by id.
    Group(String),
    /// `channel`, `here` or `everyone`.
    All(String),
    /// A channel, by id; nobody is pinged.
    Channel(String),
}

/// A paragraph, a quote, a fence or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Lines of text.
    Lines(Vec<Vec<Inline>>),
    /// Lines behind a bar.
    Quote(Vec<Vec<Inline>>),
    /// Letter for letter.
    Pre(Vec<Inline>),
    /// Items, with a depth and, where they are numbered, a number.
    List(Vec<(usize, Option<usize>, Vec<Inline>)>),
}

/// Reads mrkdwn. Takes time in the length of the text, whatever is in it.
pub fn parse(text: &str) -> Vec<Block> {
    parse::blocks(&lex::atoms(text))
}

/// Safe HTML: well-formed, every text escaped, links only to http, https and mail.
pub fn html(text: &str, names: &Names) -> String {
    parse(text)
        .iter()
        .map(|block| block_html(block, names))
        .collect()
}

/// Plain text as a transcript shows it.
pub fn plain(text: &str, names: &Names, links: Links) -> String {
    let blocks: Vec<String> = parse(text)
        .iter()
        .map(|block| block_text(block, names, links))
        .collect();
    blocks.join("\n")
}

/// The live mentions of `text`, those within code included: whether Slack heeds code there is not
/// documented. With `bare`, also `@channel` and its like in plain words, which Slack looks for
/// where it parses names.
pub fn mentions(text: &str, bare: bool) -> Vec<Mention> {
    let atoms = lex::atoms(text);
    let mut found: Vec<Mention> = atoms
        .iter()
        .filter_map(|atom| match atom {
            Atom::Item(Inline::Mention(mention)) => Some(mention.clone()),
            _ => None,
        })
        .collect();
    if bare {
        found.extend(bare_names(&atoms));
    }
    found
}

fn bare_names(atoms: &[Atom]) -> Vec<Mention> {
    let letter = |at: Option<usize>| match at.and_then(|at| atoms.get(at)) {
        Some(Atom::Letter(c)) => Some(*c),
        _ => None,
    };
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut found = Vec::new();
    for at in 0..atoms.len() {
        if letter(Some(at)) != Some('@') || word(letter(at.checked_sub(1))) {
            continue;
        }
        for name in ["channel", "here", "everyone"] {
            let fits = name
                .chars()
                .enumerate()
                .all(|(i, c)| letter(Some(at + 1 + i)).is_some_and(|l| l.eq_ignore_ascii_case(&c)));
            if fits && !word(letter(Some(at + 1 + name.len()))) {
                found.push(Mention::All(name.to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names() -> Names {
        let mut names = Names::default();
        names.users.insert("U1".into(), "hanako".into());
        names.channels.insert("C1".into(), "general".into());
        names.groups.insert("S1".into(), "sss-first".into());
        names
    }

    #[test]
    fn as_html() {
        for (text, shown) in [
            (
                "a *b* _c_ ~d~ `e`",
                "a <b>b</b> <i>c</i> <s>d</s> <code>e</code>",
            ),
            ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),
            ("日本*太字*語", "日本*太字*語"),
            ("*_x_*", "<b><i>x</i></b>"),
            ("* a*", "* a*"),
            ("a &amp;lt; &lt;b&gt;", "a &amp;lt; &lt;b&gt;"),
            ("`*a* &lt;`", "<code>*a* &lt;</code>"),
            ("```\na *b*\n  c\n```", "<pre>a *b*\n  c</pre>"),
            ("a\n```b```\nc", "a<pre>b</pre>c"),
            ("&gt; a\n&gt; b\nc", "<blockquote>a<br>b</blockquote>c"),
            (
                "<https://e.com/?a=1&amp;b=2|x &amp; y>",
                "<a href=\"https://e.com/?a=1&amp;b=2\" rel=\"noopener noreferrer\">x &amp; y</a>",
            ),
            ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
            (
                "<@U1> <#C1> <!subteam^S1>",
                "<span class=\"mention\">@hanako</span> <span class=\"mention\" data-channel=\"C1\">#general</span> <span class=\"mention\">@sss-first</span>",
            ),
            ("<!here>", "<span class=\"mention ping\">@here</span>"),
            ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
            (":fire: :nope:", "🔥 :nope:"),
            (
                "<!date^1392734382^{time}^https://e.com/?a=1&amp;b=2|x>",
                "<a href=\"https://e.com/?a=1&amp;b=2\" rel=\"noopener noreferrer\">23:39</a>",
            ),
            ("<!date^soon^{time}|&lt;b&gt;>", "&lt;b&gt;"),
        ] {
            assert_eq!(html(text, &names()), shown, "{text}");
        }
    }

    #[test]
    fn as_plain_text() {
        for (text, shown) in [
            ("*a* _b_ `c`", "a b `c`"),
            ("<https://e.com|x>", "x <https://e.com>"),
            ("<https://e.com>", "https://e.com"),
            ("<@U1> &amp; <@U9>", "@hanako & @U9"),
            ("&gt; a\nb", "> a\nb"),
            ("a\n```b\nc```", "a\n┆ b\n┆ c"),
            (
                "at <!date^1392734382^{date_num} {time}|x>!",
                "at 2014-02-18 23:39!",
            ),
            (
                "<!date^1392734382^{time}^https://e.com|x>",
                "23:39 <https://e.com>",
            ),
            ("<!date^1392734382^{time}>", "<!date^1392734382^{time}>"),
        ] {
            assert_eq!(plain(text, &names(), Links::Shown), shown, "{text}");
        }
        assert_eq!(plain("<https://e.com|x>", &names(), Links::Hidden), "x");
    }

    #[test]
    fn who_is_pinged() {
        for (text, bare, count) in [
            ("<!channel> <@U1> <!subteam^S1|x> <#C1>", false, 4),
            ("&lt;!channel&gt; @channel", false, 0),
            ("&lt;!channel&gt; @channel", true, 1),
            ("(@here) @everyone, @HERE", true, 3),
            ("a@here.com @hereabouts @\u{200b}channel", true, 0),
            ("`<!here>`", false, 1),
            ("<https://e.com|@channel>", true, 0),
            ("<!date^1392734382^{time}|@channel>", true, 0),
            ("<!date^soon^{time}|@channel>", true, 0),
        ] {
            assert_eq!(mentions(text, bare).len(), count, "{text}");
        }
    }

    /// Tags are known, closed in order, and every other `<`, `>` and `&` is an entity.
    fn well_formed(html: &str) -> Result<(), String> {
        let mut open: Vec<&str> = Vec::new();
        let mut rest = html;
        while let Some(at) = rest.find(['<', '>', '&']) {
            rest = &rest[at..];
            if rest.starts_with('&') {
                let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
                let Some(entity) = entities.iter().find(|e| rest.starts_with(**e)) else {
                    return Err(format!("a bare &: {rest}"));
                };
                rest = &rest[entity.len()..];
                continue;
            }
            let Some(end) = rest.find('>').filter(|_| rest.starts_with('<')) else {
                return Err(format!("a stray bracket: {rest}"));
            };
            let tag = &rest[1..end];
            rest = &rest[end + 1..];
            if let Some(name) = tag.strip_prefix('/') {
                if open.pop() != Some(name) {
                    return Err(format!("closes {name}, which is not open"));
                }
            } else {
                let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
                let known = [
                    "b",
                    "i",
                    "s",
                    "code",
                    "pre",
                    "blockquote",
                    "a",
                    "span",
                    "br",
                    "ul",
                    "li",
                ];
                if !known.contains(&name) || attributes.matches('"').count() % 2 == 1 {
                    return Err(format!("an odd tag: {tag}"));
                }
                if name != "br" {
                    open.push(name);
                }
            }
        }
        if open.is_empty() {
            Ok(())
        } else {
            Err(format!("still open: {open:?}"))
        }
    }

    proptest! {
        #[test]
        fn html_is_always_well_formed(text in "([*_~`<>&|@#!:;\"' \n]|&lt;|&amp;|```|<@U1>|<!date\\^1\\^\\{time\\}\\|x>|<http://a|[a-zあ]){0,60}") {
            prop_assert_eq!(well_formed(&html(&text, &names())), Ok(()));
            plain(&text, &names(), Links::Shown);
        }

        #[test]
        fn any_text_at_all(text in any::<String>()) {
            prop_assert_eq!(well_formed(&html(&text, &names())), Ok(()));
        }

        #[test]
        fn escaped_text_comes_back_once(text in "[a-z&<>; ]{0,40}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            prop_assume!(!escaped.starts_with("&gt;"));
            prop_assert_eq!(plain(&escaped, &names(), Links::Shown), text);
            prop_assert_eq!(mentions(&escaped, true), vec![]);
        }
    }

    #[test]
    fn hostile_text_is_read_in_a_moment() {
        // Quadratic work would take minutes here.
        for part in ["*a ", "_a", "`", "<", "<a", "~*_", "```", "&gt; ", "@here"] {
            let text = part.repeat(60_000 / part.len());
            html(&text, &names());
            mentions(&text, true);
        }
    }
}
