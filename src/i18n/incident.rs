//! What the bot says in incidents and about them, each sentence in both languages side by side.

use super::Lang;

sayings! {
    /// A sentence, or a part of one. Placeholders in braces are filled by the caller.
    enum Saying;

    // Between the items of a list.
    Between: "、", ", ";

    // A: the start.
    Greeting: "hi {who}、なんでしょうか", "hi {who}, what is it?";
    HelpAt: "ヘルプの詳細は {link} に記載しています", "There is more help at {link}";
    ActMakeChannel: "チャンネルを作る!", "Make the channel!";
    FillingForm: "{who} がフォームを入力中です", "{who} is filling in the form";
    ClosedForm: "{who} がフォームを閉じました", "{who} closed the form";
    Preparing: "{who} インシデントレスポンスの準備をしています。お待ちください", "{who} The incident response is being prepared. One moment, please";
    SameServiceOpen: "{service} のインシデント {channel} が進行中です", "There is an open incident of {service}: {channel}";
    Pressed: "{who} さんが {act} を押しました", "{who} pressed {act}";

    // B and C: the channel and the declaration.
    Created: "{channel} が作成されました", "{channel} was created";
    PleaseJoin: "インシデント対応チャンネルを作りました。{channel} にjoinをお願いします", "There is a channel to respond in. Please join {channel}";
    Notified: "{channel} に通知しました", "{channel} was told";
    NotNotified: "{channel} に通知できませんでした。チャンネルがあるか、sssbot が招待されているかを確かめてください", "{channel} could not be told. Does it exist, and was sssbot invited there?";
    CardTitle: "インシデント {channel}", "Incident {channel}";
    Panel: "{channel} のコマンド", "Commands for {channel}";
    Provisional: "まだ Issue がないため仮の状態です。GitHub につながり次第作成します", "There is no issue yet, so this is provisional. It is opened as soon as GitHub answers";
    Waiting: "GitHub への記録待ちが {count} 件あります。消えることはありません", "Waiting to be recorded on GitHub: {count}. Nothing is lost";
    OnRecord: "記録待ちだったものは、すべて GitHub に記録されました", "What waited is on record on GitHub";
    TopicLevel: "事象レベル {level} {icon}", "level {level} {icon}";
    TopicHandler: "ハンドラー {handler}", "handler {handler}";
    ThisIsADrill: "訓練", "DRILL";
    YesADrill: "これは訓練です", "This is a drill";
    NotDecided: "未定", "not decided";
    Everybody: "みなさん、", "Everybody, ";

    // What the fields of a card are called.
    FieldChannel: "チャンネル", "Channel";
    FieldService: "サービス", "Service";
    FieldSummary: "サマリ", "Summary";
    FieldKind: "種別", "Type";
    FieldFeeling: "温度感", "Gut feeling";
    FieldDrill: "訓練", "Drill";
    FieldState: "状態", "State";
    FieldLevel: "事象レベル", "Level";
    FieldHandler: "ハンドラー", "Handler";
    FieldDetected: "検知", "Detected";
    FieldResponded: "初動", "First response";
    FieldRecovered: "復旧", "Recovered";
    FieldPostmortem: "ふりかえり", "Postmortem";
    FieldActions: "再発防止", "Action items";
    PhaseDeclared: "発生", "Declared";
    PhaseResponding: "対応中", "Responding";
    PhaseRecovered: "復旧", "Recovered";
    PhaseResolved: "解決", "Resolved";
    PhaseArchived: "アーカイブ済み", "Archived";
    Overview: "インシデントの概要", "The incident";
    Times: "時刻", "Times";
    Checklist: "チェックリスト", "Checklist";
    TheIssue: "Issue", "Issue";
    TheManual: "マニュアル", "Manual";
    TheLevelsManual: "このレベルの対応手順", "Procedure of this level";
    TheMeeting: "ビデオ会議", "Video meeting";

    // E: the first minutes.
    AskSituation: "{who} チャンネルを作ってくれてありがとうございます。いまいまだどんな状況でしょうか?", "{who} Thank you for making the channel. How do things stand right now?";
    AskHandler: "インシデントハンドラーはどなたですか?", "Who is the incident handler?";
    HandlerIs: "{who} さんがハンドラーですね", "{who} is the handler";
    NoHandler: "ハンドラーがいなくなりました。どなたが引き継ぎますか?", "There is no handler any more. Who takes over?";
    AskDetection: "Slack でインシデントを検知した際のメッセージは分かりますか?", "Do you know the message in Slack in which the incident was noticed?";
    DetectionByMonitor: "監視システムがアラートを通知した際のメッセージ", "The message in which the monitoring raised the alert";
    DetectionByPerson: "誰かがインシデントに気が付いた時のメッセージ", "The message in which somebody noticed it";
    TellUs: "教えてください。コマンドの例:", "Please tell us, for example:";
    ChatOrVideo: "コミュニケーション方法を選択・確立しましょう", "Decide how you will talk to each other";
    ByChat: "このまま Slack のチャットで進行しますか?", "On with this chat?";
    ByVideo: "ビデオ会議で進行しますか?", "Or a video meeting?";
    KeepALog: "後から見た方が理解できるようにログを残しましょう", "Keep a log, so that those who come later understand";

    // F: the timekeeper.
    ElapsedSinceDetection: "インシデントの検知から {minutes}分 経過しています", "{minutes} minutes since the incident was detected";
    ElapsedSinceDeclaration: "インシデントの宣言から {minutes}分 経過しています", "{minutes} minutes since the incident was declared";

    // G: the level, and what else is set.
    LevelIs: "{channel} の事象レベルが {level} に宣言されました", "The level of {channel} was declared to be {level}";
    NoLevel: "{channel} の事象レベルが取り消されました", "The level of {channel} was taken back";
    AssignSomebody: "もし、まだでしたら担当者をアサインしましょう!", "If something is not done yet, assign somebody!";
    FeelingIs: "{who} さんが温度感を {feeling} にしました", "{who} set the gut feeling to {feeling}";
    SummaryIs: "{who} さんがサマリを更新しました", "{who} changed the summary";
    Reclassified: "{who} さんがインシデントの分類を変更しました", "{who} changed what kind of incident this is";
    MomentIs: "{what}: {time} ({who} さんが記録)", "{what}: {time} (recorded by {who})";
    Corrected: "{who} さんが{what}を {from} から {to} に訂正しました", "{who} corrected “{what}” from {from} to {to}";
    Withdrawn: "{what}が取り消されました", "“{what}” was taken back";
    Noted: "{who} さんのメモ", "A note by {who}";
    Called: "{who} さんが {names} を呼びました", "{who} called in {names}";
    Joined: "{who} さんが加わりました", "{who} joined";
    PlaybookIs: "プレイブック {commit} に従います", "This goes by the playbook {commit}";

    // H and K: the end.
    Recovered: "{who} さんが {channel} の復旧を宣言しました", "{who} declared {channel} recovered";
    RecoveredThere: "{channel} のインシデントは復旧しました", "The incident of {channel} has recovered";
    LowerPriority: "対応の優先度を下げましょう。残りの作業は落ち着いて進められます", "The urgency is gone. What is left can be done calmly";
    Resolved: "{channel} のインシデントは解決しました", "The incident of {channel} is resolved";
    Thanks: "最後までありがとうございました。お疲れ様でした!", "Thank you for staying to the end!";
    NotRecoveredThere: "{channel} の復旧が取り消されました。対応が続いています", "The recovery of {channel} was taken back: the incident goes on";
    Reopened: "{channel} のインシデントが再開されました", "The incident of {channel} is open again";
    Announced: "{channel} からのお知らせ", "News from {channel}";
    Silent: "最後のメッセージから一ヶ月以上経過したのでリマインドです", "More than a month has passed since the last message";
    NoDraft: "{who} さん、{name}の下書きを作れませんでした。次のことを解消して、もう一度お試しください", "{who}, the {name} could not be drafted. See to this and try again";
    ActionsAre: "再発防止の作業が {count} 件あります", "To be done, so that it does not happen again: {count}";
    Overdue: "期限を過ぎた作業が {count} 件あります", "Overdue: {count}";
    OverdueYours: "あなたが担当する作業のうち {count} 件が期限を過ぎています", "Overdue, and yours to do: {count}";
    OverdueMore: "ほか {count} 件", "and {count} more";
    OverdueAsk: "終わっていれば Issue を閉じ、行わないのなら not planned として閉じてください", "Close the issue of what is done; close as not planned what will not be done";
    DoneWith: "{name}と再発防止の作業がすべて終わりました。{channel} をアーカイブできます", "The {name} is merged and nothing is left to do. {channel} can be archived";
    PostmortemOpen: "レビュー中", "in review";
    PostmortemMerged: "マージ済み", "merged";
    PostmortemClosed: "取り下げ", "given up";
    DueOn: "期限 {due}", "due {due}";
    Waived: "（行わない）", "(waived)";
    SilentAsk: "残作業はありますか? それとも /archive しますか?", "Is there work left? Or shall we /archive?";

    // What can be pressed.
    ActTakeHandler: "ハンドラーはわたしです", "I am the handler";
    ActSetLevel: "🔥 事象レベルをセットする", "🔥 Set the level";
    ActDetected: "検知を記録する", "Record the detection";
    ActResponded: "初動を記録する", "Record the first response";
    ActRecovered: "復旧を宣言する", "Declare it recovered";
    ActNote: "メモを残す", "Write a note";
    ActPostmortem: "📝 {name}を書く", "📝 Write the {name}";
    ActResolve: "解決を宣言する", "Declare it resolved";
    ActArchive: "アーカイブする", "Archive";
    ActWorkLeft: "残作業があります", "There is work left";
    ActHandOver: "ハンドラーを引き継ぐ", "Hand over the lead";
    ActCall: "人を呼ぶ", "Call people in";
    ActSummarise: "サマリを更新する", "Change the summary";

    // What is filled in.
    Commands: "コマンド", "Commands";
    DeclareTitle: "インシデントを宣言する", "Declare an incident";
    Underway: "進行中のインシデントがあります。同じ件なら、作らずにそのチャンネルへ参加してください", "These incidents are open. If yours is one of them, make no other: join its channel";
    UnderwayMore: "ほかにも {count} 件が進行中です", "{count} more are open";
    NoneOfService: "{service} に進行中のインシデントはありません", "No incident of {service} is open";
    ChooseOne: "選んでください", "Choose one";
    SummaryExample: "決済画面でエラーになる", "Payments end in an error";
    SummaryHint: "分かっていることだけで構いません。あとから直せます", "Whatever you know. It can be changed later";
    FeelingHint: "直感で選んでください。正確でなくて構いません", "Go by your gut. It need not be right";
    DrillOrReal: "本番か訓練か", "For real, or a drill";
    ForReal: "本番", "For real";
    Record: "記録する", "Record";
    Declare: "宣言する", "Declare";
    Cancel: "やめる", "Cancel";
    TakeBack: "取り消す", "Take it back";
    FieldIncident: "インシデント", "Incident";
    FieldWhen: "日時", "When";
    WhenHint: "変えなければ、送信した時刻を記録します", "Leave it, and the moment you send this is recorded";
    WhenMessageHint: "変えなければ、メッセージの時刻 ({time}) を記録します", "Leave it, and the message's time ({time}) is recorded";
    WhenKnownHint: "いまの記録は {time} です", "On record: {time}";
    FieldWords: "または、時刻やメッセージのリンク", "Or a time, or a message's link";
    WordsHint: "書けば日時より優先します。例: 10:32、5分前、メッセージのリンク", "Counts more than the above: 10:32, 5 minutes ago, or a message's link";
    FieldNote: "メモ", "Note";
    FieldReason: "このまま進める理由", "Why go on all the same";
    NoticedThen: "このメッセージの時刻 ({time}) を検知として記録します", "The message's time ({time}) is recorded as the detection";
    ReasonMissing: "残したまま進めるなら、理由を書いてください", "To go on all the same, say why";
    FieldRemark: "ひとこと", "Anything to add";
    ReasonHint: "記録に残ります", "It goes on record";
    StillOpen: "まだ残っています: {open}", "Still open: {open}";
    NothingOpen: "残っている作業はありません", "Nothing is left to do";
    ArchiveMeans: "チャンネルを閉じます。Issue も閉じ、あとから「再開」できます", "This closes the channel and the issue. “reopen” brings them back";
    FieldPeople: "呼ぶ人", "Whom to call";
    HelpTitle: "コマンドの一覧です。ボタンとメニューでも同じことができます", "What can be typed. Buttons and menus do the same";
    HelpAnywhere: "どこでも", "Anywhere";
    HelpInside: "インシデントのチャンネルで", "In an incident's channel";
    PressAgain: "フォームを開けませんでした。もう一度お試しください", "The form could not be opened. Please try again";
    NotKnownYet: "sssbot は立ち上がったばかりで、このチャンネルのインシデントを読み込んでいます。いまの操作は、読み込みが終わりしだい行います", "sssbot has just started and is still reading up on the incident of this channel. What you did is taken up as soon as that is done";
    NotKept: "ただいま受け付けられません。少し待って、もう一度送信してください", "This cannot be taken in right now. Wait a moment and send it again";
    HomeNone: "進行中のインシデントはありません", "No incident is open";
    HomeOpen: "進行中のインシデント", "Open incidents";
    HomeHandler: "あなたがハンドラーです", "You are the handler";
    HomeCreator: "あなたが宣言しました", "You declared it";
    HomeCalled: "あなたが呼ばれています", "You were called in";
    HomeBegin: "何か起きていますか?", "Is something going on?";

    // What stands on the issue.
    Automatic: "sssbot が自動でコメントしています", "sssbot writes this";
    RecordDeclared: "{who} さんがインシデントを宣言しました", "{who} declared an incident";
    RecordChannel: "チャンネル作成の記録", "The channel was made";
    RecordDetected: "検知の記録", "Detection";
    RecordResponded: "初動の記録", "First response";
    RecordRecovered: "復旧の記録", "Recovery";
    RecordBy: "{who} さんの記録", "recorded by {who}";
    RecordMessage: "メッセージ", "message";
    RecordWithdrawn: "{who} さんが「{what}」を取り消しました", "{who} took back “{what}”";
    RecordHandler: "{handler} さんがハンドラーになりました", "{handler} is the handler";
    RecordNoHandler: "ハンドラーがいなくなりました", "There is no handler any more";
    RecordLevel: "{who} さんが事象レベルを {level} に宣言しました", "{who} declared the level to be {level}";
    RecordNoLevel: "{who} さんが事象レベルを取り消しました", "{who} took the level back";
    RecordFeeling: "{who} さんが温度感を {feeling} にしました", "{who} set the gut feeling to {feeling}";
    RecordSummary: "{who} さんがサマリを更新しました", "{who} changed the summary";
    RecordTicked: "{who} さんが「{item}」を確認しました", "{who} ticked “{item}”";
    RecordUnticked: "{who} さんが「{item}」の確認を取り消しました", "{who} unticked “{item}”";
    RecordNote: "{who} さんのメモ", "A note by {who}";
    RecordMarked: "{who} さんが {author} さんの発言に印を付けました", "{who} marked what {author} said";
    RecordUnmarked: "{who} さんがメッセージの印を外しました", "{who} took the mark off a message";
    RecordCalled: "{who} さんが {names} を呼びました", "{who} called in {names}";
    RecordLent: "解決するまで {team} に加わる人: {names}", "In {team} until this is resolved: {names}";
    RecordReturned: "{team} から外れた人: {names}", "No longer in {team}: {names}";
    RecordJoined: "{who} さんが加わりました", "{who} joined";
    RecordAnnounced: "{who} さんが関係チャンネルにお知らせしました", "{who} told the channels concerned";
    RecordTick: "タイムキーパーの最後の通知: {time}", "The timekeeper spoke last at {time}";
    RecordAskedHandler: "ハンドラーを確認しました: {time}", "The handler was asked for at {time}";
    RecordSilence: "一ヶ月の沈黙をリマインドしました: {time}", "A month of silence was pointed out at {time}";
    RecordPostmortemAsked: "{who} さんがポストモーテムの下書きを頼みました", "{who} asked for the postmortem to be drafted";
    RecordPostmortemRefused: "ポストモーテムの下書きを作れませんでした", "The postmortem could not be drafted";
    RecordPostmortemOpen: "ポストモーテム: {pull}（レビュー中）", "Postmortem: {pull} (in review)";
    RecordPostmortemMerged: "ポストモーテム: {pull}（マージ済み）", "Postmortem: {pull} (merged)";
    RecordPostmortemClosed: "ポストモーテム: {pull}（取り下げ）", "Postmortem: {pull} (given up)";
    RecordActions: "再発防止の作業", "Action items";
    RecordResolved: "{who} さんが解決を宣言しました", "{who} declared it resolved";
    RecordReopened: "{who} さんが再開しました", "{who} opened it again";
    RecordArchived: "{who} さんがチャンネルをアーカイブしました", "{who} archived the channel";
    RecordUnarchived: "{who} さんがチャンネルのアーカイブを解除しました", "{who} unarchived the channel";
    RecordPlaybook: "プレイブックのコミット: {commit}", "The playbook's commit: {commit}";

    // What is open.
    OpenNotRecovered: "復旧が宣言されていません", "it was not declared recovered";
    OpenNotResolved: "解決が宣言されていません", "it was not declared resolved";
    OpenNoPostmortem: "ポストモーテムがまだありません", "there is no postmortem yet";
    OpenPostmortem: "ポストモーテムがマージされていません", "the postmortem is not merged";
    OpenActions: "再発防止の作業が {count} 件残っています", "{count} of the action items";
    OpenItems: "チェックリストが {count} 件残っています", "{count} of the checklist's items";

    // Commands, written out.
    ExampleDeclare: "@sssbot と書くだけで始められます", "just write @sssbot to begin";
    ExampleHandler: "@sssbot ハンドラーはわたしです", "@sssbot I am the handler";
    ExampleLevel: "@sssbot 事象レベル 3", "@sssbot level 3";
    ExampleFeeling: "@sssbot 温度感 RED", "@sssbot feeling RED";
    ExampleDetected: "@sssbot インシデントの検知 https://example.slack.com/archives/C012AB3CD/p1634721688039800", "@sssbot detected https://example.slack.com/archives/C012AB3CD/p1634721688039800";
    ExampleResponded: "@sssbot 初動 10:32", "@sssbot responded 10:32";
    ExampleRecovered: "@sssbot 復旧 10:32", "@sssbot recovered 10:32";
    ExampleCheck: "@sssbot 済 2", "@sssbot done 2";
    ExampleNote: "@sssbot メモ 10:40 にロールバックを開始", "@sssbot note rollback started at 10:40";
    ExampleSummary: "@sssbot サマリ 決済が失敗している", "@sssbot summary payments fail";
    ExampleCall: "@sssbot 招待 @hanako", "@sssbot invite @hanako";
    ExampleAnnounce: "@sssbot 周知 30分後に続報を出します", "@sssbot announce more in 30 minutes";
    ExamplePostmortem: "@sssbot ポストモーテム", "@sssbot postmortem";
    ExampleResolve: "@sssbot 解決", "@sssbot resolve";
    ExampleReopen: "@sssbot 再開", "@sssbot reopen";
    ExampleArchive: "@sssbot アーカイブ", "@sssbot archive";
    HelpInComments: "この Issue のコメントに、行の先頭から書いてください", "Write these in a comment here, each at the beginning of a line";

    // What a person is told whose command cannot be followed.
    NoIncidentHere: "ここにはインシデントがありません。インシデントのチャンネルか Issue で実行してください", "There is no incident here. Say this in an incident's channel or on its issue";
    DidYouMean: "「{said}」は分かりません。「{meant}」のことですか?", "“{said}” is not known. Did you mean “{meant}”?";
    UnknownCommand: "「{said}」というコマンドはありません。「ヘルプ」で一覧を確認できます", "There is no command “{said}”. “help” lists them";
    Incomplete: "何をするのかが足りません。例: {example}", "Something is missing. For example: {example}";
    GuestsMayNot: "ゲストの方は、招待されたインシデントでだけ「{verb}」を使えます。メンバーに頼んでください", "Guests may use “{verb}” only in incidents that they were invited to. Ask a member to do it";
    PermissionTooSmall: "「{verb}」には、このリポジトリの {least} 以上の権限が必要です。管理者に依頼するか、Slack から実行してください", "“{verb}” needs at least the {least} role in this repository. Ask for it, or do it from Slack";
    OnlySomeMay: "プレイブックにより「{verb}」を使える人が限られています。ハンドラーに頼んでください", "The playbook lets only some people use “{verb}”. Ask the handler";
    ServiceMeant: "サービス「{said}」はありません。「{meant}」のことですか?", "There is no service “{said}”. Did you mean “{meant}”?";
    ServiceUnknown: "サービス「{said}」はありません。次から選んでください: {known}", "There is no service “{said}”. These are the services: {known}";
    KindUnknown: "種別「{said}」はありません。次から選んでください: {known}", "There is no type “{said}”. These are the types: {known}";
    LevelUnknown: "事象レベル「{said}」はありません。次から選んでください: {known}", "There is no level “{said}”. These are the levels: {known}";
    FeelingUnknown: "温度感「{said}」はありません。次から選んでください: {known}", "There is no gut feeling “{said}”. These there are: {known}";
    ItemUnknown: "チェックリストに「{said}」はありません。1 から {count} の番号で指定してください", "The checklist has no “{said}”. Say a number from 1 to {count}";
    PersonUnknown: "「{said}」が誰か分かりません。@ で指定してください", "It is not known who “{said}” is. Name them with @";
    NotATime: "「{said}」は時刻として読めません。10:32、5分前、2021-09-30 15:12、メッセージのリンクのように書いてください", "“{said}” is not read as a time. Write 10:32, 5 minutes ago, 2021-09-30 15:12, or a message's link";
    TimeInFuture: "{time} はまだ来ていません。過ぎた時刻を指定してください", "{time} has not come yet. Say a time that has passed";
    TimeLongBefore: "{time} はインシデントの宣言 ({declared}) の何日も前です。日付を確認してください", "{time} is days before the incident was declared ({declared}). Check the date";
    RecoveredBeforeDetected: "復旧 ({recovered}) が検知 ({detected}) より前になります。先に誤っている方を訂正してください", "It would recover ({recovered}) before it was detected ({detected}). Correct the one that is wrong first";
    NothingToWithdraw: "取り消す記録がありません", "There is nothing to take back";
    StillOpenToResolve: "まだ残っています: {open}。先に片付けるか、理由を添えて「解決 <理由>」としてください", "Still open: {open}. See to it first, or give a reason: “resolve <reason>”";
    StillOpenToArchive: "まだ残っています: {open}。先に片付けるか、理由を添えて「アーカイブ <理由>」としてください", "Still open: {open}. See to it first, or give a reason: “archive <reason>”";
    PostmortemThere: "下書きはもうあります: {url}", "It is drafted already: {url}";
    ItIsOver: "このインシデントのチャンネルはアーカイブされています。続きがあれば「再開」としてください", "The channel of this incident is archived. If there is more, say “reopen”";
    ItIsNotOver: "このインシデントはまだ進行中です", "This incident is still open";
    NoText: "内容が空です。何か書いてください", "There is no text. Please write something";
    TooLong: "長すぎます。{most} 文字以内にしてください", "That is too long. Keep it within {most} characters";
    SectionEmpty: "「{label}」が書かれていません。Issue を編集して記入してください", "“{label}” is empty. Edit the issue and fill it in";
}

/// The sentence with its placeholders filled. What is filled in is never taken for a placeholder;
/// one that nothing was given for stays as it is.
pub fn fill(saying: Saying, lang: Lang, with: &[(&str, &str)]) -> String {
    super::filled(saying.say(lang), with)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn both_languages_fill_the_same_placeholders() {
        let holes = |text: &'static str| -> BTreeSet<&str> {
            let parts = text.split('{').skip(1);
            parts
                .filter_map(|part| Some(part.split_once('}')?.0))
                .collect()
        };
        for saying in Saying::ALL {
            let (ja, en) = (saying.say(Lang::Ja), saying.say(Lang::En));
            assert_eq!(holes(ja), holes(en), "{saying:?}");
            assert!(!ja.is_empty() && !en.is_empty(), "{saying:?}");
        }
    }

    #[test]
    fn what_is_filled_in_is_no_placeholder() {
        let said = fill(
            Saying::DidYouMean,
            Lang::En,
            &[("said", "{meant}"), ("meant", "x")],
        );
        assert_eq!(said, "“{meant}” is not known. Did you mean “x”?");
    }
}
