//! What the incidents teach, as its readers meet it: the command, the page of the app, and who may
//! see that page. The real program against a GitHub that runs here.

#![allow(clippy::unwrap_used)]

mod rig;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Response, StatusCode};
use rig::{Program, Settings};
use serde_json::{Value, json};
use sssbot::clock::Clock;
use sssbot::github::{GitHub, Marker};
use sssbot::i18n::Lang;
use sssbot::incident::{Fact, Mark, Moment, Via, Who, mark};
use sssbot::sandbox::Sandbox;
use sssbot::store::{self, Store};
use tempfile::TempDir;

const REPO: &str = "acme/postmortem";

struct Desk {
    sandbox: Sandbox,
    settings: Settings,
    dir: TempDir,
}

/// A sandbox in the machine's time with two incidents and a drill on record.
async fn desk() -> Desk {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sandbox = Sandbox::start(&Clock::machine(), any, any, None)
        .await
        .unwrap();
    sandbox.github.add_repo(REPO, true).unwrap();
    sandbox.github.install(&[REPO]).unwrap();
    sandbox.github.add_user("hanako");
    let rules = "services: {shop: {aliases: [checkout]}, blog: }\n";
    let commit = sssbot::sandbox::github::CommitSpec::file("Rules", ".github/sssbot.yaml", rules);
    sandbox
        .github
        .push("hanako", REPO, "main", &[commit], false)
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let settings = rig::settings(&sandbox, dir.path(), rig::free_address());
    let desk = Desk {
        sandbox,
        settings,
        dir,
    };
    for (service, summary, more) in [
        (
            "shop",
            "=1+1 payments are refused",
            &["--level", "2", "--detected", "30 minutes ago"][..],
        ),
        ("blog", "Pictures are missing", &[]),
        ("shop", "Practice", &["--drill"]),
    ] {
        let mut open = vec!["open", "--service", service, "--summary", summary];
        open.extend(more);
        let (code, _, said) = desk.run(&open).await;
        assert_eq!(code, Some(0), "{said}");
    }
    desk
}

/// The text of a comment that says that it recovered now.
fn recovered() -> String {
    let mark = Mark {
        key: "a:C1:1".into(),
        at: Clock::machine().now(),
        who: Who::on_github("hanako"),
        via: Via::Slack,
        fact: Fact::Moment {
            moment: Moment::Recovered,
            time: Some(Clock::machine().now()),
            link: None,
            was: None,
        },
    };
    mark::write(&mark, Lang::En, &TimeZone::UTC)
}

impl Desk {
    async fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = rig::command(arguments, &self.settings);
        let done = tokio::task::spawn_blocking(move || command.output().unwrap());
        let output = done.await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    async fn report(&self, arguments: &[&str]) -> String {
        let mut all = vec!["report"];
        all.extend(arguments);
        let (code, out, said) = self.run(&all).await;
        assert_eq!(code, Some(0), "{said}");
        out
    }

    async fn json(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["--format", "json"];
        all.extend(arguments);
        serde_json::from_str(&self.report(&all).await).unwrap()
    }

    /// Our App writes a comment.
    async fn comment(&self, number: u64, body: &str) {
        let github = GitHub::new(sssbot::github::Settings {
            api_url: self.sandbox.github_api.clone(),
            app_id: self.sandbox.keys.app_id,
            private_key: self.sandbox.keys.private_key.as_str().into(),
            repo: REPO.into(),
            timeout: Duration::from_secs(20),
        });
        let marker = Marker::of(&"a:C1:1".into());
        let github = github.unwrap();
        github
            .comment(&REPO.into(), number, body, &marker)
            .await
            .unwrap();
    }

    /// hanako does something.
    async fn as_hanako(&self, verb: reqwest::Method, path: &str, body: Value) {
        let url = format!("{}/repos/{REPO}/{path}", self.sandbox.github_api);
        let asked = client().request(verb, url).json(&body);
        let answer = asked.header("authorization", "Bearer user:hanako").send();
        assert!(answer.await.unwrap().status().is_success());
    }

    /// How many questions of GraphQL were asked so far.
    fn questions(&self) -> u64 {
        let asked = self.sandbox.github.asked();
        let questions = asked.iter().filter(|(kind, _)| kind.ends_with("graphql"));
        questions.map(|(_, asked)| asked.counted).sum()
    }

