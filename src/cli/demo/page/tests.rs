//! The page as a browser meets it: over HTTP, with a GitHub that is reached over HTTP too.

use reqwest::{Client, StatusCode, header};
use tokio::net::TcpListener;

use super::*;
use crate::sandbox::{github, slack};

mod at_the_right;
mod files_and_groups;

struct Running {
    at: String,
    client: Client,
    github: GitHubWorld,
    slack: SlackWorld,
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    at
}

async fn page(lang: Lang) -> (Running, watch::Sender<Playing>) {
    let (clock, _) = Clock::by_hand("2021-01-01T00:12:00Z".parse().unwrap());
    let (github, _) = GitHubWorld::new(github::Settings {
        clock: clock.clone(),
        app_id: 7,
        app_slug: "sssbot".to_owned(),
        webhook_secret: "hush".to_owned(),
        public_url: String::new(),
    });
    github.add_repo("acme/shop", false).unwrap();
    github.add_user("hanako");
    let slack = SlackWorld::new(slack::Settings::new(clock.clone(), "xoxb-1", "hush"));
    let github_url = serve(github.router()).await;
    github.set_public_url(&github_url);
    let (play, story) = watch::channel(Playing::default());
    let stage = Stage {
        github: github.clone(),
        slack: slack.clone(),
        github_url,
        lang,
        story,
        clock,
    };
    let at = serve(router(stage)).await;
    // Redirects are followed, as a browser would.
    let client = Client::builder().no_proxy().build().unwrap();
    let running = Running {
        at,
        client,
        github,
        slack,
    };
    (running, play)
}

impl Running {
    async fn get(&self, path: &str) -> String {
        let answer = self.client.get(format!("{}{path}", self.at)).send().await;
        answer.unwrap().text().await.unwrap()
    }

    async fn act(&self, what: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let url = format!("{}/act/{what}", self.at);
        let origin = self.at.clone();
        let request = self.client.post(url).header(header::ORIGIN, origin);
        let answer = request.form(fields).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    async fn open(&self, title: &str) {
        let fields = [("repo", "acme/shop"), ("title", title), ("as", "hanako")];
        let (status, _) = self.act("open", &fields).await;
        assert_eq!(status, StatusCode::OK);
    }
}

const SHOP_1: (&str, &str) = ("subject", "acme/shop/1");

/// The list of messages in the page.
fn messages(html: &str) -> &str {
    html.split_once("<ol id=\"messages\"")
        .map_or("", |(_, rest)| rest)
}

#[tokio::test]
async fn a_comment_is_seen_at_the_left_and_harms_nobody() {
    let (page, _play) = page(Lang::En).await;
    page.open("#example-20210101i <i>slow</i>").await;
    let hostile = "see <script>alert(1)</script> **bold** </textarea><b onclick=x>";
    let fields = [SHOP_1, ("as", "mallory"), ("body", hostile)];
    let (status, html) = page.act("comment", &fields).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("class=\"comment box\""), "{html}");
    assert!(html.contains("<b>mallory</b>"));
    assert!(html.contains("<strong>bold</strong>"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(html.contains("&lt;i&gt;slow&lt;/i&gt;"));
    for harm in ["<script>alert", "<b onclick", "<i>slow"] {
        assert!(!html.contains(harm), "{harm}");
    }
}

#[tokio::test]
async fn a_comment_is_edited_and_deleted() {
    let (page, _play) = page(Lang::En).await;
    page.open("one").await;
    page.act("comment", &[SHOP_1, ("body", "first words")])
        .await;
    let html = page.get("/?subject=acme/shop/1").await;
    let id = html.split("id=\"comment-").find_map(|rest| {
        let id = rest.split('"').next()?;
        id.parse::<u64>().ok()
    });
    let id = id.unwrap().to_string();
    let fields = [SHOP_1, ("comment", id.as_str()), ("body", "other words")];
    let (_, html) = page.act("edit-comment", &fields).await;
    assert!(html.contains("<p>other words</p>") && !html.contains("first words"));
    let (_, html) = page
        .act("delete-comment", &[SHOP_1, ("comment", id.as_str())])
        .await;
    assert!(!html.contains("other words"));
}

#[tokio::test]
async fn what_people_do_to_an_issue() {
    let (page, _play) = page(Lang::En).await;
    page.open("one").await;
    let (_, html) = page
        .act("rename", &[SHOP_1, ("title", "two & three")])
        .await;
    assert!(html.contains("two &amp; three") && html.contains("changed the title to"));
    let (_, html) = page.act("label", &[SHOP_1, ("label", "bug")]).await;
    assert!(html.contains("added the label"));
    let (_, html) = page.act("unlabel", &[SHOP_1, ("label", "bug")]).await;
    assert!(html.contains("removed the label"));
    let (_, html) = page.act("state", &[SHOP_1, ("state", "closed")]).await;
    assert!(html.contains("badge done") && html.contains("Reopen"));
    let (_, html) = page.act("state", &[SHOP_1, ("state", "open")]).await;
    assert!(html.contains("badge open"));
}

#[tokio::test]
async fn a_push_makes_a_branch_with_a_commit_a_line() {
    let (page, _play) = page(Lang::En).await;
    let fields = [
        ("repo", "acme/shop"),
        ("as", "taro"),
        ("branch", "taro/example-20210101i"),
        ("body", "first\r\n\r\nsecond\r\n"),
    ];
    let (status, html) = page.act("push", &fields).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("taro/example-20210101i"));
    let commits = page.github.snapshot().repos[0].commits.clone();
    let messages: Vec<_> = commits
        .iter()
        .map(|commit| commit.message.as_str())
        .collect();
    assert_eq!(messages[..2], ["second", "first"]);
}

#[tokio::test]
async fn what_cannot_be_done_is_said() {
    let (page, _play) = page(Lang::Ja).await;
    page.open("one").await;
    for (what, fields, said) in [
        (
            "comment",
            vec![SHOP_1, ("body", "  ")],
            "先に何か入力してください。",
        ),
        (
            "comment",
            vec![("subject", "acme/shop/9"), ("body", "x")],
            "GitHub の応答: Not Found (404)",
        ),
        (
            "comment",
            vec![("subject", "acme"), ("body", "x")],
            "対象が見つかりません。",
        ),
        (
            "unlabel",
            vec![SHOP_1, ("label", "..")],
            "対象が見つかりません。",
        ),
        ("dance", vec![SHOP_1], "対象が見つかりません。"),
    ] {
        let (status, html) = page.act(what, &fields).await;
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{what} {fields:?}"
        );
        assert!(html.contains(said), "{what} {fields:?}");
    }
}

