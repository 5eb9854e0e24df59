//! How fast Markdown becomes Slack's blocks, beside what parsing it alone costs; and how long the
//! most hostile bodies take.

#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use sssbot::i18n::Lang;
use sssbot::id::{Login, SlackUserId};
use sssbot::mirror::{Body, Message, Section, Span};
use sssbot::slack::render::{Style, options, render};
use sssbot::teams::{People, Person};

/// Comments as people write them.
const COMMENTS: &[&str] = &[
    "LGTM 👍",
    "対応ありがとうございます。確認しました！",
    "@hiboma could you have a look at this? It seems that #123 broke the pagination again, see \
     https://github.com/acme/shop/issues/123#issuecomment-456 for the discussion we had last week.",
    "## 概要\n\n決済サービスで **タイムアウト** が増えています。`payment-gateway` のログを見ると、\
     2020-07-01 10:03 頃から `connection reset by peer` が出ていました。\n\n## 影響範囲\n\n\
     - 決済画面の表示が遅い\n- 一部のユーザーで決済に失敗する\n  - クレジットカードのみ\n  - \
     コンビニ払いは影響なし\n\n## 対応\n\n1. ゲートウェイの接続数を増やす\n2. リトライの間隔を\
     調整する (#45)\n3. @hiboma に確認を依頼する\n\n```\n$ kubectl get pods -n payment\nNAME       \
     READY   STATUS    RESTARTS   AGE\ngateway-1  1/1     Running   0          3d\ngateway-2  0/1  \
     CrashLoopBackOff  12  1h\n```\n\n引き続き調査します。",
    "I dug into this a bit more. The worker holds the lock while it waits for the *other* queue, so \
     when both are full nothing moves. Two ways out:\n\n1. Take the locks in one order everywhere. \
     That is the small change, and `queue.rs` almost does it already.\n2. Drop the second lock \
     entirely, and let the scheduler decide. It is what we **should** do in the end, but not \
     tonight.\n\nI would go with the first and open an issue for the second. What do you think, \
     @someone-else? The fix is in 0123456789abcdef0123456789abcdef01234567, and the test that \
     shows it is `tests/deadlock.rs`. Without the fix it hangs in about one run of ten on my \
     machine, with it I let it run for an hour.",
    "| Check | Before | After |\n|:------|-------:|------:|\n| p50 | 120 ms | 80 ms |\n| p95 | 900 \
     ms | 210 ms |\n| p99 | 4.2 s | 480 ms |\n| エラー率 | 2.1% | 0.02% |\n\nMeasured over one hour \
     each, same traffic. The [dashboard](https://example.com/d/abc?from=now-1h&to=now) has the rest.",
    "> Should we roll back?\n\nNo: the migration ran already, and the old version cannot read the \
     new rows. We can go *forward* with the flag off:\n\n```rust\npub fn enabled(user: &User) -> bool {\n    \
     // Off for everyone until the index is there.\n    FLAGS.get(\"new-cart\").is_some_and(|flag| \
     flag.is_on_for(user.id)) && user.cohort > 3\n}\n```\n\n- [x] flag is off in production\n- [ ] \
     index is built (about 40 minutes)\n- [ ] flag on for 1%\n- [ ] flag on for all",
    "This change raises the error budget alert from 2% to 5%, since the noise hid two real incidents \
     last month.\n\nWhy now: the on-call was paged 14 times in one night for the same thing, and \
     muted the channel in the end. That is how we missed #871 for 50 minutes.\n\nHow to check it: \
     the rule is in `alerts/payment.yaml`, the test data in `alerts/testdata`. Run `make check`; it \
     prints which of last month's pages would still have come. There were 3 of 41, and all three \
     were real.\n\nWhat it does not do: the latency alert is unchanged. I'd like to talk about that \
     one in the review of the incident, not here.",
    "<details>\n<summary>Stack trace</summary>\n\n```\nthread 'main' panicked at src/main.rs:10:5:\n\
     index out of bounds: the len is 3 but the index is 7\nstack backtrace:\n   0: rust_begin_unwind\n   \
     1: core::panicking::panic_fmt\n   2: core::panicking::panic_bounds_check\n   3: app::cart::total\n   \
     4: app::handlers::checkout\n```\n\n</details>\n\nHappens for carts with more than three items \
     only. <kbd>F5</kbd> helps for a moment.",
    "再現しました。手順:\n\n1. カートに商品を4つ入れる\n2. クーポン `SUMMER` を適用する\n3. 戻るボタン\
     を押す\n\nこのとき合計金額が **マイナス** になります。ログには次のように出ています。\n\n> total=-120 \
     coupon=SUMMER items=4\n\n原因は割引の計算が二重に走っているためだと思います。修正は簡単そうですが、\
     過去の注文に影響がないかどうかを確認する必要があります。DB を確認したところ、該当する注文は 17 件\
     ありました。いずれもキャンセル済みです。詳細は [調査メモ](https://example.com/notes/17) を見てください。",
    "# Postmortem: checkout unavailable, 2020-07-01\n\n## Summary\n\nFrom 10:03 to 11:12 (JST) about \
     a third of all checkouts failed with `504`. The payment gateway ran out of connections after a \
     deploy that lowered the pool from 200 to 20. Rolling back did not help at first, since the old \
     version kept the new configuration.\n\n## Impact\n\n- 1,204 checkouts failed; 890 of them were \
     tried again and went through.\n- Support got 57 tickets. Nobody was charged twice.\n- The status \
     page said *degraded* 14 minutes after the first alert.\n\n## Timeline\n\n| Time | What |\n|---|---|\n\
     | 10:03 | Deploy of `gateway` 4.12 ends |\n| 10:05 | Alert: p95 over 2 s |\n| 10:11 | @hiboma is \
     incident handler |\n| 10:24 | Rollback, no change |\n| 10:58 | The pool is found to be 20 |\n| 11:12 \
     | Pool back at 200, errors gone |\n\n## Root cause\n\nThe chart's default changed in #412. Our \
     values file did not name the pool's size, so the new default came in with a change that was \
     about something else. Review did not see it: the diff shows only the chart's version.\n\n```yaml\n\
     gateway:\n  image: acme/gateway:4.12\n  # pool: 200 was the chart's default until 4.11\n  replicas: \
     6\n```\n\n## What went well\n\n1. The alert came two minutes after the deploy.\n2. Roles were clear \
     within ten minutes.\n\n## What did not\n\n1. The rollback rolled back the image, and not the \
     chart. The runbook said otherwise.\n2. The dashboard of the pool was two clicks too deep. See \
     [the thread](https://example.com/archives/C1/p1593568980) for how we found it.\n\n## Actions\n\n- [ ] \
     Name the pool's size in the values file (#431)\n- [ ] Let the rollback take the chart with it \
     (acme/deploy#88)\n- [x] Correct the runbook\n",
    "# 障害報告: 検索が遅い (2021-03-14)\n\n## 概要\n\n14:20 頃から約 40 分間、商品検索の応答が 5 秒以上かかる\
     状態になりました。インデックスの再構築が本番の時間帯に走り、ディスクの I/O を使い切ったことが原因です。\n\n\
     ## 影響範囲\n\n- 検索画面の表示が遅い (全ユーザー)\n- 管理画面の一括登録がタイムアウトする\n- 購入、決済への\
     影響は **ありません**\n\n## 経緯\n\n1. 14:20 監視がレスポンスの悪化を検知\n2. 14:26 @hiboma がインシデント\
     ハンドラーになる\n3. 14:35 `iostat` で `%util` が 100 に張り付いていることを確認\n4. 14:48 再構築のジョブを停止\n\
     5. 15:01 応答時間が通常に戻ったことを確認し、復旧を宣言\n\n```\n$ iostat -x 1\nDevice  r/s   w/s    \
     %util\nnvme0   12.0  4021.0 100.0\n```\n\n## 原因\n\nジョブの時刻が UTC で書かれていたため、夜間のつもりが日中に\
     実行されました。設定は #377 で入り、レビューでも気づけませんでした。\n\n> cron の時刻は常に UTC です。タイムゾーンは\
     指定できません。\n\n## 再発防止\n\n- [x] 時刻を修正する\n- [ ] ジョブの I/O に上限を設ける (#380)\n- [ ] 時刻の\
     書き方を [手順書](https://example.com/docs/cron) に追記する\n",
];

