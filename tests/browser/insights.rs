//! The page of insights with no, one, some and very many incidents, as a visitor sees it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use sssbot::clock::Clock;
use sssbot::http::{Access, Form, Gallery, Insights, NotNow, Shown, Timeouts, insights, serve};
use sssbot::i18n::Lang;
use sssbot::playbook::Playbook;
use sssbot::report::{Filter, Look, Page, Row, State, html, policy, report};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::webdriver::Window;
use crate::{DESKTOP, PHONE};

/// How long the page may take, the browser's part and a slow machine's included.
const QUICK: Duration = Duration::from_secs(5);

/// The page of so many incidents, in a program of its own.
struct Museum {
    address: String,
    _runtime: Runtime,
}

struct Rows(Arc<Vec<Row>>);

impl Insights for Rows {
    fn show(
        &self,
        _: Form,
        fields: Vec<(String, String)>,
    ) -> BoxFuture<'static, Result<Shown, NotNow>> {
        let rows = Arc::clone(&self.0);
        async move {
            let pairs = fields.iter().map(|(name, it)| (name.as_str(), it.as_str()));
            let (filter, wrong) = Filter::read(pairs);
            let lang = fields.iter().find(|(name, _)| name == "lang");
            let lang = lang.and_then(|(_, lang)| lang.parse::<Lang>().ok());
            let playbook = Playbook::default();
            let repo = "acme/postmortem".into();
            let look = Look {
                lang: lang.unwrap_or(Lang::En),
                playbook: &playbook,
                repo: &repo,
                made: at("2026-11-20T09:00:00Z"),
            };
            let page = Page::Served {
                address: "/insights",
                page: 1,
                wrong: &wrong,
            };
            let body = html(&report(&rows, &filter, &playbook.time_zone), &look, &page);
            let policy = policy();
            Ok(Shown { body, policy })
        }
        .boxed()
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Incidents of three years, of services with short and long names, at all stages and of all levels.
fn row(nth: usize) -> Row {
    const SERVICES: [&str; 6] = ["shop", "mail", "sss", "dns", "payment-gateway", "管理画面"];
    let n = i64::try_from(nth).unwrap();
    let opened = at("2026-11-18T02:10:00Z") - SignedDuration::from_mins(n * 157 % 1_500_000);
    let after = |minutes: i64| Some(opened + SignedDuration::from_mins(minutes));
    let slow = 12 + n * n % 300;
    let open = nth % 23 == 3;
    Row {
        channel: format!("{}-{}i", SERVICES[nth % 6], opened.strftime("%Y%m%d")),
        number: nth as u64 + 1,
        url: format!("https://github.example/acme/postmortem/issues/{}", nth + 1),
        service: SERVICES[nth % 6].into(),
        level: [Some(1), Some(2), Some(1), Some(3), None][nth % 5],
        kind: [Some("outage".into()), Some("security".into()), None][nth % 3].clone(),
        drill: nth % 17 == 5,
        title: [
            "決済が失敗する。カードの会社からの応答がなく、注文の画面で待たされたままになる",
            "Payments fail",
            "<b>No</b> mail & nothing in the queue since the deployment of the night before last",
        ][nth % 3]
            .to_owned(),
        opened,
        detected: after(-9),
        responded: after(n % 14),
        recovered: after(slow).filter(|_| !open),
        resolved: after(slow * 9).filter(|_| !open),
        people: nth % 40,
        left: if open { 0 } else { nth % 11 / 8 },
        state: match (open, nth % 3) {
            (true, _) => State::Responding,
            (false, 0) => State::Archived,
            (false, _) => State::Resolved,
        },
    }
}

impl Museum {
    fn of(incidents: usize) -> Self {
        let runtime = Runtime::new().unwrap();
        let address = runtime.block_on(async {
            let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
            let listener = listener.await.unwrap();
            let address = listener.local_addr().unwrap();
            let router = insights(Gallery {
                insights: Arc::new(Rows(Arc::new((0..incidents).map(row).collect()))),
                access: Access::ThisMachine,
                clock: Clock::machine(),
            });
            let never = std::future::pending();
            tokio::spawn(serve(listener, router, never, Timeouts::default()));
            address
        });
        Self {
            address: format!("http://{address}/insights"),
            _runtime: runtime,
        }
    }
}

#[test]
fn it_reads_well_with_no_one_some_and_very_many_incidents() {
    let windows = [("desktop", DESKTOP), ("phone", PHONE)];
    let windows = windows.map(|(name, screen)| (name, screen, Window::open(screen)));
    for incidents in [0, 1, 30, 10_000] {
        let museum = Museum::of(incidents);
        for dark in [false, true] {
            for (screen_name, screen, page) in &windows {
                if dark {
                    page.dark();
                } else {
                    page.light();
                }
                for lang in ["ja", "en"] {
                    let theme = if dark { "dark" } else { "light" };
                    let name = format!("insights-{incidents}-{lang}-{theme}-{screen_name}");
                    let since = Instant::now();
                    page.go(&format!("{}?lang={lang}", museum.address));
                    page.sees(
                        "h1",
                        if lang == "ja" {
                            "インシデント"
                        } else {
                            "ncident"
                        },
                    );
                    assert!(since.elapsed() < QUICK, "{name}: {:?}", since.elapsed());
                    let width = page.js("return document.documentElement.scrollWidth", &[]);
                    let width = width.as_u64().unwrap();
                    assert!(width <= u64::from(screen.width), "{name}: {width}");
                    assert_eq!(page.complaints(), Vec::<String>::new(), "{name}");
                    let text = page.text("body");
                    for odd in ["NaN", "inf", "{", "undefined"] {
                        assert!(!text.contains(odd), "{name}: {odd}");
                    }
                    let whole = "document.documentElement.scrollHeight";
                    let height = page.js(&format!("return {whole}"), &[]);
                    assert!(height.as_u64().unwrap() < 60_000, "{name}: {height}");
                    // As `look`, but all of it.
                    if let Some(dir) = std::env::var_os("SSSBOT_LOOK") {
                        let file = std::path::Path::new(&dir).join(format!("{name}.png"));
                        std::fs::write(file, page.whole_picture()).unwrap();
                    }
                }
            }
        }
    }
}
