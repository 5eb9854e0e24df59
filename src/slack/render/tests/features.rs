//! Each feature of GitHub's Markdown, and what Slack shows for it. `¦` is a space nobody sees.

use super::body;

/// Input and exact output.
fn table(cases: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (from, wanted) in cases {
        let got = body(from);
        if got != *wanted {
            wrong.push_str(&format!(
                "--- {from:?}\ngot    {got:?}\nwanted {wanted:?}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn emphasis() {
    table(&[
        (
            "**bold** and *italic* and ~~gone~~",
            "*bold* and _italic_ and ~gone~",
        ),
        ("***both***", "_*both*_"),
        ("**bold *and italic* too**", "*bold _and italic_ too*"),
        ("a**b**c", "a¦*b*¦c"),
        ("これは**重要**です。", "これは¦*重要*¦です。"),
        ("(**in brackets**).", "(*in brackets*)."),
        ("**two\nlines**", "*two*\n*lines*"),
        ("**a**`b`*c*", "*a*¦`b`¦_c_"),
        (
            "snake_case_name, 2 * 3 * 4, 2*3",
            "snake_case_name, 2 * 3 * 4, 2*3",
        ),
        (r"\*not bold\* and ~/.config", "*¦not bold¦* and ~¦/.config"),
        ("**bold <!-- hidden --> **x", "*¦¦*¦bold  *¦¦*¦x"),
        ("**<!-- nothing to see -->**", ""),
    ]);
}

#[test]
fn headings() {
    table(&[
        ("# Title\ntext", "*Title*\ntext"),
        (
            "text\n\n## A **bold** word\n\nmore",
            "text\n\n*A bold word*\nmore",
        ),
        ("Under\n=====\n\ntext", "*Under*\ntext"),
    ]);
}

#[test]
fn paragraphs_and_breaks() {
    table(&[
        ("one\ntwo  \nthree\\\nfour", "one\ntwo\nthree\nfour"),
        ("one\n\n\n\ntwo", "one\n\ntwo"),
        ("above\n\n---\n\nbelow", "above\n──────────\nbelow"),
        ("seen <!-- not seen --> seen", "seen  seen"),
        ("<!-- a marker -->\ntext", "text"),
    ]);
}

#[test]
fn lists() {
    table(&[
        (
            "- a\n- b\n  - c\n    - d\n- e",
            "• a\n• b\n    ◦ c\n        ▪ d\n• e",
        ),
        (
            "3. three\n4. four\n   - under",
            "3. three\n4. four\n    ◦ under",
        ),
        ("1) a\n2) b", "1) a\n2) b"),
        (
            "- a\n\n- b\n\n  second paragraph",
            "• a\n• b\n\n  second paragraph",
        ),
        ("- one\n  line two", "• one\n  line two"),
        ("text\n- a\n\nafter", "text\n• a\n\nafter"),
        ("- a\n\n1. b", "• a\n\n1. b"),
        (
            "- [x] done\n- [ ] **open**\n  - [ ] under",
            "☑ done\n☐ *open*\n    ☐ under",
        ),
        ("-\n- b", "•\n• b"),
        ("- - a", "•\n    ◦ a"),
    ]);
}

#[test]
fn code() {
    table(&[
        ("`a < b && c`", "`a &lt; b &amp;&amp; c`"),
        ("``a ` b``", "`a ˋ b`"),
        ("call `f()`して", "call `f()`¦して"),
        ("```rust\nfn f() {}\n```", "```\nfn f() {}\n```"),
        (
            "~~~\n```\nfence in fence\n```\n~~~",
            "```\n``¦`\nfence in fence\n``¦`\n```",
        ),
        ("    indented & more", "```\nindented &amp; more\n```"),
        (
            "```\n<!channel> @hiboma #12 **x**\n```",
            "```\n&lt;!channel&gt; @hiboma #12 **x**\n```",
        ),
        ("```\n```", "```\n \n```"),
        (
            "- item\n  ```\n  code\n  ```\n- next",
            "• item\n```\ncode\n```\n• next",
        ),
        (
            "before\n```\ncode\n```\nafter",
            "before\n\n```\ncode\n```\n\nafter",
        ),
        ("`@hiboma` `#12`", "`@hiboma` `#12`"),
    ]);
}

#[test]
fn quotes_and_alerts() {
    table(&[
        ("> a\n> b\n\nc", "> a\n> b\n\nc"),
        ("> a\n>\n> b", "> a\n>\n> b"),
        ("> a\n> > b", "> a\n>\n> &gt; b"),
        ("> - a\n> - b", "> • a\n> • b"),
        ("- x\n  > y", "• x\n\n  &gt; y"),
        ("> [!NOTE]\n> Read **this**.", "> ℹ️ *Note*\n> Read *this*."),
        ("> [!WARNING]\n> Hot.", "> ⚠️ *Warning*\n> Hot."),
        ("\\> not a quote", "¦&gt; not a quote"),
    ]);
}

#[test]
fn tables() {
    table(&[
        (
            "| Name | Qty |\n|:--|--:|\n| apple | 3 |\n| みかん | 12 |",
            "```\nName   | Qty\n-------+----\napple  |   3\nみかん |  12\n```",
        ),
        (
            "|a|b|\n|-|-|\n|`x\\|`|**y** @hiboma|",
            "```\na  | b\n---+----------\nx| | y @hiboma\n```",
        ),
    ]);
}

#[test]
fn links_and_images() {
    table(&[
        (
            "[docs](https://example.com/a?b=1&c=2)",
            "<https://example.com/a?b=1&amp;c=2|docs>",
        ),
        ("https://example.com/x", "<https://example.com/x>"),
        ("<https://example.com/x>", "<https://example.com/x>"),
        (
            "[**bold** `code`](https://example.com)",
            "<https://example.com|bold code>",
        ),
        (
            "mail a@example.com",
            "mail <mailto:a@example.com|a@example.com>",
        ),
        (
            "![a cat](https://example.com/c.png)",
            "<https://example.com/c.png|🖼 a cat>",
        ),
        (
            "![](https://example.com/c.png)",
            "<https://example.com/c.png|🖼 Image>",
        ),
        (
            "[![build](https://example.com/b.svg)](https://ci.example.com/1)",
            "<https://ci.example.com/1|🖼 build>",
        ),
        (
            "[file](docs/a.md)",
            "<https://github.com/acme/shop/blob/HEAD/docs/a.md|file>",
        ),
        (
            "[tree](../tree/main)",
            "<https://github.com/acme/shop/tree/main|tree>",
        ),
        (
            "[wiki](/acme/shop/wiki)",
            "<https://github.com/acme/shop/wiki|wiki>",
        ),
        ("[here](#anchor)", "here"),
        ("[a](javascript:alert%281%29) [b](ftp://x.example)", "a b"),
        (
            "[ref]\n\n[ref]: https://example.com 'title'",
            "<https://example.com|ref>",
        ),
        (
            "[a|b>c](https://example.com/x|y)",
            "<https://example.com/x%7Cy|a|b&gt;c>",
        ),
        (
            "[x](<https://example.com/a b>)",
            "<https://example.com/a%20b|x>",
        ),
    ]);
}

#[test]
fn links_with_another_face() {
    table(&[
        (
            "[paypal.com](https://evil.example/x)",
            "<https://evil.example/x|paypal.com (evil.example)>",
        ),
        (
            "[https://github.com/login](https://evil.example/)",
            "<https://evil.example/|https://github.com/login (evil.example)>",
        ),
        (
            "[log in at paypal.com now](https://evil.example/paypal.com)",
            "<https://evil.example/paypal.com|log in at paypal.com now (evil.example)>",
        ),
        (
            "[x](https://github.com@evil.example/)",
            "<https://evil.example/|x>",
        ),
        (
            "[paypal．com](https://evil.example/)",
            "<https://evil.example/|paypal．com (evil.example)>",
        ),
        (
            "[www.example.com](https://example.com/)",
            "<https://example.com/|www.example.com>",
        ),
        (
            "[README.md](https://github.com/acme/shop/blob/main/README.md)",
            "<https://github.com/acme/shop/blob/main/README.md|README.md>",
        ),
        // Below a review, the heading of a comment on a file.
        (
            "[README.md:7](https://github.com/acme/shop/pull/1#discussion_r5)",
            "<https://github.com/acme/shop/pull/1#discussion_r5|README.md:7>",
        ),
        (
            "[https://paypal.com](https://github.com/mallory/paypal)",
            "<https://github.com/mallory/paypal|https://paypal.com (github.com)>",
        ),
        (
            "[README.md](https://evil.example/README.md)",
            "<https://evil.example/README.md|README.md (evil.example)>",
        ),
        (
            "[v1.2.3](https://example.com/t)",
            "<https://example.com/t|v1.2.3>",
        ),
    ]);
}

#[test]
fn references() {
    let sha = "0123456789abcdef0123456789abcdef01234567";
    table(&[
        (
            "ask @hiboma, @nobody",
            "ask <https://acme.slack.com/team/U123|@Hiro>, @nobody",
        ),
        (
            "@HIBOMA's and x@hiboma and @acme/team",
            "<https://acme.slack.com/team/U123|@Hiro>'s and x@hiboma and @acme/team",
        ),
        (
            "see #12.",
            "see <https://github.com/acme/shop/issues/12|#12>.",
        ),
        (
            "acme/other#3 and GH-4",
            "<https://github.com/acme/other/issues/3|acme/other#3> and <https://github.com/acme/shop/issues/4|GH-4>",
        ),
        ("a#12 #x #1a", "a#12 #x #1a"),
        (
            &format!("in {sha}!"),
            &format!("in <https://github.com/acme/shop/commit/{sha}|0123456>!"),
        ),
        (
            &format!("in a{sha} and {sha}0"),
            &format!("in a{sha} and {sha}0"),
        ),
        (
            &format!("acme/api@{sha}"),
            &format!("<https://github.com/acme/api/commit/{sha}|acme/api@0123456>"),
        ),
        (
            "https://github.com/acme/shop/pull/9",
            "<https://github.com/acme/shop/pull/9|#9>",
        ),
        (
            "https://github.com/acme/api/issues/9#issuecomment-1",
            "<https://github.com/acme/api/issues/9#issuecomment-1|acme/api#9 (comment)>",
        ),
        ("**@hiboma**", "*<https://acme.slack.com/team/U123|@Hiro>*"),
        (
            "a_b/c_d#1 and _x/y#1",
            "<https://github.com/a_b/c_d/issues/1|a_b/c_d#1> and _¦x/y#1",
        ),
        (
            "障害 #12 を @hiboma が",
            "障害 <https://github.com/acme/shop/issues/12|#12> を <https://acme.slack.com/team/U123|@Hiro> が",
        ),
    ]);
}

#[test]
fn nothing_pings() {
    table(&[
        (
            "<!channel> <!here|x> <@U123> <#C1> <!subteam^S1> <!date^1^x|y>",
            "&lt;@U123&gt; &lt;#C1&gt;",
        ),
        (
            "\\<!date^1609459200^{date_num} {time}|x> `<!date^1^{time}|x>` &lt;!date^1^{time}|x&gt;",
            "&lt;!date^1609459200^{date_num} {time}|x&gt; `&lt;!date^1^{time}|x&gt;` &lt;!date^1^{time}|x&gt;",
        ),
        ("`<!channel>` \\<!here>", "`&lt;!channel&gt;` &lt;!here&gt;"),
        (
            "&lt;!channel&gt; @here @channel",
            "&lt;!channel&gt; @¦here @¦channel",
        ),
        (
            "[x](<!channel>)",
            "<https://github.com/acme/shop/blob/HEAD/!channel|x>",
        ),
        ("@\u{200B}here @ch<!-- -->annel", "@¦here @¦channel"),
        ("@<!-- -->everyone, 3 @ 4", "@¦everyone, 3 @ 4"),
        ("a\u{202E}b", "ab"),
    ]);
}

#[test]
fn html() {
    table(&[
        (
            "<details>\n<summary>Logs</summary>\n\n```\nx\n```\n\n</details>\n\nend",
            "*Logs*\n\n```\nx\n```\n\nend",
        ),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("press <kbd>Ctrl</kbd>+<kbd>C</kbd>", "press `Ctrl`¦+¦`C`"),
        ("<b>bold</b> and <i>it", "*bold* and _it_"),
        (
            "<img alt=\"a &amp; b\" src=\"https://example.com/i.png\">",
            "<https://example.com/i.png|🖼 a &amp; b>",
        ),
        (
            "see <a href=\"https://example.com\">this <b>page</b></a> now",
            "see <https://example.com|this page> now",
        ),
        (
            "<p align=\"center\">\n  one &amp; two\n</p>",
            "one &amp; two",
        ),
        ("<pre>\na  b\n</pre>", "```\na  b\n```"),
        (
            "<span>kept</span> <unknown-tag x=1>too</unknown-tag>",
            "kept too",
        ),
        ("<script>alert(1)</script>", ""),
    ]);
}

#[test]
fn the_rest() {
    table(&[
        (
            "a[^1] b[^n]\n\n[^1]: first\n[^n]: second",
            "a[1] b[2]\n\n[1] first\n[2] second",
        ),
        (":tada: done :+1: 12:30:45", "🎉 done 👍 12:30:45"),
        ("5 &lt; 6 &copy;", "5 &lt; 6 ©"),
        ("", ""),
    ]);
}
