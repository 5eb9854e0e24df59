//! Issues that people open: an issue form's answers, and the issues of before sssbot.

use jiff::Timestamp;

use super::command::{Command, When};
use super::error::UserError;
use super::fact::{Declaration, Moment};
use super::interpret::{feeling, kinds, service};
use super::rules::Rules;
use super::time;
use super::wording::plain;
use crate::channel_name::ChannelName;

use crate::playbook::LabelMeans;

/// What somebody filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The incident.
    pub declaration: Declaration,
    /// When it was noticed, if they said.
    pub detected: Option<When>,
}

impl Form {
    /// What somebody commands who opens an issue with this form, when the issue was made: with no
    /// other time said, that is when it was noticed.
    pub fn commands(self) -> [Command; 2] {
        let detected = Command::Set {
            moment: Moment::Detected,
            when: self.detected.unwrap_or(When::Now),
        };
        [Command::Declare(self.declaration), detected]
    }
}

/// What an issue of before us tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// The incident.
    pub declaration: Declaration,
    /// When it began, if the text says.
    pub declared: Option<Timestamp>,
}

const SERVICE: &[&str] = &["サービス", "service"];
const KIND: &[&str] = &["種別", "類型", "種類", "タイプ", "type", "kind"];
const SUMMARY: &[&str] = &["サマリ", "サマリー", "summary", "概要", "状況", "what"];
const FEELING: &[&str] = &["温度感", "feeling", "urgency"];
const LEVEL: &[&str] = &["事象レベル", "レベル", "level", "severity"];
const DRILL: &[&str] = &["訓練", "drill"];
const DETECTED: &[&str] = &["検知", "detected", "detection", "noticed"];
const MADE: &[&str] = &["チャンネル作成の記録", "the channel was made"];

/// Whether a text holds the answers of an incident form, and is no other issue that happens to have
/// a heading of one: it has a place for the service, for the summary, and for two things more that
/// such a form asks.
pub fn is_one(body: &str) -> bool {
    let sections = sections(body);
    let asks = |names: &&[&str]| sections.iter().any(|(label, _)| names_it(label, names));
    let more = [KIND, FEELING, LEVEL, DRILL, DETECTED];
    asks(&SERVICE) && asks(&SUMMARY) && more.iter().filter(|names| asks(names)).count() >= 2
}

/// Reads the answers of an issue form: `### <label>` and what stands below, `_No response_` for
/// nothing. Labels are known by the words in them, in either language and any order; what is not
/// known is left alone.
///
/// # Errors
/// All that has to be mended in the issue.
pub fn read(body: &str, rules: &Rules, now: Timestamp) -> Result<Form, Vec<UserError>> {
    let sections = sections(body);
    let answer = |names: &[&str]| find(&sections, names).map(|(_, text)| text);
    let mut errors = Vec::new();
    let missing = |names: &[&str], fallback: &str| {
        let label = sections.iter().find(|(label, _)| names_it(label, names));
        UserError::Missing {
            label: label.map_or(fallback, |(label, _)| label).to_owned(),
        }
    };
    let service = match answer(SERVICE) {
        Some(said) => service(said, rules)
            .map_err(|error| errors.push(error))
            .ok(),
        None => {
            errors.push(missing(SERVICE, "サービス / Service"));
            None
        }
    };
    let summary = answer(SUMMARY).unwrap_or_else(|| {
        errors.push(missing(SUMMARY, "サマリ / Summary"));
        ""
    });
    let kind = answer(KIND).and_then(|said| {
        let known = chosen(said, |word| {
            rules.kind_called(word).map(|kind| kind.id.clone())
        });
        if known.is_none() {
            errors.push(UserError::Kind {
                said: said.to_owned(),
                known: kinds(rules),
            });
        }
        known
    });
    let feeling = answer(FEELING).and_then(|said| {
        let known = feeling(said, rules);
        known.map_err(|error| errors.push(error)).ok()
    });
    let level = answer(LEVEL).and_then(|said| {
        let by_label = match rules.label_states(said) {
            Some(LabelMeans::Level(level)) => Some(level.number),
            _ => None,
        };
        let number = || {
            let plain = plain(said);
            let digits: String = plain
                .chars()
                .skip_while(|c| !c.is_ascii_digit())
                .take_while(char::is_ascii_digit)
                .collect();
            let number = digits.parse().ok()?;
            rules.level(number).map(|level| level.number)
        };
        // Nobody has to know the level yet: what is none is left out.
        by_label.or_else(number)
    });
    let detected = answer(DETECTED).and_then(|said| {
        let read = time::read(said, rules.zone(), now);
        read.map_err(|error| errors.push(error)).ok()
    });
    let Some(service) = service.filter(|_| errors.is_empty()) else {
        return Err(errors);
    };
    Ok(Form {
        declaration: Declaration {
            service,
            kind,
            level,
            feeling,
            drill: answer(DRILL).is_some_and(yes),
            summary: summary.to_owned(),
            channel: None,
        },
        detected,
    })
}

