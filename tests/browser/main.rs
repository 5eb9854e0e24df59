//! The demo as its visitors meet it: the real program, in a real browser.
//!
//! With `SSSBOT_PICTURES=docs` the pictures of the README are taken anew.

#![allow(clippy::unwrap_used)]

mod desk;
mod incident;
mod insights;
mod process;
mod slack;
mod teams;
mod webdriver;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use process::Process;
use webdriver::{Screen, Window};

/// How long anything may take on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

const DESKTOP: Screen = Screen {
    width: 1400,
    height: 900,
    ratio: 1.0,
    phone: false,
};
const PHONE: Screen = Screen {
    width: 390,
    height: 844,
    ratio: 2.0,
    phone: true,
};

/// The README's pictures: small enough to load, sharp enough to read.
const PICTURES: [(&str, Screen); 2] = [
    ("demo-phone.png", PHONE),
    (
        "demo-desktop.png",
        Screen {
            width: 1280,
            height: 800,
            ratio: 1.25,
            phone: false,
        },
    ),
];

const MESSAGES: &str = "#messages .message";

/// The demo as it is started from a shell, with the address of its page.
fn demo(speed: &str) -> (Process, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sssbot"));
    command.args(["demo", "--lang", "en", "--listen", "127.0.0.1:0"]);
    command.args(["--speed", speed]);
    Process::start(&mut command, "", |line| {
        let (_, rest) = line.split_once("open ")?;
        rest.split(' ').next().map(str::to_owned)
    })
}

/// A visitor who has the world for themselves: one issue, told in its channel.
fn visit(screen: Screen) -> (Process, Window) {
    let (demo, address) = demo("0");
    let page = Window::open(screen);
    page.go(&address);
    page.sees("#story", "It is your turn.");
    page.js("window.sameVisit = true", &[]);
    (demo, page)
}

/// The page was never loaded again, and nothing in it was refused by the browser.
fn nothing_to_complain_of(page: &Window) {
    assert_eq!(page.js("return window.sameVisit", &[]), true, "reloaded");
    assert_eq!(page.complaints(), Vec::<String>::new());
}

#[test]
fn what_a_visitor_does_is_told_in_the_channel() {
    let (_demo, page) = visit(DESKTOP);
    page.sees("#subject-title", "#example-20210101i Payments fail");
    page.sees(MESSAGES, "@hanako opened issue shop#1");
    let before = page.count(MESSAGES);

    page.write("#comment-body", "Rolling back, five minutes.");
    page.click("#comment-submit");
    let comment = page.sees(".comment", "Rolling back, five minutes.");
    let message = page.sees(MESSAGES, "Rolling back, five minutes.");
    let message = format!("#{message}");

    page.click(&format!("#{comment} .edit summary"));
    page.write(
        &format!("#{comment} .edit textarea"),
        "Rolled back at 10:20.",
    );
    page.click(&format!("#{comment} .save"));
    page.sees(&message, "Rolled back at 10:20.");
    page.sees(&format!("{message} .edited"), "(edited)");
    assert!(!page.text(MESSAGES).contains("five minutes"));

    page.click(&format!("#{comment} .delete button"));
    page.sees(&message, "@hanako deleted their own comment");
    page.misses(&format!("#{comment}"));
    assert!(!page.text("body").contains("Rolled back"));
    assert_eq!(page.count(MESSAGES), before + 1);

    page.click("#push > summary");
    page.write("#push-branch", "hanako/example-20210101i");
    page.write("#push-commits", "Pool of ten\nRetry once\nTell the log");
    page.click("#push-submit");
    let pushed = page.sees(MESSAGES, "hanako/example-20210101i");
    for commit in ["Pool of ten", "Retry once", "Tell the log"] {
        page.sees(&format!("#{pushed}"), commit);
    }
    // A channel hears things in order: with the next in sight, nothing more comes of the push.
    page.write("#comment-body", "That should do.");
    page.click("#comment-submit");
    page.sees(MESSAGES, "That should do.");
    assert_eq!(page.count(MESSAGES), before + 3);
    nothing_to_complain_of(&page);
}

