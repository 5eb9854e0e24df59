//! Files, pull requests and user groups without JavaScript: every form posts and leads back.

use super::*;
use crate::sandbox::github::{CommitSpec, Target};
use crate::sandbox::slack::NewPerson;

const TEAMS: &str = "teams:\n- handle: shop-first\n  users:\n  - hanako\n";
const FILE: (&str, &str) = ("file", "acme/shop/userteams.yaml");

/// A page with the file on the default branch.
async fn with_file() -> (Running, watch::Sender<Playing>) {
    let (page, play) = page(Lang::En).await;
    let commit = CommitSpec::file("Who is called", "userteams.yaml", TEAMS);
    let github = &page.github;
    github
        .push("hanako", "acme/shop", "main", &[commit], false)
        .unwrap();
    (page, play)
}

/// What the form holds that the page has made.
fn held<'a>(html: &'a str, name: &str) -> &'a str {
    let before = format!("name=\"{name}\" value=\"");
    let (_, form) = html.split_once("id=\"edit-file\"").unwrap();
    let (_, rest) = form.split_once(&before).unwrap();
    rest.split('"').next().unwrap()
}

impl Running {
    /// Sends the form of the file that this page shows.
    async fn send(&self, html: &str, act: &str, text: &str, title: &str) -> (StatusCode, String) {
        let branch = held(html, "branch");
        let fields = [
            FILE,
            ("as", "taro"),
            ("commit", held(html, "commit")),
            ("blob", held(html, "blob")),
            ("branch", branch),
            ("text", text),
            ("title", title),
        ];
        self.act(act, &fields).await
    }

    fn main(&self) -> String {
        let file = self.github.file("acme/shop", "", "userteams.yaml");
        file.unwrap().text
    }
}

#[tokio::test]
async fn a_file_is_changed_by_a_pull_request() {
    let (page, _play) = with_file().await;
    let html = page.get("/?file=acme/shop/userteams.yaml&as=taro").await;
    assert!(html.contains("value=\"taro-patch-1\""), "{html}");
    let (status, again) = page
        .send(&html, "propose", &TEAMS.replace('\n', "\r\n"), "Same")
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.contains("Nothing has been changed."), "{again}");
    assert_eq!(page.github.snapshot().repos[0].branches.len(), 1);

    let more = TEAMS.replace("hanako\n", "hanako\r\n  - <b>taro</b>\r\n");
    let (status, html) = page.send(&html, "propose", &more, "Call taro, too").await;
    assert_eq!(status, StatusCode::OK);
    for seen in [
        "Call taro, too",
        "  - &lt;b&gt;taro&lt;/b&gt;",
        "Merge into main",
    ] {
        assert!(html.contains(seen), "{seen}: {html}");
    }
    assert_eq!(page.main(), TEAMS);

    let html = page
        .get("/?file=acme/shop/userteams.yaml&at=taro-patch-1")
        .await;
    let (status, html) = page
        .send(&html, "commit", &more.replace("taro", "jiro"), "Jiro")
        .await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        html.contains("jiro") && html.contains("data-subject=\"acme/shop/1\""),
        "{html}"
    );
    let head = page.github.snapshot().repos[0].issues[0]
        .pull
        .clone()
        .unwrap()
        .head_sha;
    let stale = page
        .act("merge", &[SHOP_1, ("commit", &"0".repeat(40))])
        .await;
    assert!(stale.1.contains("Head branch was modified"), "{}", stale.1);
    let (status, html) = page.act("merge", &[SHOP_1, ("commit", &head)]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        html.contains("badge merged") && !html.contains("merge-submit"),
        "{html}"
    );
    assert_eq!(
        page.main(),
        "teams:\n- handle: shop-first\n  users:\n  - hanako\n  - <b>jiro</b>\n"
    );
}

#[tokio::test]
async fn of_checks_of_one_name_the_last_counts() {
    let (page, _play) = with_file().await;
    let html = page.get("/?file=acme/shop/userteams.yaml&as=taro").await;
    page.send(&html, "propose", "teams: []\n", "Nobody").await;
    let on = Target::Pull(1);
    for (name, how) in [("ci", "failure"), ("lint", "success"), ("ci", "success")] {
        let ended = page.github.finish_check("ci", "acme/shop", &on, name, how);
        ended.unwrap();
    }
    let html = page.get("/?subject=acme/shop/1").await;
    assert_eq!(html.matches("class=\"check good\"").count(), 2, "{html}");
    assert!(!html.contains("check bad"), "{html}");
}

