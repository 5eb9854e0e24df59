//! Drafts as people read them.

use super::super::samples::{entries, entry, incident, rules};
use super::super::template::{built_in, parse};
use super::*;
use crate::i18n::Lang;
use crate::incident::{Fact, Who, fold};
use crate::yaml::{self, Value};

fn drafted(text: &str, lang: Lang) -> String {
    let rules = rules(lang);
    let template = parse(text, "T.md").unwrap();
    let mut entries = entries();
    entries.extend(marked());
    let incident = fold(&entries, &rules).unwrap();
    let given = Given {
        incident: &incident,
        entries: &entries,
        rules: &rules,
        workspace: Some("https://acme.slack.com/"),
    };
    draft(&template, &given)
}

/// Messages that ana marked: one whose text may leave Slack, and one whose text may not.
fn marked() -> [Entry; 2] {
    let note = |key: &str, text: &str, link: &str, author: Who| {
        let fact = Fact::Note {
            text: text.to_owned(),
            link: Some(link.to_owned()),
            author,
        };
        entry(key, "2021-09-30T06:45:00Z", "ana", fact)
    };
    let link = "https://acme.slack.com/archives/C1/p1632983400000000";
    let words = "It is the | cache, @here";
    let only = "https://acme.slack.com/archives/C1/p1632982440000000";
    [
        note("a:C1:1+marked", words, link, Who::on_github("hanako")),
        note("a:C1:2+marked.1", only, only, Who::in_slack("U1")),
    ]
}

#[test]
fn all_that_the_record_knows_is_in_it() {
    let ja = drafted(built_in(Lang::Ja), Lang::Ja);
    let front = ja.split("---\n").nth(1).unwrap();
    assert_eq!(
        front,
        "incident: \"https://github.example/acme/postmortem/issues/886\"\n\
         channel: \"sss-20210930i\"\nservice: \"sss\"\ntype: null\nlevel: 3\ndrill: false\n\
         declared: \"2021-09-30 15:12:41 +0900\"\ndetected: \"2021-09-30 15:11:41 +0900\"\n\
         responded: \"2021-09-30 15:16:00 +0900\"\nrecovered: \"2021-09-30 15:48:32 +0900\"\n\
         resolved: \"\"\n"
    );
    let read = yaml::read(front).unwrap();
    let level = read.get("level").map(|node| &node.value);
    assert!(
        matches!(level, Some(Value::Number(_))) || read.get("level").unwrap().text() == Some("3")
    );
    let (_, timeline) = ja
        .split_once("| 時刻 | 出来事 | リンク |\n| --- | --- | --- |\n")
        .unwrap();
    let (timeline, _) = timeline.split_once("\n\n").unwrap();
    assert_eq!(
        timeline,
        "| 2021-09-30 15:11:41 +0900 | 検知（ana） | [メッセージ](https://acme.slack.com/archives/C1/p1632982301039800) |\n\
         | 2021-09-30 15:12:41 +0900 | hiboma がインシデントを宣言した | [Issue](https://github.example/acme/postmortem/issues/886) |\n\
         | 2021-09-30 15:12:50 +0900 | #sss-20210930i が作られた | [チャンネル](https://acme.slack.com/archives/C1) |\n\
         | 2021-09-30 15:14:00 +0900 | U1 の発言 | [メッセージ](https://acme.slack.com/archives/C1/p1632982440000000) |\n\
         | 2021-09-30 15:16:00 +0900 | 初動 |  |\n\
         | 2021-09-30 15:16:00 +0900 | ana がハンドラーになった |  |\n\
         | 2021-09-30 15:20:00 +0900 | 事象レベルが 3 🔥🔥🔥 になった（taro） | [コメント](https://github.example/acme/postmortem/issues/886#issuecomment-77) |\n\
         | 2021-09-30 15:23:20 +0900 | taro: \\*\\*deployed\\*\\* v12 \\| \\`rm -rf\\`, see <https://ci.example/12?a=1&b=2> | [メッセージ](https://acme.slack.com/archives/C1/p1632983000000100) |\n\
         | 2021-09-30 15:30:00 +0900 | hanako: It is the \\| cache, @\u{200b}here | [メッセージ](https://acme.slack.com/archives/C1/p1632983400000000) |\n\
         | 2021-09-30 15:48:32 +0900 | 復旧（ana） | [メッセージ](https://acme.slack.com/archives/C1/p1632982301039800) |"
    );
    assert!(ja.contains("# sss-20210930i ポストモーテム\n"), "{ja}");
    assert!(ja.contains("- 事象レベル: 2 🔥🔥 → 3 🔥🔥🔥\n"), "{ja}");
    assert!(ja.contains("- 影響した時間: 36分\n"), "{ja}");
    let summary =
        "No page opens \\| \\<b\\>at all\\</b\\>\n@\u{200b}everyone look\n\n\\# not a heading\n";
    assert!(ja.contains(summary), "{ja}");
}

#[test]
fn it_reads_in_english_too() {
    let en = drafted(built_in(Lang::En), Lang::En);
    assert!(en.contains("# sss-20210930i postmortem\n"), "{en}");
    assert!(
        en.contains("| Recovered | 2021-09-30 15:48:32 +0900 |\n"),
        "{en}"
    );
    assert!(en.contains("| The level became 3 🔥🔥🔥 (taro) |"), "{en}");
    assert!(!en.contains('{'), "{en}");
}

#[test]
fn a_draft_knows_whether_anybody_has_touched_it() {
    let draft = drafted(built_in(Lang::En), Lang::En);
    assert!(is_untouched(&draft));
    assert!(is_untouched(&draft.replace('\n', "\r\n")));
    for touched in [
        draft.replace("## Impact", "## Impact\n\nNobody saw it."),
        format!("{draft}more"),
        draft.replace("sssbot:draft ", "sssbot:draft 0"),
        "# x\n".to_owned(),
        String::new(),
    ] {
        assert!(!is_untouched(&touched), "{touched}");
    }
}

#[test]
fn it_has_one_place() {
    let rules = rules(Lang::Ja);
    let mut incident = incident(&rules);
    assert_eq!(path(&incident, &rules), "postmortems/2021/sss-20210930i.md");
    incident.channel.name = "../../etc".to_owned();
    assert_eq!(path(&incident, &rules), "postmortems/2021/-..-etc.md");
}
