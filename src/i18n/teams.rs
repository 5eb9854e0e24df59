//! What is said of teams: what a plan would do, what stands in its way, what Slack has otherwise.

use super::{Lang, filled};

sayings! {
    /// A sentence about teams, or a part of one.
    enum Teams;

    // The whole plan.
    NothingToDo: "Slack のグループはすでにこの内容です", "Slack's groups are like this already";
    PlanCounts: "{teams} チームを変更（Slack の呼び出し {calls} 回）", "{teams} teams change ({calls} calls to Slack)";
    Between: "、", ", ";

    // What is done to one team.
    Enabled: "{team}: 無効になっているグループを有効に戻す", "{team}: the group, which is disabled, is enabled again";
    Created: "{team}: グループ「{name}」を新しく作る", "{team}: the group “{name}” is created";
    NameChanged: "{team}: 名前を「{from}」から「{to}」に変える", "{team}: the name changes from “{from}” to “{to}”";
    HandleChanged: "{team}: @{from} を @{to} に変える（グループはそのままなので、過去のメンションも生きる）", "{team}: @{from} becomes @{to} (it is the same group, so old mentions go on working)";
    DescriptionChanged: "{team}: 説明を「{from}」から「{to}」に変える", "{team}: the description changes from “{from}” to “{to}”";
    ChannelsChanged: "{team}: 参加するチャンネルを {to} にする（いまは {from}）", "{team}: the default channels become {to} (now {from})";
    OnlyForNow: "{team}: ほかのグループに譲るため、名前かハンドルをいったん変える", "{team}: name or handle changes for now, to make room for another group";
    MembersChanged: "{team}: {counts}", "{team}: {counts}";
    Comes: "追加 {people}", "in: {people}";
    Goes: "削除 {people}", "out: {people}";
    Left: "残るのは {count} 人: {people}", "{count} left: {people}";
    NobodyElse: "いまのメンバーは誰も残らない", "none of those who are in it now is left";
    Disabled: "{team}: グループを無効にする（{count} 人: {people}）", "{team}: the group is disabled ({count} people: {people})";
    JoinsGitHub: "{team}: GitHub のチーム {github} に追加 {people}", "{team}: into the GitHub team {github}: {people}";
    LeavesGitHub: "{team}: GitHub のチーム {github} から削除 {people}", "{team}: out of the GitHub team {github}: {people}";
    LooksAtGitHub: "{team}: GitHub のチーム {github} のメンバーを見られないため、何が変わるかわかりません（{why}）", "{team}: GitHub does not show who is in the team {github}, so there is no telling what changes there ({why})";
    Nobody: "なし", "none";
    AndMorePeople: "ほか {count} 人", "and {count} more";
    Empty: "（空）", "(empty)";

    // What has to be confirmed.
    Confirm: "マージの前に、書き込み権限のある人が `/userteams confirm {hash}` とコメントしてください。新しく push すると無効になります。", "Before this is merged, somebody with write access has to comment `/userteams confirm {hash}`. A new push voids that.";
    GuardManyRemoved: "{team} の {of} 人のうち {count} 人（{people}）が外れます", "{count} of the {of} people in {team} are taken out of it: {people}";
    GuardManyDisabled: "{count} 個のグループが無効になります: {teams}", "{count} groups are disabled: {teams}";
    GuardNoneLeft: "チームの定義がひとつも残らず、{count} 個のグループが無効になります: {teams}", "No team is left in the files, and {count} groups are disabled: {teams}";
    GuardBelowMin: "{team} が {left} 人になり、最低の {min} 人を下回ります", "{team} has {left} people then, fewer than the {min} it should have";
    GuardOtherPerson: "`{name}` はこれまで {was} でしたが、{now} になります", "`{name}` was {was} so far, and would be {now}";
    GuardIncidentOpen: "{service} のインシデントが進行中です。{team} から {people} が外れます", "There is an open incident of {service}, and {people} would be taken out of {team}";
    GuardManyLeaveGitHub: "{team} の GitHub のチーム {github} の {of} 人のうち {count} 人（{people}）が外れます", "{count} of the {of} people in the GitHub team {github} of {team} are taken out of it: {people}";
    GuardIncidentOpenOnGitHub: "{service} のインシデントが進行中です。{team} の GitHub のチーム {github} から {people} が外れます", "There is an open incident of {service}, and {people} would be taken out of the GitHub team {github} of {team}";
    GuardOtherLogin: "`{name}` の GitHub アカウントは @{was} でしたが、@{now} になります", "`{name}` was @{was} on GitHub so far, and would be @{now}";

    // What is worth knowing.
    RemarkCannotBeCalled: "{team}: {who} は呼べません（無効なアカウント、ゲスト、またはボット）", "{team}: {who} cannot be called (deactivated, a guest or a bot)";
    RemarkExternalAbsent: "{team}: external のグループが Slack にありません", "{team}: Slack has no such group, though the file says it is external";
    RemarkElsewhere: "{team}: Slack か外部のディレクトリが管理しているため触りません", "{team}: Slack or a directory takes care of it, so it is left alone";
    RemarkNobodyLeft: "{team}: 呼べる人がいなくなるため、メンバーはそのままにします", "{team}: nobody who can be called would be left, so its members stay as they are";
    RemarkFewerThanMin: "{team}: {left} 人しかいません（最低 {min} 人）", "{team}: it has {left} people and should have {min}";
    RemarkNoLogin: "{team}: {people} の GitHub アカウントが people にないため、GitHub のチーム {github} には入りません", "{team}: `people` has no GitHub login of {people}, so they are not in the GitHub team {github}";
    RemarkNobodyLeftOnGitHub: "{team}: GitHub のチーム {github} にだれも残らなくなるため、メンバーはそのままにします", "{team}: nobody would be left in the GitHub team {github}, so its members stay as they are";
    RemarkInTeamBelow: "{team}: {people} は下位のチームのメンバーなので、GitHub のチーム {github} からは外せません", "{team}: they stay in the GitHub team {github}, since they are in a team below it: {people}";
    RemarkInvited: "{team}: {people} は GitHub の Organization への招待にまだ応じていません（{github}）", "{team}: {people} have not accepted the invitation into the organisation yet ({github})";
    RemarkGitHubGone: "{team}: GitHub のチーム {github} がなくなっているか、App から見えません。sssbot は GitHub のチームを作りません", "{team}: the GitHub team {github} is gone, or the App may not see it any more; sssbot makes no GitHub teams";
    RemarkGitHubLetGo: "{team}: GitHub のチーム {github} はどのファイルにもなくなるため、いまのままにします", "{team}: no file names the GitHub team {github} any more, so it is left as it is";
    RemarkGitHubNotAsked: "{team}: GitHub のチームはここでは見ていません。マージしたときにサーバーがそろえます", "{team}: its GitHub team is not looked at here; the server sees to it when this is merged";
    Unmanaged: "定義にないグループ {count} 個はそのままです: {groups}", "{count} groups are in no file and are left alone: {groups}";

    // What Slack has otherwise.
    DriftTitle: "Slack で直接変えられています（この変更では触りません）", "Changed in Slack itself (this change leaves it alone)";
    DriftBy: "{team}: {what}（最後に変えたのは {who}、{when}）", "{team}: {what} (last touched by {who}, {when})";
    DriftOf: "{team}: {what}", "{team}: {what}";
    DriftOnGitHub: "GitHub のチーム {github} に、{what}", "in the GitHub team {github}: {what}";
    DriftDisabled: "グループが無効になっている", "the group is disabled";
    DriftExtra: "定義にない {people} がいる", "{people} in it but not in the files";
    DriftMissing: "定義にある {people} がいない", "{people} in the files but not in it";
    DriftName: "名前が「{slack}」（定義では「{files}」）", "it is called “{slack}” (“{files}” in the files)";
    DriftHandle: "ハンドルが @{slack}（定義では @{files}）", "its handle is @{slack} (@{files} in the files)";
    DriftDescription: "説明が「{slack}」（定義では「{files}」）", "its description is “{slack}” (“{files}” in the files)";
    DriftChannels: "参加するチャンネルが {slack}（定義では {files}）", "its default channels are {slack} ({files} in the files)";

    // Why an edit cannot be made.
    NoSuchTeam: "`{team}` はどのファイルにもありません", "no file has a team `{team}`";
    NotInTeam: "{who} は `{team}` の定義にいません", "{who} is not in the files' `{team}`";
    AlreadyInTeam: "{who} はすでに `{team}` の定義にいます", "{who} is in the files' `{team}` already";
    SharedList: "`{team}` のこの箇所は、ほかのチーム（{others}）もアンカーで使っています。{place} を手で直してください。", "this part of `{team}` is shared with other teams through an anchor ({others}). Change it by hand: {place}.";
    IncludedByOthers: "`{team}` は、ほかのチーム（{others}）の include にあります。先にそこから外してください。", "other teams include `{team}` ({others}). Take it out of them first.";
    CannotEdit: "`{team}` は自動では書き換えられません。{place} を手で直してください。", "`{team}` cannot be rewritten faithfully. Change it by hand: {place}.";
    CannotRead: "書き換えるファイルが読めません: {problem}", "the file that is to be edited cannot be read: {problem}";
}

/// The sentence with its placeholders filled.
pub fn fill(saying: Teams, lang: Lang, with: &[(&str, &str)]) -> String {
    filled(saying.say(lang), with)
}
