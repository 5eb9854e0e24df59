//! What the bot says in Japanese.

use super::Phrase;

pub(super) fn say(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::ChannelUnseen => {
            "sssbot から Slack チャンネル {channel} が見えません。まだ作られていないか、sssbot の\
             いないプライベートチャンネルです。ここでの出来事は 1 日のあいだ取っておきます。\
             チャンネルを作るか、sssbot を招待してください。"
        }
        Phrase::ChannelArchived => {
            "Slack チャンネル {channel} はアーカイブされていて、ボットには元に戻せません。\
             誰かが戻した場合に備え、ここでの出来事は 1 日のあいだ取っておきます。"
        }
        Phrase::ChannelRemoved => {
            "sssbot は Slack チャンネル {channel} に書き込めません。ここでの出来事は 1 日のあいだ\
             取っておきます。sssbot をチャンネルに招待してください。"
        }
        Phrase::ReadTheRest => "続きを読む",
        Phrase::Edited => "（編集済み）",
        Phrase::Digest => "{n} 件の出来事があったのでまとめてお知らせします（{from} 〜 {to}）",
        Phrase::AndMore => "ほか {n} 件",
        Phrase::Commented => "{who} さんが {what} にコメントしました",
        Phrase::CommentDeleted => "{what} への {who} さんのコメントが削除されました",
        Phrase::CommentDeletedBy => "{by} さんが {what} への {who} さんのコメントを削除しました",
        Phrase::CommentDeletedOwn => "{who} さんが {what} への自分のコメントを削除しました",
        Phrase::CommentDeletedHere => "（コメントは削除されました）",
        Phrase::CommentedAt => "{who} さんが {what} の {place} にコメントしました",
        Phrase::RepliedAt => "{who} さんが {what} の {place} のスレッドに返信しました",
        Phrase::Approved => "{who} さんが {what} を承認しました",
        Phrase::AskedForChanges => "{who} さんが {what} に変更をリクエストしました",
        Phrase::Reviewed => "{who} さんが {what} をレビューしました",
        Phrase::ReviewDismissed => "{by} さんが {what} への {who} さんのレビューを却下しました",
        Phrase::ReviewDismissedOwn => "{who} さんが {what} への自分のレビューを取り下げました",
        Phrase::OpenedIssue => "{who} さんが Issue {what} を作成しました",
        Phrase::OpenedPull => "{who} さんがプルリクエスト {what} を作成しました",
        Phrase::OpenedDraft => "{who} さんがドラフトのプルリクエスト {what} を作成しました",
        Phrase::MovedIn => "{who} さんが {from} を {what} として移してきました",
        Phrase::DescriptionEdited => "{who} さんが {what} の説明を編集しました",
        Phrase::Branches => "{from} から {to} へ",
        Phrase::Labels => "ラベル: {names}",
        Phrase::Assignees => "担当者: {names}",
        Phrase::Reviewers => "レビュアー: {names}",
        Phrase::Milestone => "マイルストーン: {names}",
        Phrase::Closed => "{who} さんが {what} を閉じました",
        Phrase::ClosedAsNotPlanned => "{who} さんが {what} を「対応しない」として閉じました",
        Phrase::ClosedAsDuplicate => "{who} さんが {what} を「重複」として閉じました",
        Phrase::ClosedUnmerged => "{who} さんが {what} をマージせずに閉じました",
        Phrase::Merged => "{who} さんが {what} を {branch} にマージしました",
        Phrase::Reopened => "{who} さんが {what} を再オープンしました",
        Phrase::Ready => "{who} さんが {what} をレビュー可能にしました",
        Phrase::Drafted => "{who} さんが {what} をドラフトに戻しました",
        Phrase::Locked => "{who} さんが {what} の会話をロックしました",
        Phrase::LockedAs => "{who} さんが {what} の会話をロックしました（理由: {reason}）",
        Phrase::Unlocked => "{who} さんが {what} の会話のロックを解除しました",
        Phrase::Transferred => "{who} さんが {what} を {to} に移しました",
        Phrase::TransferredAway => "{who} さんが {what} を別のリポジトリに移しました",
        Phrase::Deleted => "{who} さんが {what} を削除しました",
        Phrase::IsDeleted => "{what} が削除されました",
        Phrase::Renamed => "{who} さんがタイトルを「{from}」から {what} に変更しました",
        Phrase::BaseChanged => {
            "{who} さんが {what} のベースブランチを {from} から {to} に変更しました"
        }
        Phrase::LabelsAdded => "{who} さんが {what} にラベル {names} を付けました",
        Phrase::LabelsRemoved => "{who} さんが {what} からラベル {names} を外しました",
        Phrase::Assigned => "{who} さんが {names}を {what} の担当者にしました",
        Phrase::AssignedSelf => "{who} さんが {what} の担当になりました",
        Phrase::Unassigned => "{who} さんが {names}を {what} の担当者から外しました",
        Phrase::UnassignedSelf => "{who} さんが {what} の担当から外れました",
        Phrase::ReviewAsked => "{who} さんが {what} のレビューを {names}に依頼しました",
        Phrase::ReviewUnasked => "{who} さんが {what} の {names}へのレビュー依頼を取り消しました",
        Phrase::MilestoneSet => "{who} さんが {what} をマイルストーン {names} に追加しました",
        Phrase::MilestoneCleared => "{who} さんが {what} をマイルストーン {names} から外しました",
        Phrase::Updated => "{who} さんが {what} を更新しました: {changes}",
        Phrase::Named => "{who} さん",
        Phrase::AndThen => "、",
        Phrase::AndAlso => "、",
        Phrase::PartLabelsAdded => "ラベル {names} を追加",
        Phrase::PartLabelsRemoved => "ラベル {names} を削除",
        Phrase::PartAssigned => "担当者に {names}を追加",
        Phrase::PartUnassigned => "担当者から {names}を削除",
        Phrase::PartReviewAsked => "{names}にレビューを依頼",
        Phrase::PartReviewUnasked => "{names}へのレビュー依頼を取り消し",
        Phrase::PartMilestoneSet => "マイルストーン {names} を設定",
        Phrase::PartMilestoneCleared => "マイルストーン {names} を解除",
        Phrase::PushedOne => "{who} さんが {repo} の {branch} に 1 件のコミットをプッシュしました",
        Phrase::PushedMany => {
            "{who} さんが {repo} の {branch} に {n} 件のコミットをプッシュしました"
        }
        Phrase::Pushed => "{who} さんが {repo} の {branch} にプッシュしました",
        Phrase::ForcePushed => "{who} さんが {repo} の {branch} を強制プッシュしました",
        Phrase::PushedTo => "{who} さんが {what} にプッシュしました",
        Phrase::BranchCreated => "{who} さんが {repo} にブランチ {branch} を作成しました",
        Phrase::BranchDeleted => "{who} さんが {repo} のブランチ {branch} を削除しました",
        Phrase::TagCreated => "{who} さんが {repo} にタグ {branch} を作成しました",
        Phrase::TagDeleted => "{who} さんが {repo} のタグ {branch} を削除しました",
        Phrase::ThreadResolved => "{who} さんが {what} の {place} のスレッドを解決済みにしました",
        Phrase::ThreadUnresolved => "{who} さんが {what} の {place} のスレッドを未解決に戻しました",
        Phrase::ThreadsResolved => "{who} さんが {what} のスレッド {n} 件を解決済みにしました",
        Phrase::ThreadsUnresolved => "{who} さんが {what} のスレッド {n} 件を未解決に戻しました",
        Phrase::ThreadsUpdated => "{who} さんが {what} のスレッド {n} 件を更新しました",
        Phrase::Resolved => "解決済み",
        Phrase::Unresolved => "未解決",
        Phrase::OneCheckPassed => "{what} のチェックが成功しました",
        Phrase::ChecksPassed => "{what} のチェック {n} 件がすべて成功しました",
        Phrase::OneCheckFailed => "{what} のチェックが失敗しました",
        Phrase::ChecksFailed => "{what} のチェック {n} 件中 {bad} 件が失敗しました",
        Phrase::ChecksCancelled => "{what} のチェック {n} 件中 {bad} 件がキャンセルされました",
        Phrase::CheckFailed => "失敗",
        Phrase::CheckTimedOut => "タイムアウト",
        Phrase::CheckCancelled => "キャンセル",
        Phrase::CheckNeedsAction => "要対応",
        Phrase::RoutedHere => "{what} の動きをこのチャンネルに流します。これまでの経緯:",
        Phrase::RoutedHereFresh => "{what} の動きをこのチャンネルに流します",
        Phrase::RoutedElsewhere => {
            "{what} の動きは今後 {to} に流します。このチャンネルには流しません"
        }
        Phrase::RoutedNowhere => {
            "{what} はこのチャンネルの名前を含まなくなりました。今後ここには流しません"
        }
        Phrase::EarlierOpened => "{who} さんが作成",
        Phrase::EarlierComment => "{who} さんがコメント",
        Phrase::EarlierReview => "{who} さんがレビュー",
        Phrase::EarlierPush => "{who} さんがプッシュ",
        Phrase::EarlierClosed => "{who} さんがクローズ",
        Phrase::EarlierReopened => "{who} さんが再オープン",
        Phrase::EarlierMerged => "{who} さんがマージ",
        Phrase::Image => "画像",
        Phrase::AlertNote => "補足",
        Phrase::AlertTip => "ヒント",
        Phrase::AlertImportant => "重要",
        Phrase::AlertWarning => "警告",
        Phrase::AlertCaution => "注意",
    }
}
