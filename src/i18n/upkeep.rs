//! What is said of the postmortem repository itself: its playbook, its labels, and who may do what.

use super::{Lang, filled};

sayings! {
    /// A sentence about the upkeep of the postmortem repository, or a part of one.
    enum Upkeep;

    // Pull requests that touch the rules.
    FilesFine: "このまま使えます", "All of it can be read";
    FilesWrong: "直すところが {count} か所あります", "{count} to be mended";
    FilesWrongOnMerge: "このままマージすると、sssbot はこのファイルを読めず、最後に読めた内容のまま動きます。", "Merged as it is, sssbot could not read the file, and would go on with the last one that it could read.";
    MergeChanges: "マージすると次のように変わります。", "This changes when it is merged:";
    MergeChangesNothing: "マージしても、sssbot の動きは変わりません。", "Nothing that sssbot does changes when it is merged.";
    MergeRemoves: "`{file}` がなくなり、すべて既定値になります。", "`{file}` goes away: all of it falls back to what sssbot has for everybody.";
    BaseIsBroken: "マージ先の `{file}` は読めないため、いま使われている内容と比べています。", "`{file}` cannot be read where this is merged to, so it is compared with what is in force now.";
    AndMoreChanges: "ほかに {count} 件", "and {count} more";

    // A playbook that is broken where it counts.
    BrokenTitle: "プレイブック {file} を読めません", "The playbook {file} cannot be read";
    BrokenBody: "`{file}` に直すところがあります。sssbot は最後に読めた内容のまま動いています。この間、ファイルの新しい内容は使われません。", "There is something to be mended in `{file}`. sssbot goes on with the last one that it could read; what is new in the file does not count until then.";
    BrokenNeverRead: "`{file}` に直すところがあります。読めた内容がまだないため、sssbot は既定値で動いています。", "There is something to be mended in `{file}`. No other was ever read, so sssbot goes by what it has for everybody.";
    BrokenPlace: "[{line} 行目 {column} 文字目]({url})", "[line {line}, column {column}]({url})";
    BrokenEnd: "直したものが既定のブランチに入ると、この Issue は自動で閉じます。マージ前に確かめるには `sssbot playbook check` か、プルリクエストのチェックをご覧ください。", "This issue is closed by itself when the default branch has one that can be read. To see before a merge whether it can: `sssbot playbook check`, or the check of the pull request.";
    Mended: "{commit} で読めるようになりました。この内容で動きます。", "It can be read as of {commit}, and is in force.";
}

/// The sentence with its placeholders filled.
pub fn fill(saying: Upkeep, lang: Lang, with: &[(&str, &str)]) -> String {
    filled(saying.say(lang), with)
}