/// Bodies made to keep a renderer busy, 64 KB each.
fn bombs() -> Vec<(&'static str, String)> {
    let fill = |piece: &str| piece.repeat(65_536 / piece.len());
    vec![
        ("60,000 >", ">".repeat(60_000)),
        ("100 > a line", (">".repeat(100) + "a\n").repeat(640)),
        ("100 - a line", ("- ".repeat(99) + "a\n").repeat(320)),
        ("100 > before a long line", ">".repeat(100) + &fill("a b ")),
        (
            "quotes ever deeper",
            (1..350).map(|n| ">".repeat(n.min(100)) + "- a\n").collect(),
        ),
        ("- - -", fill("- ")),
        ("[[[", fill("[")),
        ("[a](", fill("[a](")),
        ("[a](<b", fill("[a](<b")),
        ("![", fill("![")),
        ("*a _b", fill("*a _b ")),
        ("*_*_", fill("*_")),
        ("*a …  b*", "*a ".repeat(10_000) + &" b*".repeat(10_000)),
        ("~a", fill("~a ")),
        ("|a| rows", "|a|\n|-|\n".to_owned() + &fill("|a|\n")),
        (
            "wide table",
            "|a".repeat(6_000) + "|\n" + &"|-".repeat(6_000) + "|\n" + &"|\n".repeat(9_000),
        ),
        (
            "wide table, many rows",
            "|a".repeat(60) + "|\n" + &"|-".repeat(60) + "|\n" + &"|\n".repeat(32_000),
        ),
        ("backticks", fill("`")),
        (
            "backtick runs",
            (1..360).map(|n| "`".repeat(n) + " ").collect(),
        ),
        ("<details>", fill("<details>\n")),
        ("a<b>", fill("a<b>")),
        ("<a b=\"", fill("<a b=\"")),
        ("a <!--", fill("a <!--")),
        ("a <!A", fill("a <!A ")),
        ("a <?", fill("a <?")),
        ("cdata", fill("a <![CDATA[")),
        ("&", fill("&")),
        ("&a", fill("&a")),
        (
            "footnotes",
            (0..3_500)
                .map(|n| format!("[^{n}] \n\n[^{n}]: x\n\n"))
                .collect(),
        ),
        ("footnote refs", "[^1]: x\n\n".to_owned() + &fill("[^1]")),
        (
            "references",
            (0..4_000)
                .map(|n| format!("[r{n}]: x\n[r{n}]\n\n"))
                .collect(),
        ),
        (
            "long reference",
            format!("[a]: {}\n\n", "x".repeat(2_000)) + &"[a] ".repeat(15_000),
        ),
        ("www.", fill("www.")),
        (" www.", fill(" www.a")),
        ("://", fill("http://")),
        ("a@b.", fill("a@b.")),
        ("a@b.c", fill("a@b.c ")),
        ("@hiboma", fill("@hiboma ")),
        ("#1", fill("#1 ")),
        ("a/b#1", fill("a/b#1 ")),
        ("hex", fill("0123456789abcdef")),
        (":a", fill(":a")),
        (
            "lists ever deeper",
            (0..350).map(|n| " ".repeat(n) + "- \n").collect(),
        ),
        (
            "quotes, lazy",
            fill("> > > > > > > > > > > > > > > > > > > > a\n"),
        ),
        ("lists in quotes", fill("> - > - > - > - > - > - a\n")),
        ("lines", fill("a\n")),
        ("bold lines", fill("**a**\n")),
        ("tasks", fill("- [ ] a\n")),
        ("one word", fill("障")),
        ("brackets", fill("[a]")),
        ("open brackets", fill("[a\\]")),
        ("entities", fill("&amp;")),
        ("setext", fill("a\n=\n")),
    ]
}

