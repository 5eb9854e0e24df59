//! What is said while sssbot is set up: what is missing, what is done about it, and what each right
//! is for.

use super::{Lang, filled};

sayings! {
    /// A sentence about setting sssbot up, or a part of one.
    enum Setup;

    // The plan for a postmortem repository.
    PlanTitle: "{repo} で行うこと", "What there is to do in {repo}";
    PlanNothing: "{repo} はそろっています。することはありません", "{repo} has all that it needs; there is nothing to do";
    PlanOnly: "まだ何もしていません。実行するには --plan を外してください", "Nothing was done. Leave --plan away to do it";
    LabelMake: "ラベル「{name}」を作る（#{colour}、{description}）", "make the label “{name}” (#{colour}, {description})";
    LabelMend: "ラベル「{name}」を直す: {what}", "mend the label “{name}”: {what}";
    MendColour: "色 #{from} → #{to}", "colour #{from} → #{to}";
    MendDescription: "説明「{from}」→「{to}」", "description “{from}” → “{to}”";
    FilesPropose: "足りないファイル {count} 件をプルリクエストで提案する: {files}", "propose {count} missing files in a pull request: {files}";
    LeaveTwin: "ラベル「{name}」は「{wanted}」と同じ意味です。付け替えてから手で消してください", "the label “{name}” means the same as “{wanted}”; relabel and delete it by hand";
    LeaveLabels: "ほかのラベル {count} 件", "{count} other labels";
    LeaveFiles: "すでにあるファイル {count} 件", "{count} files that are there";
    LeavePull: "プルリクエスト {url} がマージを待っています", "the pull request {url} waits to be merged";
    LeaveTitle: "そのままにするもの", "What stays as it is";
    Proposed: "プルリクエスト: {url}", "the pull request: {url}";
    AllDone: "終わりました", "All of it is done";
    EmptyRepo: "{repo} にはまだコミットがありません。README などを一つ置いてから、もう一度実行してください", "{repo} has no commit yet. Put one file there, a README, and run this again";
    PlaybookWrong: "{repo} の {file} を読めません。先に直してください", "{file} in {repo} cannot be read. Mend it first";
    PullTitle: "sssbot の初期ファイルを置く", "Add the files that sssbot begins with";
    PullBody: "`sssbot init` による提案です。すでにあるファイルには触れていません。\n\n{files}\n\nマージする前に、`.github/sssbot.yaml` のサービスと Issue フォームの選択肢を自分たちのものにしてください。要らないファイルはこのブランチから消して構いません。マージした後にもう一度 `sssbot init` を実行すると、自分たちのサービスのラベルが作られます。", "Proposed by `sssbot init`. No file that is there was touched.\n\n{files}\n\nBefore it is merged, put your services into `.github/sssbot.yaml` and into the choices of the issue form. A file that you do not want may be deleted from this branch. Once it is merged, `sssbot init` makes the labels of your services.";

    // What GitHub is asked for.
    AppFine: "GitHub: App は {repo} で必要な権限とイベントをすべて持っています", "GitHub: the App has all permissions and events that it needs in {repo}";
    AppNotInstalled: "GitHub: App が {repo} にインストールされていません（またはリポジトリがありません）。App のページ {url} の「Install App」でこのリポジトリを選んでください", "GitHub: the App is not installed on {repo}, or there is no such repository. Choose it under “Install App” on the App's page {url}";
    AppSuspended: "GitHub: App のインストールが停止されています。{url} で再開してください", "GitHub: the App's installation is suspended. Take that back at {url}";
    PermissionMissing: "GitHub: 権限「{name}: {level}」がありません（{why}）。App の設定の「Permissions & events」で追加してください", "GitHub: the permission “{name}: {level}” is missing ({why}). Add it under “Permissions & events” in the App's settings";
    PermissionWaits: "GitHub: 権限「{name}: {level}」がまだ承認されていません（{why}）。{url} で承認してください", "GitHub: the permission “{name}: {level}” was not accepted yet ({why}). Accept it at {url}";
    EventMissing: "GitHub: イベント「{name}」を受け取っていません。App の設定の「Permissions & events」の「Subscribe to events」で選んでください", "GitHub: the event “{name}” is not sent. Choose it under “Subscribe to events” on the page “Permissions & events” of the App's settings";
    Forbidden: "GitHub に断られました: {what}。権限「{name}: {level}」があるか、ブランチの保護が App を妨げていないか確かめてください（sssbot preflight）", "GitHub refuses: {what}. Does the App have the permission “{name}: {level}”, or does a branch protection keep it out? `sssbot preflight` says more";
    WhyChecks: "プルリクエストの決めごとを確かめる", "to check the rules in pull requests";
    WhyContents: "決めごとを読み、ポストモーテムを書く", "to read the rules and to write postmortems";
    WhyIssues: "インシデントを記録する", "to record incidents";
    WhyPulls: "ポストモーテムのプルリクエストを開く", "to open the pull requests of postmortems";
    WhyMembers: "だれが何をしてよいか知り、userteams.yaml の GitHub のチームをそろえる", "to know who may do what, and to keep the GitHub teams of userteams.yaml";
    WhyWhoMay: "だれが何をしてよいか知る", "to know who may do what";
    WhyMetadata: "リポジトリを見る", "to see repositories";

    // What Slack is asked for.
    TokenFine: "Slack: トークンは必要なスコープをすべて持っています（{url}）", "Slack: the token has all scopes that it needs ({url})";
    TokenRefused: "Slack: トークンを使えません（{why}）。SLACK_BOT_TOKEN は Slack アプリの「OAuth & Permissions」の「Bot User OAuth Token」です", "Slack: the token is not accepted ({why}). SLACK_BOT_TOKEN is the “Bot User OAuth Token” on the page “OAuth & Permissions” of the Slack app";
    TokenIsNoBot: "Slack: これはボットのトークンではありません。「Bot User OAuth Token」を使ってください", "Slack: this is not the token of a bot. Use the “Bot User OAuth Token”";
    TokenNotSet: "Slack: SLACK_BOT_TOKEN がないので確かめていません", "Slack: not looked at, since SLACK_BOT_TOKEN is not set";
    ScopesUnsaid: "Slack: スコープが分かりませんでした。「OAuth & Permissions」の「Bot Token Scopes」を目で確かめてください", "Slack: it does not say which scopes the token has. Look at “Bot Token Scopes” on the page “OAuth & Permissions” yourself";
    ScopeMissing: "Slack: スコープ「{name}」がありません（{why}）。「OAuth & Permissions」の「Bot Token Scopes」に追加し、「Reinstall to Workspace」してください", "Slack: the scope “{name}” is missing ({why}). Add it under “Bot Token Scopes” on the page “OAuth & Permissions”, then “Reinstall to Workspace”";
    EventsByEye: "Slack: イベントとショートカットは API では分かりません。`sssbot manifest slack` の内容と「App Manifest」を見比べてください", "Slack: events and shortcuts cannot be asked for. Compare “App Manifest” with what `sssbot manifest slack` prints";
    WhyFindChannels: "チャンネルを見つける", "to find channels";
    WhyHistory: "すでに言ったことを確かめ、会話を記録に残す", "to know what was said, and to put words on the record";
    WhyJoin: "公開チャンネルに入る", "to enter public channels";
    WhyManage: "インシデントのチャンネルを作り、人を招き、閉じる", "to make an incident's channel, to invite people, to close it";
    WhySay: "話す", "to speak";
    WhyPersona: "タイムキーパーくんとして話す", "to speak as the timekeeper";
    WhyRemind: "期限を過ぎた作業を、担当する人に知らせる", "to remind people of what of theirs is overdue";
    WhyPins: "状況のカードをピン留めする", "to pin the card that shows how things stand";
    WhySeePins: "ピン留めされたメッセージを記録に残す", "to keep on record what people pin";
    WhyBookmarks: "Issue とマニュアルをブックマークする", "to bookmark the issue and the manual";
    WhyPeople: "だれが話しているか知る", "to know who speaks";
    WhyTeams: "チームを招く", "to invite teams";
    WhyGroups: "userteams.yaml のとおりにユーザーグループを変える", "to change user groups as userteams.yaml says";
    WhyCommand: "/incident とショートカット", "for /incident and the shortcuts";
    WhyMention: "@sssbot と呼ばれたことを知る", "to hear when @sssbot is called";
    WhyReaction: "リアクションで記録に残す", "to put messages on the record by a reaction";

    // Who may change Slack's user groups.
    GroupsFine: "Slack: ユーザーグループを読み書きできます（{whose}のトークンで変更します）", "Slack: user groups can be read and changed (with {whose} token)";
    TheBots: "ボット", "the bot's";
    TheAdmins: "管理者", "the admin's";
    GroupsNotInPlan: "Slack: このワークスペースのプランにはユーザーグループがありません。有料プランにするまで userteams.yaml は Slack に反映されません", "Slack: the workspace's plan has no user groups. Until it is on a paid plan, userteams.yaml is not applied";
    GroupsByAdmins: "Slack: ユーザーグループを変更できるのは管理者だけです。Slack の「設定と権限」→「権限」→「ユーザーグループ」（Settings & permissions → Permissions → User Groups）で「全員」に変えるか、管理者がアプリを入れた「User OAuth Token」（xoxp-…）を SLACK_USERGROUPS_TOKEN に入れてください", "Slack: only admins may change user groups. Either choose “Everyone” under Settings & permissions → Permissions → User Groups in Slack, or set SLACK_USERGROUPS_TOKEN to the “User OAuth Token” (xoxp-…) of an admin who has installed the app";
    GroupsAdminIsNone: "Slack: SLACK_USERGROUPS_TOKEN の持ち主もユーザーグループを変更できません。管理者かオーナーのトークンにするか、Slack の「設定と権限」→「権限」→「ユーザーグループ」（Settings & permissions → Permissions → User Groups）を変えてください", "Slack: whoever SLACK_USERGROUPS_TOKEN belongs to may not change user groups either. Use the token of an admin or owner, or change Settings & permissions → Permissions → User Groups in Slack";
    GroupsTokenRefused: "Slack: SLACK_USERGROUPS_TOKEN を使えません（{why}）。管理者がアプリを入れ直したあとの「User OAuth Token」（xoxp-…）です", "Slack: SLACK_USERGROUPS_TOKEN is not accepted ({why}). It is the “User OAuth Token” (xoxp-…) after an admin has installed the app";
    GroupsTokenIsElsewhere: "Slack: SLACK_USERGROUPS_TOKEN は別のワークスペース（{url}）のものです", "Slack: SLACK_USERGROUPS_TOKEN is of another workspace ({url})";
    UserScopeMissing: "Slack: SLACK_USERGROUPS_TOKEN にスコープ「{name}」がありません（{why}）。「OAuth & Permissions」の「User Token Scopes」に追加し、管理者が「Reinstall to Workspace」してください", "Slack: SLACK_USERGROUPS_TOKEN lacks the scope “{name}” ({why}). Add it under “User Token Scopes” on the page “OAuth & Permissions”, then let an admin “Reinstall to Workspace”";
    GroupsUnsaid: "Slack: ユーザーグループを変更できるか分かりませんでした（{why}）。「設定と権限」→「権限」→「ユーザーグループ」を目で確かめてください", "Slack: it does not say who may change user groups ({why}). Look at Settings & permissions → Permissions → User Groups yourself";

    // What stands in Slack's menus.
    AppDescription: "GitHub と Slack でインシデントに対応する", "Incident response on GitHub and Slack";
    ShortcutDetected: "検知の時刻にする", "This is the detection";
    ShortcutDetectedHelp: "このメッセージの時刻をインシデントの検知とします", "The incident was noticed when this was posted";
    ShortcutNote: "記録に残す", "Put on the record";
    ShortcutNoteHelp: "このメッセージをインシデントの記録に残します", "This message goes on the incident's record";
    ShortcutDeclare: "インシデントを宣言する", "Declare an incident";
    ShortcutDeclareHelp: "チャンネルを作り、人を集めます", "Makes a channel and calls people";
    CommandHelp: "インシデントを宣言し、進める", "Declare an incident, and see it through";
    CommandHint: "[level 3 | handler | recovered | …]", "[level 3 | handler | recovered | …]";

    // How a manifest is used.
    SlackNext: "https://api.slack.com/apps の「Create New App」→「From a manifest」に貼り付けます（あるアプリは「App Manifest」）", "Paste it at https://api.slack.com/apps, “Create New App”, “From a manifest”; for an app that is there, under “App Manifest”";
    GitHubNext: "App のマニフェストとして使うか、次のアドレスを開くと登録画面に同じ内容が入ります:", "Use it as the manifest of an App, or open this address, which fills in the same:";

    // An incident that is declared from the command line.
    OpenedAlready: "すでにあります: {url}", "It is there already: {url}";
    OpenNoService: "サービスを一つ選んでください: {known}", "Choose a service: {known}";
}

/// The sentence with its placeholders filled.
pub fn fill(saying: Setup, lang: Lang, with: &[(&str, &str)]) -> String {
    filled(saying.say(lang), with)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_slack_shows_fits_into_its_menus() {
        // docs.slack.dev: 24 characters for a shortcut's name, 150 for what it does, 140 for the app.
        for lang in [Lang::Ja, Lang::En] {
            let short = [
                Setup::ShortcutDetected,
                Setup::ShortcutNote,
                Setup::ShortcutDeclare,
            ];
            for name in short {
                assert!(name.say(lang).chars().count() <= 24, "{name:?}");
            }
            assert!(Setup::AppDescription.say(lang).chars().count() <= 140);
        }
    }
}
