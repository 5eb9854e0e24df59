//! Changes of a playbook in words, in each language.

use std::fmt;

use super::{Change, Facet, Subject, Turn};
use crate::i18n::Lang;

/// Longer values are cut; whoever wants to see all of one looks at the diff.
const LONGEST: usize = 120;

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = match self.lang {
            Lang::Ja => ja(&self.subject, &self.turn),
            Lang::En => en(&self.subject, &self.turn),
        };
        f.write_str(&said)
    }
}

fn en(subject: &Subject, turn: &Turn) -> String {
    let of = match subject {
        Subject::Everything => String::new(),
        Subject::Service(id) => format!("service {id}"),
        Subject::Type(id) => format!("type {id}"),
        Subject::Level(number) => format!("level {number}"),
        Subject::Feeling(id) => format!("feeling {id}"),
    };
    let who = match subject {
        Subject::Everything => "every incident",
        _ => &of,
    };
    let at = |facet: Facet| match subject {
        Subject::Everything => name(facet, Lang::En),
        _ => format!("{of}: {}", name(facet, Lang::En)),
    };
    match turn {
        Turn::Added => format!("{of} is new"),
        Turn::Removed => format!("{of} is gone"),
        Turn::Set(facet, Some(was), Some(is)) => {
            format!("{} is now “{}”, was “{}”", at(*facet), cut(is), cut(was))
        }
        Turn::Set(facet, None, Some(is)) => format!("{} is now “{}”", at(*facet), cut(is)),
        Turn::Set(facet, was, None) => {
            let was = cut(was.as_deref().unwrap_or_default());
            format!("{} is no longer said, was “{was}”", at(*facet))
        }
        Turn::Listed(facet, more, less) => {
            let verb = match facet {
                Facet::Broadcast => "broadcasts to",
                Facet::Invite => "calls",
                _ => "has",
            };
            let who = match facet {
                Facet::Broadcast | Facet::Invite => who.to_owned(),
                _ => at(*facet),
            };
            match (more.is_empty(), less.is_empty()) {
                (false, false) => format!(
                    "{who} now {verb} {}, and no longer {}",
                    listed(more),
                    listed(less)
                ),
                (false, true) => format!("{who} now {verb} {} too", listed(more)),
                _ => format!("{who} no longer {verb} {}", listed(less)),
            }
        }
        Turn::Reordered(facet, is) => {
            format!("{} are in another order: {}", at(*facet), listed(is))
        }
    }
}

fn ja(subject: &Subject, turn: &Turn) -> String {
    let of = match subject {
        Subject::Everything => String::new(),
        Subject::Service(id) => format!("サービス {id}"),
        Subject::Type(id) => format!("類型 {id}"),
        Subject::Level(number) => format!("事象レベル {number}"),
        Subject::Feeling(id) => format!("温度感 {id}"),
    };
    let who = match subject {
        Subject::Everything => "すべてのインシデント",
        _ => &of,
    };
    let at = |facet: Facet| match subject {
        Subject::Everything => name(facet, Lang::Ja),
        _ => format!("{of} の{}", name(facet, Lang::Ja)),
    };
    match turn {
        Turn::Added => format!("{of} が加わります"),
        Turn::Removed => format!("{of} がなくなります"),
        Turn::Set(facet, Some(was), Some(is)) => {
            format!(
                "{}が「{}」から「{}」に変わります",
                at(*facet),
                cut(was),
                cut(is)
            )
        }
        Turn::Set(facet, None, Some(is)) => format!("{}が「{}」になります", at(*facet), cut(is)),
        Turn::Set(facet, was, None) => {
            let was = cut(was.as_deref().unwrap_or_default());
            format!("{}の指定（「{was}」）がなくなります", at(*facet))
        }
        Turn::Listed(facet, more, less) => {
            let (who, add, drop) = match facet {
                Facet::Broadcast => (who.to_owned(), "にも通知します", "には通知しなくなります"),
                Facet::Invite => (who.to_owned(), "も招待します", "は招待しなくなります"),
                _ => (at(*facet), "が加わります", "がなくなります"),
            };
            let add = (!more.is_empty()).then(|| format!("{} {add}", listed(more)));
            let drop = (!less.is_empty()).then(|| format!("{} {drop}", listed(less)));
            let both: Vec<String> = add.into_iter().chain(drop).collect();
            format!("{who}: {}", both.join("。"))
        }
        Turn::Reordered(facet, is) => format!("{}の順序が変わります: {}", at(*facet), listed(is)),
    }
}