#[tokio::test]
async fn two_who_change_one_line_are_told() {
    let (page, _play) = with_file().await;
    let html = page.get("/?file=acme/shop/userteams.yaml&as=taro").await;
    let other = CommitSpec::file("Meanwhile", "userteams.yaml", "teams: []\n");
    page.github
        .push("hanako", "acme/shop", "main", &[other], false)
        .unwrap();
    let (status, _) = page.send(&html, "propose", "teams:\n", "Nobody").await;
    assert_eq!(status, StatusCode::OK);
    let head = page.github.snapshot().repos[0].issues[0]
        .pull
        .clone()
        .unwrap()
        .head_sha;
    let (status, html) = page.act("merge", &[SHOP_1, ("commit", &head)]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("Pull Request is not mergeable"), "{html}");
    assert_eq!(page.main(), "teams: []\n");
}

#[tokio::test]
async fn what_is_no_file_is_said() {
    let (page, _play) = with_file().await;
    for file in [
        "acme/shop/none.yaml",
        "acme/shop",
        "acme/none/a",
        "../../a/b",
    ] {
        let html = page.get(&format!("/?file={file}")).await;
        assert!(html.contains("That is no longer here."), "{file}");
    }
    let fields = [
        ("file", "acme/shop/.."),
        ("commit", "main"),
        ("branch", "b"),
        ("title", "t"),
    ];
    let (status, _) = page.act("propose", &fields).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.github.snapshot().repos[0].branches.len(), 1);
}

#[tokio::test]
async fn groups_are_changed_as_in_slack() {
    let (page, _play) = with_file().await;
    let [hanako, sora] = ["hanako", "sora"].map(|name| page.slack.add_user(NewPerson::named(name)));
    let id = page.slack.add_group(
        "Shop <b>",
        "shop-first",
        std::slice::from_ref(&hanako),
        None,
    );
    let other = page
        .slack
        .add_group("Other", "other", std::slice::from_ref(&hanako), None);
    let group = || {
        let groups = page.slack.snapshot().groups;
        groups.into_iter().find(|group| group.id == id).unwrap()
    };
    let change = async |more: &[(&str, &str)]| {
        let mut fields = vec![("group", id.as_str()), ("as", "hanako")];
        fields.extend(more);
        page.act("slack/group", &fields).await
    };
    let html = page.get("/?channel=groups").await;
    assert!(
        html.contains("@shop-first") && html.contains("Shop &lt;b&gt;"),
        "{html}"
    );
    let (status, _) = change(&[("do", "add"), ("whom", sora.as_str())]).await;
    assert_eq!((status, group().users.len()), (StatusCode::OK, 2));
    change(&[("do", "remove"), ("whom", hanako.as_str())]).await;
    assert_eq!(group().users, std::slice::from_ref(&sora));
    for (what, said) in [
        (
            vec![("do", "remove"), ("whom", sora.as_str())],
            "at least one member",
        ),
        (
            vec![("do", "add"), ("whom", "U0NOBODY")],
            "That is no longer here.",
        ),
        (
            vec![("do", "rename"), ("handle", "other"), ("name", "Shop")],
            "That handle is taken.",
        ),
        (
            vec![("do", "rename"), ("handle", " "), ("name", "Shop")],
            "Write something first.",
        ),
    ] {
        let (status, html) = change(&what).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what:?}");
        assert!(html.contains(said), "{what:?}: {html}");
    }
    change(&[
        ("do", "rename"),
        ("handle", "@shop-oncall"),
        ("name", "Shop"),
    ])
    .await;
    assert_eq!((&*group().handle, &*group().name), ("shop-oncall", "Shop"));
    let (_, html) = change(&[("do", "disable")]).await;
    assert!(
        !group().enabled && html.contains("group box disabled"),
        "{html}"
    );
    assert_ne!(other, id);
}