#[test]
fn what_is_written_to_harm_harms_nobody() {
    let (_demo, page) = visit(DESKTOP);
    let harm = "alert(1);document.title='harmed'";
    let hostile = format!(
        "Look: <script>{harm}</script> <img src=x onerror=\"{harm}\"> `<!channel>` <!channel> @here <@U1>"
    );
    page.write("#comment-body", &hostile);
    page.click("#comment-submit");
    for (place, script) in [(".comment", "<script>alert(1)"), (MESSAGES, "alert(1)")] {
        let id = page.sees(place, "Look:");
        for text in [script, "<!channel>", "@U1"] {
            page.sees(&format!("#{id} .text"), text);
        }
        for element in ["script", "img", ".mention"] {
            assert_eq!(page.count(&format!("#{id} {element}")), 0, "{element}");
        }
    }
    assert!(!page.alerted());
    assert_eq!(page.js("return document.title", &[]), "sssbot demo");
    nothing_to_complain_of(&page);
}

#[test]
fn it_works_on_a_phone() {
    let (_demo, page) = visit(PHONE);
    // Not the window's own idea of its width: phones zoom out of a page that is too wide.
    let fits = || {
        let width = page.js("return document.documentElement.scrollWidth", &[]);
        assert!(width.as_u64().unwrap() <= u64::from(PHONE.width), "{width}");
    };
    page.sees("#subject-title", "Payments fail");
    assert_eq!(
        page.js(
            "return document.querySelector('#slack').getClientRects().length",
            &[]
        ),
        0
    );
    fits();
    page.write("#comment-body", "From the train.");
    page.click("#comment-submit");
    page.sees(".comment", "From the train.");
    page.sees("#unread", "1");
    fits();
    page.click(".tabs a[href='#slack']");
    page.sees(MESSAGES, "From the train.");
    assert_eq!(
        page.js(
            "return document.querySelector('#github').getClientRects().length",
            &[]
        ),
        0
    );
    fits();
    page.click(".tabs a[href='#github']");
    page.sees(".comment", "From the train.");
    nothing_to_complain_of(&page);
}

#[test]
fn the_tour_plays_by_itself_and_the_page_follows() {
    // No faster: the story goes on to another issue, and Slack hears one message a second.
    let (_demo, address) = demo("4");
    let [phone, desktop] = PICTURES.map(|(_, screen)| {
        let page = Window::open(screen);
        page.go(&address);
        page
    });

    phone.click(".tabs a[href='#slack']");
    phone.sees("#story", "An afternoon at the shop");
    phone.sees(".message .edited", "(edited)");
    phone.sees(MESSAGES, "@sora deleted their own comment");
    keep(&phone, PICTURES[0].0);

    desktop.sees("#subject-title", "Retry the payment once #2");
    desktop.sees(".review", "Name it retry_once?");
    let review = desktop.sees(MESSAGES, "@sora requested changes on shop#2");
    desktop.sees(&format!("#{review}"), "Name it retry_once?");
    keep(&desktop, PICTURES[1].0);
    for page in [phone, desktop] {
        assert_eq!(page.complaints(), Vec::<String>::new());
    }
}

/// Keeps a picture of the window where pictures are wanted.
fn keep(page: &Window, file: &str) {
    if let Some(dir) = std::env::var_os("SSSBOT_PICTURES") {
        std::fs::write(Path::new(&dir).join(file), page.picture()).unwrap();
    }
}

/// Keeps a picture for those who want to look at what a test saw: `SSSBOT_LOOK=/tmp/look`.
fn look(page: &Window, name: &str) {
    if let Some(dir) = std::env::var_os("SSSBOT_LOOK") {
        let file = Path::new(&dir).join(format!("{name}.png"));
        std::fs::write(file, page.picture()).unwrap();
    }
}
