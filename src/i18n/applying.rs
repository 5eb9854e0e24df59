//! What is said while team definitions are reviewed, applied to Slack, and compared with it.

use super::{Lang, filled};

sayings! {
    /// A sentence about what becomes of the team definitions, or a part of one.
    enum Applying;

    // The check of a pull request.
    NothingChanges: "Slack のユーザーグループは変わりません", "No user group of Slack's changes";
    Wrong: "直すところが {count} か所あります", "{count} to be mended";
    WrongWhere: "マージした結果を確かめました。直すまで、sssbot はこの内容を Slack に適用しません。", "This is what the merge would come to. Until it is mended, sssbot does not apply it to Slack.";
    OnMerge: "マージすると、Slack のユーザーグループが次のように変わります。", "When this is merged, Slack's user groups change like this:";
    OnMergeBoth: "マージすると、Slack のユーザーグループと GitHub のチームが次のように変わります。", "When this is merged, Slack's user groups and GitHub's teams change like this:";
    BothDiffer: "このプルリクエストとは別に、Slack か GitHub の側で次の違いがあります。", "Apart from this pull request, Slack or GitHub differs like this:";
    SlackDiffers: "このプルリクエストとは別に、Slack 側で次の違いがあります。", "Apart from this pull request, Slack differs like this:";
    MustConfirm: "マージする前に確認が必要です", "Somebody has to confirm this before it is merged";
    ConfirmWhy: "次の理由で確認が必要です。", "It has to be confirmed, because:";
    ConfirmHow: "このままでよければ、書き込み権限のある人が `/userteams confirm {hash}` とコメントしてください。新しい push があると無効になります。", "If it is meant so, somebody with write access comments `/userteams confirm {hash}`. A new push voids it.";
    ConfirmedBy: "{who} が確認しました。", "{who} has confirmed it.";
    MayNotConfirm: "@{who} さんには書き込み権限がないため、確認できません。", "@{who} has no write access here and cannot confirm it.";
    WrongHash: "確認する内容が変わっています。いまの内容でよければ `/userteams confirm {hash}` とコメントしてください。", "What is to be confirmed has changed. If it is meant as it is now, comment `/userteams confirm {hash}`.";
    CannotPlan: "Slack を読めないため、変更を確かめられません", "Slack cannot be read, so there is no telling what changes";
    CannotPlanWhy: "Slack を読めません: {why}。読めるようになったら、もう一度確かめます。", "Slack cannot be read: {why}. It is looked at again once that is possible.";
    NotInPlan: "このワークスペースのプランにはユーザーグループがありません", "the workspace's plan has no user groups";
    Conflict: "`{file}` がマージ先と衝突しています", "`{file}` is in conflict with what it is merged to";
    FirstTime: "まだ一度も適用していません。ファイルにないグループには触れません。", "Nothing was applied before. Groups that are not in the file are left alone.";

    // The check of the merge commit.
    Working: "Slack に適用しています", "Applying it to Slack";
    WorkingBoth: "Slack と GitHub に適用しています", "Applying it to Slack and GitHub";
    AppliedBoth: "Slack と GitHub に適用しました", "Applied to Slack and GitHub";
    Applied: "Slack に適用しました", "Applied to Slack";
    AppliedNothing: "Slack はすでにこのとおりです。何も変えませんでした", "Slack is like this already; nothing was changed";
    AppliedNothingOnBoth: "Slack も GitHub もすでにこのとおりです。何も変えませんでした", "Slack and GitHub are like this already; nothing was changed";
    Partly: "{failed} 件を適用できませんでした", "{failed} could not be applied";
    Stopped: "適用を止めました", "Not applied";
    StoppedMore: "レビューされたときより多くの人が外れる、または多くのグループが使えなくなるため、適用していません。", "More would be removed than was reviewed, so nothing was applied:";
    LosesPeople: "@{team} から {who} が外れる", "@{team} loses {who}";
    LosesTeam: "@{team} が使えなくなる", "@{team} is disabled";
    LosesOnGitHub: "@{team} の GitHub のチームから {who} が外れる", "the GitHub team of @{team} loses {who}";
    StoppedWrong: "`userteams.yaml` を読めないため、適用していません。最後に適用した内容のままです。", "`userteams.yaml` cannot be read, so nothing was applied. What was applied last stays.";
    Held: "対応中のインシデントがあるため、終わるまで外しません。", "Held back while an incident is open:";
    Done: "適用したもの", "Done";
    Failed: "適用できなかったもの", "Failed";
    Left: "まだのもの", "Left";
    RetryHow: "原因を直したら、マージしたプルリクエストに `/userteams retry` とコメントしてください。", "Once the cause is mended, comment `/userteams retry` on the merged pull request.";
    NotAllowed: "Slack の設定で、ユーザーグループを変更できるのは管理者だけになっています。「設定と権限」→「権限」→「ユーザーグループ」を変えるか、SLACK_USERGROUPS_TOKEN を設定してください。", "Slack's settings let only admins change user groups. Change Settings & permissions → Permissions → User Groups, or set SLACK_USERGROUPS_TOKEN.";
    NoMembersPermission: "App に GitHub の権限「Members: Read and write」がありません。App の「Permissions & events」→「Organization permissions」で加え、Organization の設定の「GitHub Apps」で承認してください。", "The App lacks GitHub's permission “Members: Read and write”. Add it under “Permissions & events” → “Organization permissions” of the App, and accept it under “GitHub Apps” in the organisation's settings.";
    FilledElsewhere: "GitHub がチームの変更を拒みました。ID プロバイダーと同期しているチームは API では変えられません。", "GitHub refuses to change the team. One that is synchronised with an identity provider cannot be changed by the API.";
    MoreLines: "ほかに {count} 件", "and {count} more";

    // Somebody is lent to a team.
    Lent: "{who} さんを {team} に加えました。このインシデントが解決するまでです。", "In {team} until this incident is resolved: {who}";
    LentForLonger: "解決したあとも加えておくときは、このプルリクエストをマージしてください: {url}", "To keep them there for longer, merge this pull request: {url}";
    LentRefused: "{who} さんを {team} に加えられません。", "{who} cannot be put into {team}:";
    LentOnGitHub: "GitHub のチーム {slug} にも加えました。", "In the GitHub team {slug}, too.";
    LentRefusedOnGitHub: "GitHub のチーム {slug} には加えられません（{why}）", "They cannot be put into the GitHub team {slug} ({why})";
    LentCannot: "{who} さんは {team} に加えられません。ユーザーグループに入れるのは、Slack の正規のメンバーだけです。", "{who} cannot be in {team}: only full members of Slack can be in a user group.";
    LentNowhere: "{service} のチームが userteams.yaml にないため、どのチームにも加えていません。", "No team in userteams.yaml answers for {service}, so nobody was put into one.";
    LentTitle: "{team}: インシデントのために呼んだ人を加える", "{team}: add who was called for an incident";
    LentBody: "インシデントの間だけチームに加えた人です。解決すると自動で外れ、このプルリクエストも閉じます。解決したあとも呼びたいときは、マージしてください。", "They are in the team for the time of an incident; when it is resolved, they are taken out and this is closed. Merge it where they shall be called for longer.";
    LentNoMore: "{who} さんを {team} から外しました。", "Not in {team} any more: {who}";
    LentStays: "{who} さんは userteams.yaml にいるので、{team} に残ります。", "Still in {team}, as userteams.yaml says: {who}";

    // Who is in a team.
    AllTeams: "チーム", "Teams";
    NoTeams: "userteams.yaml にチームがないか、Slack を読めません。", "There are no teams in userteams.yaml, or Slack cannot be read.";
    NoSuchTeam: "「{team}」というチームはありません。", "There is no team “{team}”.";
    TeamHas: "{count} 人: {who}", "{count}: {who}";
    Comma: "、", ", ";
    HowToAsk: "「チーム shop-first」のように書くと、いつから、どのプルリクエストで入ったかを答えます。", "“who is in shop-first” also says since when, and by which pull request.";
    Since: "{day} から", "since {day}";
    SinceBefore: "以前から", "for a long time";
    OnlyLent: "対応中のインシデントが解決するまで", "until the open incident is resolved";
    ByAnother: "ほかのチームから", "through another team";
    InNoFile: "userteams.yaml にはいません", "not in userteams.yaml";

    // Drift.
    DriftTitleOnGitHub: "GitHub のチームが userteams.yaml と違います", "A GitHub team differs from userteams.yaml";
    DriftKeepOnGitHub: "このままにするときは、userteams.yaml を変えてください。", "To keep it, change userteams.yaml.";
    DriftTitle: "ユーザーグループが userteams.yaml と違います", "A user group differs from userteams.yaml";
    DriftHeld: "{service} のインシデントに対応中なので、自動では戻しません。", "An incident of {service} is open, so it is not reverted while that lasts.";
    DriftRevert: "元に戻す", "Revert";
    DriftPropose: "PR にする", "Make a pull request";
    DriftAllow: "期限つきで認める", "Allow for a while";
    DriftOver: "userteams.yaml のとおりに戻りました", "As userteams.yaml says again";
    DriftReverted: "{who} さんが元に戻しました", "{who} has reverted it";
    DriftRefused: "対応中のインシデントがあるため、いまは戻せません。", "An incident is open, so it cannot be reverted now.";
    DriftCannotRevert: "Slack が受けつけないため、戻せませんでした: {why}", "Slack refuses, so it was not reverted: {why}";
    DriftCannotRevertOnGitHub: "GitHub が受けつけないため、戻せませんでした: {why}", "GitHub refuses, so it was not reverted: {why}";
    DriftProposed: "{who} さんがプルリクエストにしました: {url}", "{who} has made a pull request of it: {url}";
    DriftAllowed: "{who} さんが {until} まで認めました: {url}", "{who} has allowed it until {until}: {url}";
    DriftCannotPropose: "ファイルに書けないため、プルリクエストにできませんでした: {why}", "It cannot be written to the file, so there is no pull request: {why}";
    ProposeTitle: "{team}: Slack での変更を userteams.yaml に反映する", "{team}: put what was changed in Slack into userteams.yaml";
    ProposeBody: "Slack で行われた変更です。マージすると、この内容が正になります。", "This was changed in Slack. Once it is merged, it is what counts.";
}

/// The sentence with its placeholders filled.
pub fn fill(saying: Applying, lang: Lang, with: &[(&str, &str)]) -> String {
    filled(saying.say(lang), with)
}