fn message(markdown: &str) -> Message {
    Message {
        icon: "💬",
        headline: vec![
            Span::Person(Login::new("hiboma")),
            Span::Text(" commented on ".to_owned()),
            Span::Link {
                url: "https://github.com/acme/shop/issues/1#issuecomment-1".to_owned(),
                text: "acme/shop#1".to_owned(),
            },
        ],
        sections: vec![Section {
            heading: Vec::new(),
            body: Some(Body::Markdown(markdown.to_owned())),
            more: None,
        }],
        more: Some("https://github.com/acme/shop/issues/1#issuecomment-1".to_owned()),
        source: Some("https://github.com/acme/shop".to_owned()),
    }
}

/// The quickest of many rounds: what is left when the machine is not disturbed.
fn quickest(rounds: u32, mut work: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let started = Instant::now();
        work();
        best = best.min(started.elapsed());
    }
    best
}

fn main() {
    let mut people = People::default();
    people.add(
        &Login::new("hiboma"),
        Person {
            name: "Hiro".to_owned(),
            slack: SlackUserId::new("U123"),
        },
    );
    let style = Style {
        people: &people,
        workspace_url: Some("https://acme.slack.com/"),
        lang: Lang::En,
    };

    let bytes: usize = COMMENTS.iter().map(|text| text.len()).sum();
    let messages: Vec<Message> = COMMENTS.iter().map(|text| message(text)).collect();
    let mut bare = message("");
    bare.sections.clear();
    let (mut parse, mut ours, mut frame) = (Duration::MAX, Duration::MAX, Duration::MAX);
    // Turn about, so that both meet the same weather.
    for _ in 0..40 {
        parse = parse.min(quickest(20, || {
            for text in COMMENTS {
                let arena = comrak::Arena::new();
                black_box(comrak::parse_document(&arena, black_box(text), options()));
            }
        }));
        ours = ours.min(quickest(20, || {
            for message in &messages {
                black_box(render(black_box(message), &style));
            }
        }));
        frame = frame.min(quickest(20, || {
            for _ in &messages {
                black_box(render(black_box(&bare), &style));
            }
        }));
    }
    let speed = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!(
        "{} comments of {} bytes on average",
        COMMENTS.len(),
        bytes / COMMENTS.len()
    );
    let body = ours.saturating_sub(frame);
    println!("comrak::parse_document alone  {:>7.1} MB/s", speed(parse));
    println!("Markdown to mrkdwn            {:>7.1} MB/s", speed(body));
    println!("whole messages                {:>7.1} MB/s", speed(ours));
    println!(
        "Markdown to mrkdwn, ratio     {:>7.2}  (to reach: 0.70)",
        speed(body) / speed(parse)
    );
    println!(
        "whole messages, ratio         {:>7.2}",
        speed(ours) / speed(parse)
    );
    println!(
        "headline and JSON, a message  {:>7.2} µs",
        frame.as_secs_f64() * 1e6 / messages.len() as f64
    );

    println!("\n64 KB bodies made to hurt, slowest first (to reach: 50 ms)");
    let mut times: Vec<_> = bombs()
        .into_iter()
        .map(|(name, body)| {
            let message = message(&body);
            let time = quickest(3, || {
                black_box(render(black_box(&message), &style));
            });
            (time, name)
        })
        .collect();
    times.sort();
    for (time, name) in times.iter().rev().take(12) {
        println!("{:>8.2} ms  {name}", time.as_secs_f64() * 1e3);
    }
}
