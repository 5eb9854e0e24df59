//! Reads the team files: every mistake in all of them at once, each with its file, line and column.

mod check;
mod team;
mod times;
pub(super) mod values;

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::place::{At, Problem};
use super::spec::{Known, Spec, Team};
use crate::i18n::{Words, both};
use crate::yaml::kind::{Kind, list, not, whole};
use crate::yaml::table::{Table, table};
use crate::yaml::{self, Node, Value};

/// Where the file stands in the postmortem repository; what ends in `.yaml` or `.yml` in the folder
/// [`FOLDER`] is read, too.
pub const PATH: &str = "userteams.yaml";
/// Where files of single services may stand.
pub const FOLDER: &str = "userteams";

/// How many files, and how many teams in one of them, are read.
const FILES: usize = 1_000;
const TEAMS: usize = 5_000;
/// How many people the teams may name altogether, each as often as they are named.
const NAMED: usize = 500_000;
/// Whoever has made so many mistakes has seen enough.
const ENOUGH: usize = 200;

/// Whether a path of the repository is one of a team file.
pub fn is_path(path: &str) -> bool {
    let inside = path
        .strip_prefix(FOLDER)
        .and_then(|rest| rest.strip_prefix('/'));
    path == PATH
        || inside.is_some_and(|name| {
            let stem = name.strip_suffix(".yaml").or(name.strip_suffix(".yml"));
            !name.contains('/') && stem.is_some_and(|stem| !stem.is_empty())
        })
}

impl Spec {
    /// Reads the team files, each with its path. Either all of it holds or none of it. No file at
    /// all, and one with nothing in it, name no team.
    ///
    /// # Errors
    /// Everything that is wrong with them, in the order of files and lines; of very much only the
    /// beginning.
    pub fn read<P: AsRef<str>, T: AsRef<str>>(files: &[(P, T)]) -> Result<Self, Vec<Problem>> {
        let mut files: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (path.as_ref(), text.as_ref()))
            .collect();
        // The same teams in the same order, in whatever order the files were found.
        files.sort_by_key(|(path, _)| (*path != PATH, *path));
        let mut spec = Self::default();
        let mut problems = Vec::new();
        for (n, (path, text)) in files.into_iter().enumerate() {
            let file: Arc<str> = Arc::from(path);
            if n >= FILES {
                let said = both!(
                    "読めるのは {FILES} ファイルまでです",
                    "at most {FILES} files are read"
                );
                problems.push(Problem {
                    file,
                    at: yaml::Problem::at(1, 1, said),
                });
                break;
            }
            let mut found = Vec::new();
            match yaml::read(text) {
                Ok(root) => one(&file, &root, &mut spec, &mut found),
                Err(problem) => found.push(problem),
            }
            problems.extend(found.into_iter().map(|at| Problem {
                file: Arc::clone(&file),
                at,
            }));
        }
        if problems.is_empty() {
            let users = spec
                .teams
                .iter()
                .filter_map(|team| team.value.users.as_ref());
            let named: usize = users.map(|users| users.value.len()).sum();
            if let (Some(first), true) = (spec.teams.first(), named > NAMED) {
                let said = both!(
                    "ファイルにのべ {named} 人が書かれています。読めるのは {NAMED} 人までです",
                    "the files name {named} people; at most {NAMED} are read"
                );
                problems.push(first.place.problem(said));
            }
        }
        check::together(&spec, &mut problems);
        problems.sort();
        // An alias brings the same mistake along to every place where it stands.
        problems.dedup();
        problems.truncate(ENOUGH);
        if problems.is_empty() {
            Ok(spec)
        } else {
            Err(problems)
        }
    }
}

/// Reads one file into the whole.
fn one(file: &Arc<str>, root: &Node, spec: &mut Spec, problems: &mut Vec<yaml::Problem>) {
    match &root.value {
        Value::Null => {}
        Value::List(_) => spec
            .teams
            .extend(teams(file, true).read(root, problems).into_iter().flatten()),
        Value::Map(_) => {
            if let Some((people, teams)) = mapping(file).read(root, problems) {
                spec.people.extend(people);
                spec.teams.extend(teams);
            }
        }
        _ => {
            let wanted = Words::new(
                "チームのリスト、または `people` と `teams` のマッピング",
                "a list of teams, or a mapping with `people` and `teams`",
            );
            let _: Option<()> = not(root, &wanted, problems);
        }
    }
}

type Whole = (Vec<At<Known>>, Vec<At<Team>>);

fn mapping(file: &Arc<str>) -> Kind<Whole> {
    let file = Arc::clone(file);
    let what = Words::new("チームのファイル", "the team file");
    table(what, move |t: &mut Table<'_>| {
        t.take("version", "The form of this file: 1.", whole(1, 1));
        let people = t.take(
            "people",
            "Who is who, where a Slack username is not enough.",
            team::people(&file),
        );
        let teams = t.take("teams", "The user groups of Slack.", teams(&file, false));
        Some((people.unwrap_or_default(), teams.unwrap_or_default()))
    })
}

fn teams(file: &Arc<str>, by_name: bool) -> Kind<Vec<At<Team>>> {
    let long = Words::new(
        "人の書くファイルはこれより長くならないため",
        "since a file of people's is not longer",
    );
    list(team::team(file, by_name), TEAMS, long)
}

/// The JSON Schema of a team file (draft 2020-12), for editors. Whatever [`Spec::read`] takes, it
/// accepts; it cannot say everything that is refused.
pub fn schema() -> Json {
    let file: Arc<str> = Arc::from("");
    let nothing = json!({"type": "null"});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The team definitions of sssbot",
        "description": format!(
            "{PATH} and {FOLDER}/*.yaml in the postmortem repository: a list of teams, or a mapping \
             with `people` and `teams`. `sssbot teams check` says more than this schema can."
        ),
        "anyOf": [teams(&file, true).schema(), mapping(&file).schema(), nothing],
    })
}
