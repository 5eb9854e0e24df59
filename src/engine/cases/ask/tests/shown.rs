//! How dialogs look.

use super::*;

#[test]
fn the_declaration_asks_for_what_is_needed_and_no_more() {
    assert_eq!(
        read(&declaring(Some("outage"), None), &quiet(Ja)),
        "インシデントを宣言する\n💡 障害\nサービス: [選んでください: shop (ショップ) / sss]\n\
         サマリ: []\n温度感:\n(•) 💡 BLUE – サービスへの影響を調査する\n\
         ( ) ⚠️ YELLOW – 影響が出ている。初動対応チームで対応する\n\
         ( ) 🔥 RED – 影響が大きい。手を止めて全員で対応する\n\
         本番か訓練か:\n(•) 本番\n( ) 訓練\n(宣言する) (やめる)"
    );
    assert_eq!(
        read(&declaring(None, None), &quiet(En)),
        "Declare an incident\nService: [Choose one: shop / sss]\n\
         Type:\n(•) 💡 Outage\n( ) 🔒 Security incident\nSummary: []\n\
         Gut feeling:\n(•) 💡 BLUE – Find out what it does to the service\n\
         ( ) ⚠️ YELLOW – It hurts: the first-response team takes it on\n\
         ( ) 🔥 RED – It hurts badly: drop everything and help\n\
         For real, or a drill:\n(•) For real\n( ) DRILL\n(Declare) (Cancel)"
    );
}

#[test]
fn it_warns_of_what_is_open_already() {
    let warns = "⚠ 進行中のインシデントがあります。同じ件なら、作らずにそのチャンネルへ参加してください\n\
                 • shop のインシデント #shop-20210930i が進行中です — 決済画面でエラーになる Issue";
    let snapshot = busy(Ja);
    for (service, warned) in [(None, true), (Some("shop"), true), (Some("sss"), false)] {
        let read = read(&declaring(Some("outage"), service), &snapshot);
        assert_eq!(read.contains(warns), warned, "{read}");
        let none = read.contains(
            "
sss に進行中のインシデントはありません
",
        );
        assert_eq!(none, service == Some("sss"), "{read}");
    }
    let service = &shown(&declaring(None, None), &snapshot)["blocks"][1];
    assert_eq!(
        (&service["block_id"], &service["dispatch_action"]),
        (&"service".into(), &true.into())
    );
}

#[test]
fn each_dialog_says_what_it_is_about() {
    let snapshot = busy(Ja);
    for (what, wanted) in [
        (
            Asked::Level,
            "事象レベルをセットする\n事象レベル:\n( ) 1 🔥 – 影響は小さく、限られている\n\
             ( ) 2 🔥🔥 – 一部のユーザーや機能に影響が出ている\n\
             ( ) 3 🔥🔥🔥 – 多くのユーザーや事業に影響が出ている\n(記録する) (やめる)",
        ),
        (
            Asked::Moment(Moment::Recovered),
            "復旧を宣言する\n日時: [2021-09-30 15:20]\n\
             または、時刻やメッセージのリンク (optional): []\n(記録する) (やめる)",
        ),
        (Asked::Note, "メモを残す\nメモ: []\n(記録する) (やめる)"),
        (
            Asked::HandOver,
            "ハンドラーを引き継ぐ\nハンドラー: []\n(記録する) (やめる)",
        ),
        (Asked::Call, "人を呼ぶ\n呼ぶ人: []\n(記録する) (やめる)"),
        (
            Asked::Resolve,
            "解決を宣言する\n⚠ まだ残っています: 復旧が宣言されていません、ポストモーテムがまだありません\n\
             このまま進める理由: []\n(宣言する) (やめる)",
        ),
        (
            Asked::Archive,
            "アーカイブする\nチャンネルを閉じます。Issue も閉じ、あとから「再開」できます\n\
             ⚠ まだ残っています: 復旧が宣言されていません、解決が宣言されていません、\
             ポストモーテムがまだありません\n\
             このまま進める理由: []\n(アーカイブする) (やめる)",
        ),
    ] {
        assert_eq!(read(&ask(what), &snapshot), wanted);
    }
    assert_eq!(dialog(&ask(Asked::Level), &quiet(Ja), now()), None);
}
