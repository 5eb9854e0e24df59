//! Text made to break a renderer, on the stack that a thread of the runtime has.

use super::{check, rendered};

/// Hostile bodies, all about as long as GitHub lets a body be.
fn bombs() -> Vec<(&'static str, String)> {
    let fill = |piece: &str| piece.repeat(65_536 / piece.len());
    let mut bombs = vec![
        ("6,000 quotes", ">".repeat(6_000)),
        ("60,000 quotes", ">".repeat(60_000)),
        (
            "quotes behind a carriage return",
            "a\r".to_owned() + &">".repeat(60_000),
        ),
        (
            "quotes in a footnote",
            "[^1]: ".to_owned() + &">".repeat(60_000),
        ),
        (
            "as many quotes as may be",
            (">".repeat(100) + "a\n").repeat(640),
        ),
        (
            "as many lists as may be",
            ("- ".repeat(99) + "a\n").repeat(320),
        ),
        ("quotes before a long line", ">".repeat(100) + &fill("a b ")),
        ("quotes with spaces", fill("> ")),
        ("nested lists on a line", fill("- ")),
        ("numbered lists on a line", fill("1. ")),
        ("lists and quotes", fill("> - ")),
        ("nested brackets", "[".repeat(30_000)),
        ("links in links", fill("[a](")),
        ("open destinations", fill("[a](<b")),
        ("images", fill("![")),
        ("open emphasis", fill("*a _b ")),
        ("stars", fill("*")),
        ("stars and underlines", fill("*_")),
        (
            "nested emphasis",
            "*a ".repeat(10_000) + &" b*".repeat(10_000),
        ),
        (
            "nested strong",
            "**a ".repeat(8_000) + &" b**".repeat(8_000),
        ),
        ("tildes", fill("~a ")),
        ("table rows", "|a|\n|-|\n".to_owned() + &fill("|a|\n")),
        (
            "wide table",
            "|a".repeat(6_000) + "|\n" + &"|-".repeat(6_000) + "|\n" + &"|\n".repeat(9_000),
        ),
        ("backticks", fill("`")),
        (
            "backticks of all lengths",
            (1..360).map(|n| "`".repeat(n) + " ").collect(),
        ),
        ("details", fill("<details>\n")),
        ("inline tags", fill("a<b>")),
        ("open tags", fill("<a b=\"")),
        ("open comments", fill("a <!--")),
        ("declarations", fill("a <!A ")),
        ("instructions", fill("a <?")),
        ("cdata", fill("a <![CDATA[")),
        ("ampersands", fill("&")),
        (
            "footnotes",
            (0..3_500)
                .map(|n| format!("[^{n}] \n\n[^{n}]: x\n\n"))
                .collect(),
        ),
        ("footnotes in footnotes", fill("[^1]: ")),
        (
            "references",
            (0..4_000)
                .map(|n| format!("[r{n}]: x\n[r{n}]\n\n"))
                .collect(),
        ),
        (
            "one reference, long",
            format!("[a]: {}\n\n", "x".repeat(2_000)) + &"[a] ".repeat(15_000),
        ),
        ("addresses", fill("http://a.b/")),
        ("addresses, open", fill("a://")),
        ("www", fill("www.")),
        ("mails", fill("a@b.c ")),
        ("mails, joined", fill("a@b.")),
        ("mails, never ending", fill("a.b+")),
        ("logins", fill("@hiboma ")),
        ("numbers", fill("#1 ")),
        ("repositories", fill("a/b#1 ")),
        ("paths", fill("a/")),
        ("digits", fill("0123456789abcdef")),
        ("shortcodes", fill(":a")),
        ("nulls", fill("\0")),
        ("directions", fill("\u{202E}>")),
        ("combining", fill("\u{301}")),
        ("flags", fill("\u{1F1EF}\u{1F1F5}")),
        ("fences", fill("```\n")),
        ("fences in lists", fill("- ```\n")),
        ("setext", fill("a\n=\n")),
        ("carriage returns", fill("a\r")),
        ("tabs", fill("\t")),
        ("spaces", fill(" ")),
        ("no break", fill("障")),
        ("escapes", fill("\\*")),
        ("bold lines", fill("**a**\n")),
        ("task lists", fill("- [ ] a\n")),
    ];
    let mut deeper = String::new();
    for depth in 0..340 {
        deeper.push_str(&" ".repeat(depth));
        deeper.push_str("- \n");
    }
    bombs.push((
        "10,000 nested lists",
        "- a\n".to_owned() + &"- ".repeat(10_000),
    ));
    bombs.push(("lists ever deeper", deeper));
    let mut climbing = String::new();
    for depth in 1..24 {
        climbing.push_str(&"> ".repeat(depth));
        climbing.push_str("- a\n\n");
    }
    bombs.push(("quotes ever deeper", climbing.repeat(60)));
    bombs
}

#[test]
fn every_bomb_on_a_small_stack() {
    for (name, bomb) in bombs() {
        let started = std::time::Instant::now();
        let inside = bomb.clone();
        let thread = std::thread::Builder::new()
            .stack_size(2 * 1024 * 1024)
            .spawn(move || check::message(&rendered(&inside)))
            .unwrap();
        assert!(thread.join().is_ok(), "{name}");
        println!("{:>8.1} ms  {name}", started.elapsed().as_secs_f64() * 1e3);
    }
}

/// Each bomb again, with its end cut off anywhere and a bit of everything behind.
#[test]
fn bombs_cut_short() {
    for (name, bomb) in bombs() {
        for end in [1, 2, 3, 5, 9, 33, 100, 1_001, 3_333] {
            let mut end = end.min(bomb.len());
            while !bomb.is_char_boundary(end) {
                end -= 1;
            }
            for tail in ["", " **x** <!here> `y` [z](https://e.example) ~w~ > \n> v"] {
                let text = format!("{}{tail}", &bomb[..end]);
                let shown = std::panic::catch_unwind(|| check::message(&rendered(&text)));
                assert!(shown.is_ok(), "{name}: {text:?}");
            }
        }
    }
}
