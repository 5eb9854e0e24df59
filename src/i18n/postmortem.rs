//! What is said of postmortems: in the document, of what is wrong with it, and of what follows.

use super::{Lang, filled};

sayings! {
    /// A sentence about a postmortem, or a part of one.
    enum Writing;

    // What the draft says.
    NotRecorded: "未記録", "not recorded";
    NotDecided: "未定", "not decided";
    Yes: "はい", "yes";
    No: "いいえ", "no";
    Between: "、", ", ";
    Minutes: "{minutes}分", "{minutes}m";
    Hours: "{hours}時間{minutes}分", "{hours}h {minutes}m";
    Days: "{days}日{hours}時間{minutes}分", "{days}d {hours}h {minutes}m";
    HeadTime: "時刻", "Time";
    HeadEvent: "出来事", "What happened";
    HeadLink: "リンク", "Link";
    LinkMessage: "メッセージ", "message";
    LinkIssue: "Issue", "issue";
    LinkComment: "コメント", "comment";
    LinkChannel: "チャンネル", "channel";
    EventDeclared: "{who} がインシデントを宣言した", "{who} declared the incident";
    EventChannel: "#{channel} が作られた", "#{channel} was made";
    EventChannelRenamed: "チャンネルの名前が #{channel} に変わった", "The channel was renamed to #{channel}";
    EventDetected: "検知", "Detected";
    EventResponded: "初動", "First response";
    EventRecovered: "復旧", "Recovered";
    EventBy: "{what}（{who}）", "{what} ({who})";
    EventHandler: "{who} がハンドラーになった", "{who} became the handler";
    EventNoHandler: "ハンドラーがいなくなった", "There was no handler any more";
    EventLevel: "事象レベルが {level} になった（{who}）", "The level became {level} ({who})";
    EventNoLevel: "事象レベルが取り下げられた（{who}）", "The level was taken back ({who})";
    MayNot: "sssbot は {repo} に書き込めません。GitHub App の設定の「Permissions & events」で「{permission}: Read and write」を与え、インストール先の組織で承認してから、もう一度押してください。与えてあるのなら、ブランチの保護が App を妨げていないか確かめてください", "sssbot may not write to {repo}. Give the GitHub App “{permission}: Read and write” under “Permissions & events” in its settings, have the organisation accept it, and press again. If it has that, a branch protection may keep it out";
    EventNote: "{who}: {text}", "{who}: {text}";
    EventCalled: "{who} が {names} を呼んだ", "{who} called {names} in";
    EventAnnounced: "{who} が周知した: {text}", "{who} announced: {text}";
    EventTold: "{channels} に通知した", "{channels} was told";
    EventTicked: "「{item}」を済ませた（{who}）", "“{item}” was done ({who})";
    EventResolved: "解決（{who}）", "Resolved ({who})";
    EventReopened: "再開（{who}）", "Reopened ({who})";
    EventSaid: "{who} の発言", "{who} said this";
    MoreEvents: "ほかに {count} 件。すべては Issue にあります", "{count} more; the issue has all of them";


    // The pull request, and what is said there.
    PullTitle: "#{channel} {name}", "#{channel} {name}";
    PullBody: "{issue} の{name}です。記録にあることは下書きに入っています。誰かが書きかえるまで、sssbot は記録に合わせて下書きを直します。\n\n残りはチェックが行ごとに知らせます。マージすると、再発防止の作業に Issue ができます。", "The {name} of {issue}. What the record knows is in the draft; sssbot keeps that current until somebody changes it.\n\nThe check says at each line what is left. When this is merged, the action items become issues.";
    CommitDraft: "#{channel} の{name}の下書き", "Draft the {name} of #{channel}";
    CommitUpdate: "記録に合わせて下書きを直す", "Bring the draft up to date with the record";
    Suggest: "記録では {recorded} です。", "The record says {recorded}.";
    ThereAlready: "`{path}` はもうあります", "`{path}` is there already";
    ActionTitle: "{title} (#{channel})", "{title} (#{channel})";
    ActionBody: "{pull} の再発防止の作業です。インシデント: {issue}", "An action item of {pull}. The incident: {issue}";
    ActionDue: "期限: {due}", "Due: {due}";
    ActionKind: "種類: {kind}", "Kind: {kind}";
    ActionHow: "終わったら閉じてください。行わないのなら not planned として閉じてください。", "Close this when it is done; close it as not planned if it will not be done.";

    // What is wrong with a template.
    TemplateUnknown: "`{said}` は埋められません。使えるもの: {known}", "nothing fills `{said}`; known are {known}";
    TemplateMeant: "`{said}` は埋められません。`{meant}` ではありませんか", "nothing fills `{said}`; did you mean `{meant}`?";
    TemplateUnclosed: "波かっこが閉じていません。波かっこそのものは `{{` と書きます", "the brace is not closed; a brace itself is written `{{`";
    TemplateReserved: "`{key}` は sssbot が書く項目です。この行を消してください", "`{key}` is written by sssbot; take this line out";
    TemplateFront: "冒頭の `---` が閉じていません", "the `---` on top is not closed";
    TemplateMissing: "ひな形 `{path}` がありません", "there is no template `{path}`";

    // What is wrong with a document.
    Fine: "書くべきことはそろっています", "Everything is there";
    ToDo: "直すところが {count} か所あります", "{count} to be seen to";
    Remarks: "確かめるところが {count} か所あります", "{count} to look at";
    SectionMissing: "「{section}」の節がありません", "the section “{section}” is missing";
    SectionEmpty: "「{section}」がまだ書かれていません", "“{section}” is not written yet";
    TimeDiffers: "{what}が記録と違います。記録では {recorded} です", "{what}: the record says {recorded}";
    TimeUnread: "「{said}」は時刻として読めません。2021-09-30 15:12:41 +0900 のように書いてください", "“{said}” is not read as a time; write it like 2021-09-30 15:12:41 +0900";
    TimeNotRecorded: "{what}は記録にありません。記録するには Issue に `/{command} {said}` とコメントしてください", "{what} is not on record; to put it there, comment `/{command} {said}` on the issue";
    OutOfOrder: "時刻の順になっていません。上の行は {above} です", "this is not in order of time; the line above says {above}";
    NoActions: "再発防止の作業が 1 件もありません。なければ、その理由を書いてください", "there is no action item; where none is needed, say why";
    NoOwner: "「{title}」に担当がいません", "“{title}” has no owner";
    UnknownOwner: "「{title}」の担当 `{said}` は GitHub のアカウントとして読めません。@login のように書いてください", "“{title}”: `{said}` is not read as somebody on GitHub; write @login";
    NoDue: "「{title}」に期限がありません", "“{title}” has no due date";
    DueUnread: "「{title}」の期限 `{said}` は日付として読めません。2021-10-31 のように書いてください", "“{title}”: `{said}` is not read as a date; write it like 2021-10-31";
    NoLink: "「{title}」に Issue か PR がありません。マージすると sssbot が Issue を作ります", "“{title}” has no issue or pull request; sssbot opens an issue when this is merged";
    NoTitle: "作業の中身が書かれていません", "what is to be done is missing";
    TooLong: "長すぎて読めません", "it is too long to be read";
}

/// The sentence with its placeholders filled.
pub fn fill(saying: Writing, lang: Lang, with: &[(&str, &str)]) -> String {
    filled(saying.say(lang), with)
}