/// A facet in a sentence. In English it goes with "is" or "now has".
fn name(facet: Facet, lang: Lang) -> String {
    let (ja, en) = match facet {
        Facet::Language => ("言語", "the language"),
        Facet::TimeZone => ("タイムゾーン", "the time zone"),
        Facet::Owners => ("管理者", "the list of owners"),
        Facet::Services => ("サービス", "the services"),
        Facet::Types => ("インシデントの類型", "the types"),
        Facet::Levels => ("事象レベル", "the levels"),
        Facet::Feelings => ("温度感", "the feelings"),
        Facet::Date => ("チャンネル名の日付の形式", "the date in a channel's name"),
        Facet::DrillWord => (
            "訓練チャンネル名の末尾",
            "the end of a drill's channel name",
        ),
        Facet::Broadcast => ("通知先", "the list of channels"),
        Facet::BroadcastDrills => ("訓練の通知先", "the list of channels for drills"),
        Facet::Invite => ("招待", "the list of people called"),
        Facet::Questions => ("最初の質問", "the list of first questions"),
        Facet::Manual => ("マニュアルのリンク", "the link to the manual"),
        Facet::Help => ("ヘルプのリンク", "the link to help"),
        Facet::Video => ("ビデオ会議のリンク", "the link to video meetings"),
        Facet::AskForHandler => (
            "ハンドラーを尋ねるまでの時間",
            "the wait before a handler is asked for",
        ),
        Facet::TimekeeperEvery => ("タイムキーパーの間隔", "the timekeeper's interval"),
        Facet::Silence => (
            "沈黙をリマインドするまでの期間",
            "the silence before a reminder",
        ),
        Facet::TimekeeperName => ("タイムキーパーの名前", "the timekeeper's name"),
        Facet::TimekeeperIcon => ("タイムキーパーのアイコン", "the timekeeper's icon"),
        Facet::TimekeeperColour => ("タイムキーパーの色", "the timekeeper's colour"),
        Facet::PostmortemName => ("ポストモーテムの呼び名", "the name of postmortems"),
        Facet::PostmortemOptional => (
            "ポストモーテムを省いてよい事象レベル",
            "the list of levels without a postmortem",
        ),
        Facet::PostmortemFolder => ("ポストモーテムのフォルダー", "the folder of postmortems"),
        Facet::PostmortemTemplate => ("ポストモーテムのひな形", "the template of postmortems"),
        Facet::PostmortemQuote => (
            "ポストモーテムに発言の本文を載せるか",
            "whether postmortems quote messages",
        ),
        Facet::PostmortemRemind => (
            "期限切れの作業をリマインドする時",
            "the time at which owners are reminded",
        ),
        Facet::May(verb) => {
            return match lang {
                Lang::Ja => format!("「{verb}」をしてよい人"),
                Lang::En => format!("who may use “{verb}”"),
            };
        }
        Facet::DrillLabel => ("訓練のラベル", "the label of drills"),
        Facet::PostmortemLabel => ("ポストモーテムのラベル", "the label of postmortems"),
        Facet::ActionLabel => ("再発防止のラベル", "the label of action items"),
        Facet::Reaction => (
            "記録に残すリアクション",
            "the reaction that keeps a message",
        ),
        Facet::Sentence(named) => {
            return match lang {
                Lang::Ja => format!("文言 {}", named.as_str()),
                Lang::En => format!("the wording of {}", named.as_str()),
            };
        }
        Facet::MuteBots => ("流さないボット", "the list of bots kept on GitHub"),
        Facet::MuteDrafts => ("ドラフトを流さない設定", "keeping drafts on GitHub"),
        Facet::ReportUnreachable => (
            "届かないチャンネルの報告",
            "the report of unreachable channels",
        ),
        Facet::TeamsChannel => (
            "チームの定義についてのチャンネル",
            "the channel for team definitions",
        ),
        Facet::Name => ("名前", "the name"),
        Facet::Aliases => ("別名", "the list of aliases"),
        Facet::Team => ("初動対応チーム", "the first-response team"),
        Facet::Icon => ("アイコン", "the icon"),
        Facet::Question => ("質問", "the question"),
        Facet::OnlyServices => ("対象サービス", "the list of its services"),
        Facet::Meaning => ("基準", "the meaning"),
        Facet::Instruction => ("指示", "the instruction"),
        Facet::Checklist => ("チェックリスト", "the checklist"),
        Facet::Label => ("ラベル", "the label"),
    };
    match lang {
        Lang::Ja => ja.to_owned(),
        Lang::En => en.to_owned(),
    }
}

fn listed(all: &[String]) -> String {
    let all: Vec<String> = all.iter().map(|one| cut(one)).collect();
    all.join(", ")
}

/// One line, and not too long.
fn cut(text: &str) -> String {
    let line = |c: char| if c.is_control() { ' ' } else { c };
    let mut cut: String = text.chars().map(line).take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        cut.push('…');
    }
    cut
}