/// Reads an issue of before us: everything it does not tell is in its title.
pub fn adopt(body: &str, name: &ChannelName, rules: &Rules) -> Adopted {
    let sections = sections(body);
    let item = |names: &[&str]| {
        let lines = body
            .lines()
            .map(|l| l.trim().trim_start_matches(['-', '*']).trim());
        lines
            .filter_map(|line| {
                line.split_once(|c: char| c.is_whitespace() || c == ':' || c == '：')
            })
            .find(|(label, _)| names.contains(&plain(label).as_str()))
            .map(|(_, value)| value.trim_start_matches([':', '：']).trim())
            .filter(|value| !value.is_empty())
    };
    let called = |said: &str| rules.playbook.service_called(said).ok();
    let service = item(SERVICE).and_then(called);
    let service = service.or_else(|| rules.service_of_channel(name.service()));
    let summary = find(&sections, SUMMARY).map_or("", |(_, text)| text);
    let declared = find(&sections, MADE).and_then(|(_, text)| {
        let line = text.lines().next()?;
        let line = line.trim().trim_start_matches(['-', '*']).trim();
        match time::read(line, rules.zone(), Timestamp::UNIX_EPOCH) {
            Ok(When::At(time)) => Some(time),
            _ => None,
        }
    });
    Adopted {
        declaration: Declaration {
            drill: name.is_drill(),
            channel: Some(name.as_str().to_owned()),
            ..Declaration::new(
                service.map_or(name.service(), |service| service.id.as_str()),
                summary,
            )
        },
        declared,
    }
}

/// The headings of a text and what stands below each.
fn sections(body: &str) -> Vec<(&str, &str)> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let text = line.trim();
        let bare = text.trim_start_matches('#');
        let level = text.len() - bare.len();
        if (1..=6).contains(&level) && bare.starts_with(' ') {
            starts.push((bare.trim(), at, at + line.len()));
        }
        at += line.len();
    }
    let ends = starts
        .iter()
        .skip(1)
        .map(|(_, at, _)| *at)
        .chain([body.len()]);
    let ends: Vec<usize> = ends.collect();
    starts
        .iter()
        .zip(ends)
        .map(|((label, _, from), to)| (*label, body.get(*from..to).unwrap_or_default().trim()))
        .collect()
}

/// The first section that is called so and says something; one that is called exactly so first.
fn find<'a>(sections: &[(&'a str, &'a str)], names: &[&str]) -> Option<(&'a str, &'a str)> {
    let says = |(_, text): &&(&str, &str)| {
        !text.is_empty()
            && !matches!(
                plain(text).as_str(),
                "_no response_" | "no response" | "none"
            )
    };
    let exact = |(label, _): &&(&str, &str)| names.contains(&plain(label).as_str());
    let about = |(label, _): &&(&str, &str)| names_it(label, names);
    let found = sections.iter().filter(says).find(exact);
    found
        .or_else(|| sections.iter().filter(says).find(about))
        .copied()
}