#[tokio::test]
async fn another_page_may_not_post_here() {
    let (page, _play) = page(Lang::En).await;
    page.open("one").await;
    let post = |name: &'static str, value: &'static str| {
        let request = page.client.post(format!("{}/act/comment", page.at));
        request
            .header(name, value)
            .form(&[SHOP_1, ("body", "forged")])
            .send()
    };
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("host", "evil.example"),
    ] {
        let answer = post(name, value).await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert!(!page.get("/").await.contains("forged"));
}

#[tokio::test]
async fn a_browser_is_told_to_load_nothing_else() {
    let (page, _play) = page(Lang::En).await;
    for path in ["/", "/static/style.css", "/static/live.js", "/nowhere"] {
        let answer = page
            .client
            .get(format!("{}{path}", page.at))
            .send()
            .await
            .unwrap();
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    }
    let html = page.get("/").await;
    for loaded in [" style=", "<style", "onclick=", "//cdn", "src=\"http"] {
        assert!(!html.contains(loaded), "{loaded}");
    }
}

#[tokio::test]
async fn messages_are_seen_at_the_right_and_lead_to_the_left() {
    let (page, _play) = page(Lang::En).await;
    page.open("one").await;
    let slack = &page.slack;
    let bot = slack.bot();
    let channel = slack
        .create_channel("example-20210101i", &bot, false)
        .unwrap();
    let url = page.github.snapshot().repos[0].issues[0].url.clone();
    let text = format!("*hi* <{url}#issuecomment-23|there> &lt;b&gt; <https://example.com|away>");
    slack.say(&bot, &channel, &text).unwrap();
    let html = page.get("/?as=taro").await;
    let html = messages(&html);
    assert!(html.contains("class=\"message\""), "{html}");
    assert!(
        html.contains("<b>hi</b>") && html.contains("&lt;b&gt;"),
        "{html}"
    );
    let lead = format!("?subject=acme%2Fshop%2F1&amp;channel={channel}&amp;as=taro#comment-23");
    let lead = lead.replace(&format!("channel={channel}&amp;"), "");
    assert!(html.contains(&lead), "{html}");
    assert!(html.contains("href=\"https://example.com\""), "{html}");
}

#[tokio::test]
async fn the_page_follows_the_story_until_something_is_chosen() {
    let (page, play) = page(Lang::En).await;
    page.open("first").await;
    page.open("second").await;
    let opened = |html: &str, subject: &str| html.contains(&format!("data-subject=\"{subject}\""));
    assert!(opened(&page.get("/").await, "acme/shop/2"));
    let html = page.get("/?subject=acme/shop/1").await;
    assert!(opened(&html, "acme/shop/1"));
    play.send_replace(Playing {
        title: "A slow shop".to_owned(),
        step: "hanako opens <an issue>".to_owned(),
        number: 2,
        of: 5,
        over: false,
    });
    let html = page.get("/").await;
    for said in [
        "A slow shop",
        "hanako opens &lt;an issue&gt;",
        "Step 2 of 5",
    ] {
        assert!(html.contains(said), "{said}");
    }
}

#[tokio::test]
async fn a_change_is_news() {
    let (page, _play) = page(Lang::En).await;
    let url = format!("{}/events", page.at);
    let mut answer = page.client.get(url).send().await.unwrap();
    let mut heard = String::new();
    // The first three come at once, one of each.
    while heard.matches("data: ").count() < 3 {
        heard.push_str(&String::from_utf8_lossy(
            &answer.chunk().await.unwrap().unwrap(),
        ));
    }
    heard.clear();
    page.open("one").await;
    while !heard.contains("data: github") {
        heard.push_str(&String::from_utf8_lossy(
            &answer.chunk().await.unwrap().unwrap(),
        ));
    }
    assert!(!heard.contains("data: slack"), "{heard}");
}
