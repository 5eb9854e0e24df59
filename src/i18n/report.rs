//! What is said of all incidents together: the report, as a page and in a terminal.

use super::{Lang, filled};

sayings! {
    /// A sentence of the report's, or a part of one. Placeholders in braces are filled by the caller.
    enum Saying;

    Title: "インシデントのふりかえり", "What the incidents teach";
    Lead: "{repo} に記録されたインシデントから、かかった時間と件数をまとめています。", "How long things took and how many there were, from the incidents on record in {repo}.";
    Made: "{time} 時点 ({zone})", "As of {time} ({zone})";
    Filtered: "絞り込み: {filter}", "Only: {filter}";
    Incidents: "インシデント", "Incidents";
    Drills: "訓練", "Drills";
    DrillsOnly: "訓練のみ", "drills only";
    Apart: "ほかに訓練が {count} 件あります。訓練は集計に含めません。", "Drills besides: {count}. They are never counted with incidents.";
    ApartFromDrills: "訓練だけを集計しています。訓練ではないインシデント {count} 件は含めていません。", "These are drills only. Incidents that were none are not counted: {count}.";
    Count: "件数", "Incidents";
    CountWords: "{count} 件", "{count}";
    OpenCount: "うち未解決 {count} 件", "{count} not resolved";
    OpenShort: "未解決", "Not resolved";

    // What is measured.
    Detect: "検知から宣言", "Detection to declaration";
    Respond: "初動まで", "Time to respond";
    Recover: "復旧まで", "Time to recover";
    Resolve: "解決まで", "Time to resolve";
    DetectMeans: "検知された時刻から、インシデントとして宣言された時刻まで。記録には障害がいつ始まったかがないため、発生から検知までの時間は出せません。", "From the detection to the declaration of the incident. The record does not say when the fault began, so there is no time from the fault to its detection.";
    RespondMeans: "開始から初動まで。初動の時刻が記録されていなければ、最初のハンドラーが決まった時刻。", "From the start to the first response; where nobody has said when that was, to when somebody first took the lead.";
    RecoverMeans: "開始から復旧まで。Four Keys の「サービス復元時間」(time to restore service) にあたります。", "From the start to the recovery. This is the Four Keys' time to restore service.";
    ResolveMeans: "開始から解決まで。", "From the start to the resolution.";
    StartMeans: "検知の時刻。記録がなければ、宣言の時刻。", "When the incident was detected; where nobody has said, when it was declared.";
    Start: "開始", "Start";
    Unknown: "不明", "Unknown";
    UnknownMeans: "時刻が記録されていない、または順序が逆のもの。どの数値にも含めず、0 として扱うこともありません。", "A time that is not on record, or that lies before the start. It is in none of the figures, and never taken for 0.";
    MedianMeans: "半分のインシデントがこの時間以内でした。", "Half of the incidents took no longer.";
    P90Means: "10 件のうち 9 件がこの時間以内でした。", "Nine in ten took no longer.";
    PeopleMeans: "インシデントごとに、記録に残る発言や操作をした人の数。個人ごとの集計はしません。", "For each incident, how many people said or did something on record. Nobody is counted by name.";
    FourKeys: "Four Keys のほかの 3 つはデプロイについての指標です。インシデントの記録からは分からないため、推測しません。", "The other three of the Four Keys are about deployments. Incidents do not tell of them, and they are not guessed at.";
    Definitions: "数値の意味", "What the figures mean";

    Median: "中央値", "Median";
    P90: "90パーセンタイル", "90th percentile";
    P90Short: "90%", "p90";
    Mean: "平均", "Mean";
    Most: "最多", "Most";
    People: "参加人数", "People";
    Left: "残作業", "Left to do";
    LeftMeans: "ポストモーテムのアクションアイテムのうち、まだ終わっていないものの数。", "How many action items of its postmortem are still to be done.";
    LeftNumber: "残作業 {count} 件", "{count} left to do";
    PeopleNumber: "{count} 人", "{count}";
    KnownOf: "{known}/{all} 件", "{known} of {all}";
    NothingKnown: "記録なし", "not on record";

    ByService: "サービス別", "By service";
    ByLevel: "事象レベル別", "By level";
    ByType: "種別", "By type";
    ByMonth: "月別", "By month";
    Service: "サービス", "Service";
    Level: "事象レベル", "Level";
    Kind: "種別", "Type";
    Month: "月", "Month";
    Undecided: "未定", "not decided";
    NoLevel: "事象レベル未定", "level not decided";
    NoType: "種別未定", "type not decided";

    // The list.
    List: "インシデントの一覧", "The incidents";
    Channel: "チャンネル", "Channel";
    Summary: "サマリ", "Summary";
    State: "状態", "State";
    Opened: "宣言", "Declared";
    ListPart: "{all} 件のうち、新しい順に {from} から {to} まで", "{from} to {to} of {all}, the newest first";
    Newer: "新しいほう", "Newer";
    Older: "古いほう", "Older";
    SearchGitHub: "GitHub で同じ条件の Issue を見る", "These issues on GitHub";
    Pages: "ページ", "Pages";

    // The form.
    Filters: "絞り込み", "Filters";
    All: "すべて", "All";
    From: "いつから", "From";
    To: "いつまで", "To";
    Show: "表示", "Show";
    Reset: "絞り込みをやめる", "Without filters";
    Unfit: "{field} の値 {value} は読めないため、無視しました。", "{field} cannot be {value}; it was left out.";
    OtherLanguage: "English", "日本語";
    Files: "ファイル", "Files";

    // The charts.
    Charts: "月ごとの推移", "Month by month";
    CountChart: "インシデントの件数", "Number of incidents";
    PeopleChart: "参加人数 (インシデントごとの中央値)", "People who took part (median of the incidents)";
    InUnit: "{what} ({unit})", "{what} ({unit})";
    AsTable: "表で見る", "as a table";
    ChartSays: "{what}。最新の月 {month} は {value}。すべての値は表にあります。", "{what}. The newest month, {month}: {value}. All values are in the table.";

    // Nothing there.
    Empty: "まだインシデントはありません", "There are no incidents yet";
    EmptyMeans: "最初のインシデントが記録されると、ここに時間と件数が表示されます。", "As soon as the first one is on record, its times are shown here.";
    EmptyFiltered: "この条件のインシデントはありません", "No incident fits";
    SkipToList: "一覧へ移動", "Skip to the list";
}

/// The sentence with its placeholders filled.
pub fn fill(saying: Saying, lang: Lang, with: &[(&str, &str)]) -> String {
    filled(saying.say(lang), with)
}