    async fn serve(&self, more: &[(&'static str, String)]) -> Program {
        let mut settings = self.settings.clone();
        settings.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        settings.extend(more.iter().cloned());
        let mut program = Program::serve(&settings, &self.dir.path().join("log"));
        program.answers().await;
        program
    }
}

fn client() -> Client {
    let never = reqwest::redirect::Policy::none();
    Client::builder()
        .no_proxy()
        .redirect(never)
        .build()
        .unwrap()
}

async fn get(url: &str, headers: &[(&str, &str)]) -> Response {
    let mut asked = client().get(url);
    for (name, value) in headers {
        asked = asked.header(*name, *value);
    }
    asked.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_counts_what_is_on_record_and_nothing_that_others_claim() {
    let desk = desk().await;
    desk.comment(1, &recovered()).await;
    // Anybody can write what looks like a record of ours.
    let forged = json!({"body": recovered()});
    desk.as_hanako(reqwest::Method::POST, "issues/2/comments", forged)
        .await;
    let closed = json!({"state": "closed"});
    desk.as_hanako(reqwest::Method::PATCH, "issues/1", closed)
        .await;

    let report = desk.json(&[]).await;
    assert_eq!(report["all"]["count"], 2, "{report:#}");
    assert_eq!(report["all"]["open"], 1);
    assert_eq!(report["apart"]["drills"], 1);
    let recover = &report["all"]["times"]["recover"];
    assert_eq!(
        (recover["known"].as_u64(), recover["unknown"].as_u64()),
        (Some(1), Some(1))
    );
    let took = recover["median_seconds"].as_i64().unwrap();
    assert!((1800..2400).contains(&took), "{report:#}");
    assert_eq!(report["all"]["times"]["resolve"]["known"], 1);
    let incidents = report["incidents"].as_array().unwrap();
    let numbers: Vec<u64> = incidents
        .iter()
        .map(|it| it["number"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [2, 1]);
    assert!(
        !report.to_string().contains("hanako"),
        "people are numbers: {report:#}"
    );

    // Filters, by any name of a service.
    let of = |report: Value| report["all"]["count"].as_u64().unwrap();
    assert_eq!(of(desk.json(&["--service", "checkout"]).await), 1);
    assert_eq!(of(desk.json(&["--level", "2"]).await), 1);
    assert_eq!(of(desk.json(&["--level", "none"]).await), 1);
    assert_eq!(of(desk.json(&["--drills"]).await), 1);
    assert_eq!(of(desk.json(&["--to", "2020-01-01"]).await), 0);
    let (code, _, said) = desk.run(&["report", "--from", "soon"]).await;
    assert_eq!(code, Some(2), "{said}");

    // The other forms.
    let csv = desk.report(&["--format", "csv"]).await;
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.contains(",\"'=1+1 payments are refused\","), "{csv}");
    let table = desk.report(&["--lang", "ja"]).await;
    assert!(
        table.contains("復旧まで") && table.contains("#shop-"),
        "{table}"
    );
    let page = desk.report(&["--format", "html", "--lang", "en"]).await;
    assert!(page.contains("What the incidents teach") && page.contains("=1+1 payments"));
    for outside in ["<script", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_not_asked_again_and_what_is_gone_is_noticed() {
    let desk = desk().await;
    let url = rig::database(desk.dir.path());
    let store = Store::open(&store::Settings { url }).await.unwrap();
    let before = desk.questions();
    assert_eq!(desk.json(&[]).await["all"]["count"], 2);
    assert_eq!(desk.questions() - before, 1);
    // Without a change since it is one question too; what it brings is what has changed.
    let kept = store
        .cached_below("insights:row:", Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    assert_eq!(kept.len(), 3);
    desk.comment(2, &recovered()).await;
    let report = desk.json(&[]).await;
    assert_eq!(report["all"]["times"]["recover"]["known"], 1, "{report:#}");
    assert_eq!(desk.questions() - before, 2);
    // One that is deleted says nothing of itself: the number of issues does.
    desk.sandbox.github.delete_issue("hanako", REPO, 1).unwrap();
    assert_eq!(desk.json(&[]).await["all"]["count"], 1);
    let kept = store
        .cached_below("insights:row:", Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    assert_eq!(kept.len(), 2);
    // The cache may be thrown away.
    for (key, _) in kept {
        store.forget(&key).await.unwrap();
    }
    store.forget("insights:seen").await.unwrap();
    assert_eq!(desk.json(&[]).await["all"]["count"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_for_this_machine_alone_unless_the_settings_say_more() {
    let desk = desk().await;
    let program = desk.serve(&[]).await;
    let url = format!("http://{}/insights", program.address);
    let page = get(&format!("{url}?lang=en&service=shop"), &[]).await;
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    let text = page.text().await.unwrap();
    assert!(
        text.contains("#shop-") && !text.contains("#blog-"),
        "{text}"
    );
    assert!(text.contains("Drills besides: 1."), "{text}");
    let file = get(&url.replace("/insights", "/insights.csv"), &[]).await;
    assert!(
        file.text()
            .await
            .unwrap()
            .starts_with("\u{feff}channel,number,")
    );
    for headers in [
        [("x-forwarded-for", "192.0.2.1")],
        [("host", "sssbot.example.com")],
    ] {
        assert_eq!(get(&url, &headers).await.status(), StatusCode::NOT_FOUND);
    }
    drop(program);

    let off = desk.serve(&[("SSSBOT_INSIGHTS", "off".to_owned())]).await;
    let url = format!("http://{}/insights", off.address);
    assert_eq!(get(&url, &[]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_see_the_repository_signs_in_through_github() {
    let desk = desk().await;
    desk.sandbox.github.add_user("mallory");
    desk.sandbox.github.set_role("mallory", "none");
    let (id, secret) = desk.sandbox.github.client();
    let listen = desk
        .settings
        .iter()
        .find(|(name, _)| *name == "LISTEN")
        .unwrap();
    let public = format!("http://{}", listen.1);
    let program = desk
        .serve(&[
            ("SSSBOT_INSIGHTS", "github".to_owned()),
            ("SSSBOT_URL", public.clone()),
            ("GITHUB_CLIENT_ID", id),
            ("GITHUB_CLIENT_SECRET", secret.clone()),
        ])
        .await;
    let page = format!("{public}/insights?lang=en");
    let text = |answer: &Response, name| answer.headers()[name].to_str().unwrap().to_owned();
    let cookies = |answer: &Response| {
        let set = answer.headers().get_all(SET_COOKIE).iter();
        let set: Vec<String> = set.map(|it| it.to_str().unwrap().to_owned()).collect();
        for cookie in &set {
            assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
        }
        let pairs = set
            .iter()
            .map(|it| it.split(';').next().unwrap().to_owned());
        pairs.collect::<Vec<_>>().join("; ")
    };
    // GitHub's page, and the way back from it.
    let sign_in = |login: &'static str| {
        let page = page.clone();
        async move {
            let asked = get(&page, &[]).await;
            assert_eq!(asked.status(), StatusCode::SEE_OTHER);
            let github = format!("{}&login={login}", text(&asked, LOCATION));
            let back = get(&github, &[]).await;
            assert_eq!(back.status(), StatusCode::FOUND);
            (text(&back, LOCATION), cookies(&asked))
        }
    };
    let (back, kept) = sign_in("hanako").await;
    // Not in another browser, and not with another word.
    assert_eq!(get(&back, &[]).await.status(), StatusCode::FORBIDDEN);
    let other = format!("{back}0");
    let kept = [(COOKIE.as_str(), kept.as_str())];
    assert_eq!(get(&other, &kept).await.status(), StatusCode::FORBIDDEN);
    // A code that was asked for by one browser is worth nothing to another, though it be signed in.
    let (_, of_another) = sign_in("hanako").await;
    let word = back.rsplit_once("state=").unwrap().1;
    let (theirs, _) = sign_in("hanako").await;
    let stolen = theirs.rsplit_once("state=").unwrap().0;
    let stolen = format!("{stolen}state={word}");
    assert_eq!(get(&stolen, &kept).await.status(), StatusCode::BAD_GATEWAY);
    let of_another = [(COOKIE.as_str(), of_another.as_str())];
    let refused = get(&back, &of_another).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let signed_in = get(&back, &kept).await;
    assert_eq!(signed_in.status(), StatusCode::SEE_OTHER);
    assert_eq!(text(&signed_in, LOCATION), "/insights?lang=en");
    let look = cookies(&signed_in);
    let shown = get(&page, &[(COOKIE.as_str(), &look)]).await;
    assert_eq!(shown.status(), StatusCode::OK);
    assert!(shown.text().await.unwrap().contains("#shop-"));
    let forged = look.replacen("sssbot_look=", "sssbot_look=A", 1);
    let forged = get(&page, &[(COOKIE.as_str(), &forged)]).await;
    assert_eq!(forged.status(), StatusCode::SEE_OTHER);

    // Who may not see the repository may not see this.
    let (back, kept) = sign_in("mallory").await;
    let refused = get(&back, &[(COOKIE.as_str(), &kept)]).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(refused.headers().get(SET_COOKIE).is_none());
    assert!(!program.said().contains(&secret));
}