fn names_it(label: &str, names: &[&str]) -> bool {
    let label = plain(label);
    names.iter().any(|name| label.contains(name))
}

/// What of a choice is known: all of it, or one of its words (`💡 障害 (Outage)`).
fn chosen<T>(said: &str, known: impl Fn(&str) -> Option<T>) -> Option<T> {
    let words = said.split(|c: char| c.is_whitespace() || "()（）/・:：".contains(c));
    known(said).or_else(|| words.filter(|word| !word.is_empty()).find_map(known))
}

/// Whether an answer says yes: a ticked box, or a word for it.
fn yes(said: &str) -> bool {
    let said = plain(said);
    if said.contains("- [") {
        return said.contains("[x]");
    }
    let no = ["本番", "いいえ", "real", "not", "no"];
    let yes = ["訓練", "はい", "drill", "yes", "true"];
    let has = |words: &[&str]| {
        words
            .iter()
            .any(|word| said.split_whitespace().any(|w| w.contains(word)))
    };
    has(&yes) && !has(&no)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::i18n::Lang;
    use crate::id::ServiceId;
    use crate::playbook::Playbook;
    use crate::yaml::Value;
    use proptest::prelude::*;

    fn rules() -> Rules {
        let mut playbook = Playbook::default();
        let mut service = playbook.services.remove(0);
        service.id = ServiceId::from("colorme");
        service.aliases = vec!["カラーミー".to_owned()];
        playbook.services.push(service.clone());
        service.id = ServiceId::from("sss");
        service.aliases.clear();
        playbook.services.push(service);
        Rules::new(Arc::new(playbook), Lang::Ja)
    }

    fn now() -> Timestamp {
        "2021-09-30T06:40:00Z".parse().unwrap()
    }

    #[test]
    fn reads_forms_in_both_languages_and_any_order() {
        for body in [
            "### サマリ\n\n決済が失敗する\n\n### サービス\n\nカラーミー\n\n### 種別\n\n💡 障害\n\n\
             ### 温度感\n\n🔴 RED 全員で対応する\n\n### 訓練ですか\n\n- [x] 訓練です\n\n### 検知した時刻\n\n15:12\n",
            "### Service\r\n\r\nColorMe\r\n\r\n### Type\r\n\r\nOutage\r\n\r\n### Summary\r\n\r\n\
             決済が失敗する\r\n\r\n### Gut feeling\r\n\r\nred\r\n\r\n### Drill\r\n\r\nYes\r\n\r\n\
             ### Real or drill\r\n\r\nDrill\r\n\r\n### Detected at\r\n\r\n15:12\r\n\r\n### Level\r\n\r\n_No response_\r\n",
        ] {
            let form = read(body, &rules(), now()).unwrap();
            let said = form.declaration;
            assert_eq!(said.service.as_str(), "colorme", "{body}");
            assert_eq!(said.kind, Some("outage".into()), "{body}");
            assert_eq!(said.feeling, Some("red".into()), "{body}");
            assert_eq!(said.summary, "決済が失敗する");
            assert!(said.drill, "{body}");
            assert_eq!(said.level, None);
            let time = "2021-09-30T06:12:00Z".parse().unwrap();
            assert_eq!(form.detected, Some(When::At(time)), "{body}");
        }
    }

    #[test]
    fn reads_what_the_templates_forms_ask() {
        for form in [
            include_str!("../../postmortem-template/.github/ISSUE_TEMPLATE/incident.yml"),
            include_str!("../../postmortem-template/.github/ISSUE_TEMPLATE/incident-en.yml"),
        ] {
            let form = crate::yaml::read(form).unwrap();
            let Some(Value::List(fields)) = form.get("body").map(|body| &body.value) else {
                panic!("a form has a body");
            };
            let mut body = String::new();
            for field in fields.iter().filter(|field| field.get("id").is_some()) {
                let asked = field.get("attributes").unwrap();
                let label = asked.get("label").and_then(|label| label.text()).unwrap();
                // The last of the choices: security, red, level 3, a drill.
                let last = match asked.get("options").map(|options| &options.value) {
                    Some(Value::List(options)) => options.last().and_then(|last| last.text()),
                    _ => None,
                };
                let answer = match field.get("id").and_then(|id| id.text()) {
                    Some("service") => "colorme",
                    Some("detected") => "15:12",
                    _ => last.unwrap_or("決済が失敗する"),
                };
                body.push_str(&format!("### {label}\n\n{answer}\n\n"));
            }
            assert!(is_one(&body), "{body}");
            let form = read(&body, &rules(), now()).unwrap();
            let wanted = Declaration {
                kind: Some("security".into()),
                feeling: Some("red".into()),
                level: Some(3),
                drill: true,
                ..Declaration::new("colorme", "決済が失敗する")
            };
            assert_eq!(form.declaration, wanted, "{body}");
            assert!(matches!(form.detected, Some(When::At(_))), "{body}");
        }
    }

    #[test]
    fn an_issue_with_some_headings_is_no_form() {
        for body in [
            "",
            "### サービス\n\nshop\n\n### サマリ\n\n再発防止の作業\n",
            "## Summary\n\n## What went well\n\n## Detection\n\n## Level\n",
            "サービス サマリ 温度感 検知",
        ] {
            assert!(!is_one(body), "{body}");
        }
    }

    #[test]
    fn a_wrong_service_is_answered_with_the_right_ones() {
        let body = "### サービス\n\ncolorne\n\n### サマリ\n\n_No response_\n";
        let errors = read(body, &rules(), now()).unwrap_err();
        let said: Vec<String> = errors
            .iter()
            .map(|e| e.say(Lang::Ja, rules().zone()))
            .collect();
        assert_eq!(
            said,
            [
                "サービス「colorne」はありません。「colorme」のことですか?",
                "「サマリ」が書かれていません。Issue を編集して記入してください",
            ]
        );
        let errors = read(
            "### Service\n\nbilling\n\n### Summary\n\nx\n",
            &rules(),
            now(),
        );
        let error = errors.unwrap_err().remove(0);
        let said = error.say(Lang::En, rules().zone());
        assert!(
            said.ends_with("These are the services: colorme, sss"),
            "{said}"
        );
    }

    #[test]
    fn the_first_bots_issues_are_understood_as_they_are() {
        let body = "sssbot が自動でコメントしています\n\n## インシデントの概要\n\n- サービス colorme\n\
                    - チャンネル #colorme-20210930i-訓練\n\n## サマリ\n\n怪しいコマンドがサーバで実行されている可能性\n\n\
                    ## チャンネル作成の記録\n\n- 2021-09-30 15:12:41 +0900\n";
        let name = ChannelName::parse("#colorme-20210930i-訓練").unwrap();
        let adopted = adopt(body, &name, &rules());
        assert_eq!(adopted.declaration.service.as_str(), "colorme");
        assert_eq!(
            adopted.declaration.summary,
            "怪しいコマンドがサーバで実行されている可能性"
        );
        assert!(adopted.declaration.drill);
        let time: Timestamp = "2021-09-30T06:12:41Z".parse().unwrap();
        assert_eq!(adopted.declared, Some(time));
        // With nothing in it but the title, the middle segment is not part of the service.
        let name = ChannelName::parse("sss-ixf7h-20200623i").unwrap();
        let adopted = adopt("", &name, &rules());
        assert_eq!(adopted.declaration.service.as_str(), "sss");
    }

    proptest! {
        #[test]
        fn any_text_is_taken(body in "(\\PC|#|### |\\n|サービス|_No response_|- \\[x\\]){0,40}") {
            let _ = read(&body, &rules(), now());
            let name = ChannelName::parse("a-20210101i").unwrap();
            let _ = adopt(&body, &name, &rules());
        }
    }
}
