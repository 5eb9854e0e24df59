//! What no single value shows: names that are there twice, teams that include each other, teams
//! that would be left with nobody.

use std::collections::{HashMap, HashSet};

use crate::i18n::{Words, both};
use crate::teams::place::{At, Place, Problem};
use crate::teams::spec::{Called, Spec, Team};
use crate::yaml::kind::{did_you_mean, shown};
use crate::yaml::meant;

/// How many unknown words are compared with all known ones.
const HINTS: usize = 50;

/// What is wrong with all files together.
pub(super) fn together(spec: &Spec, problems: &mut Vec<Problem>) {
    people(spec, problems);
    twice(spec, problems);
    for team in &spec.teams {
        alone(team, problems);
    }
    includes(spec, problems);
}

/// Things of which there may be only one, and where the first was.
struct Once<'a> {
    what: Words,
    seen: HashMap<String, &'a Place>,
}

impl<'a> Once<'a> {
    fn new(ja: &str, en: &str) -> Self {
        Self {
            what: Words::new(ja, en),
            seen: HashMap::new(),
        }
    }

    /// `key` tells two of them apart, `said` is how it stands there.
    fn see(&mut self, key: String, said: &str, place: &'a Place, problems: &mut Vec<Problem>) {
        if let Some(first) = self.seen.get(&key) {
            let (what, first, said) = (&self.what, first.said(), shown(said));
            problems.push(place.problem(both!(
                "{what} `{said}` はすでにあります: {first}",
                "{what} `{said}` is already there: {first}",
                what,
                first
            )));
        } else {
            self.seen.insert(key, place);
        }
    }
}

fn people(spec: &Spec, problems: &mut Vec<Problem>) {
    let mut names = Once::new("人", "the person");
    let mut slack = Once::new("Slack の名前", "the Slack name");
    let mut email = Once::new("メールアドレス", "the e-mail address");
    let mut github = Once::new("GitHub のアカウント名", "the GitHub login");
    for person in &spec.people {
        let known = &person.value;
        names.see(known.name.clone(), &known.name, &person.place, problems);
        if let Some(at) = &known.slack {
            slack.see(at.value.clone(), &at.value, &at.place, problems);
        }
        if let Some(at) = &known.email {
            email.see(at.value.to_lowercase(), &at.value, &at.place, problems);
        }
        if let Some(at) = &known.github {
            github.see(at.value.to_lowercase(), &at.value, &at.place, problems);
        }
    }
}

fn twice(spec: &Spec, problems: &mut Vec<Problem>) {
    let mut names = Once::new("名前", "the name");
    let mut handles = Once::new("ハンドル", "the handle");
    let mut ids = Once::new("ID", "the id");
    let mut github = Once::new("GitHub のチーム", "the GitHub team");
    for team in spec.teams.iter().map(|team| &team.value) {
        if let Some(at) = &team.name {
            names.see(at.value.to_lowercase(), &at.value, &at.place, problems);
        }
        if let Some(at) = &team.handle {
            let handle = at.value.as_str();
            handles.see(handle.to_owned(), handle, &at.place, problems);
        }
        if let Some(at) = &team.id {
            ids.see(at.value.to_string(), at.value.as_str(), &at.place, problems);
        }
        if let Some(at) = &team.github {
            let slug = at.value.slug.as_str();
            github.see(slug.to_owned(), slug, &at.place, problems);
        }
    }
}

/// What is wrong with one team.
fn alone(team: &At<Team>, problems: &mut Vec<Problem>) {
    let team = &team.value;
    if team.external {
        let extra = [
            ("users", team.users.as_ref().map(|at| &at.place)),
            ("rotation", team.rotation.as_ref().map(|at| &at.place)),
            ("channels", team.channels.as_ref().map(|at| &at.place)),
            ("include", team.include.first().map(|at| &at.place)),
            ("github", team.github.as_ref().map(|at| &at.place)),
        ];
        for (key, place) in extra {
            if let Some(place) = place {
                problems.push(place.problem(both!(
                    "external のチームには触らないため、`{key}` を書いても何も起きません",
                    "an external team is never touched, so `{key}` would do nothing"
                )));
            }
        }
        return;
    }
    let others = team.rotation.is_some() || !team.include.is_empty();
    if let Some(users) = team.users.as_ref().filter(|_| !others) {
        if users.value.is_empty() {
            problems.push(users.place.problem(both!(
                "Slack のグループは空にできません。Slack に任せるなら `users` を消し、グループを無効にするならチームごと消してください",
                "Slack has no group with nobody in it: leave `users` out to leave it to Slack, or take the team away to have the group disabled"
            )));
        } else if let Some(last) = users.value.last()
            && users
                .value
                .iter()
                .all(|member| member.value.until.is_some())
        {
            problems.push(last.place.problem(both!(
                "全員に期限があり、過ぎると誰も残りません。一人は期限をなくしてください",
                "everybody here has an end, and then nobody would be left: somebody must have none"
            )));
        }
    }
    if let (Some(own), Some(handle)) = (&team.handle, team.handle())
        && let Some(same) = team
            .previously
            .iter()
            .find(|was| was.value.as_str() == handle)
    {
        let place = own.place.said();
        let said = both!(
            "`{handle}` はいまのハンドルです: {place}",
            "`{handle}` is its handle now: {place}",
            place
        );
        problems.push(same.place.problem(said));
    }
    let needy = [
        ("min", team.min.as_ref().map(|at| &at.place)),
        ("github", team.github.as_ref().map(|at| &at.place)),
    ];
    for (key, place) in needy.into_iter().filter(|_| !team.says_who()) {
        if let Some(place) = place {
            let team = shown(team.key());
            problems.push(place.problem(both!(
                "`{key}` には `users` が必要です。いまは `{team}` のメンバーを Slack に任せています",
                "`{key}` needs `users`: who is in `{team}` is left to Slack"
            )));
        }
    }
}

/// Teams that are included must be there, and none may include itself by a detour.
fn includes(spec: &Spec, problems: &mut Vec<Problem>) {
    let known: Vec<&str> = spec.teams.iter().map(|team| team.value.key()).collect();
    let index = Called::of(spec);
    let mut hints = 0;
    let mut graph: Vec<Vec<(usize, &Place)>> = Vec::with_capacity(spec.teams.len());
    for team in &spec.teams {
        let mut edges = Vec::new();
        for at in &team.value.include {
            match index.find(&at.value) {
                Some(n) => edges.push((n, &at.place)),
                None => {
                    hints += 1;
                    let hint = match meant(&at.value, if hints <= HINTS { &known } else { &[] }) {
                        Some(meant) => did_you_mean(&shown(meant)),
                        None => both!(
                            "先にチームを定義してください",
                            "name it in these files first"
                        ),
                    };
                    let said = shown(&at.value);
                    problems.push(at.place.problem(both!(
                        "`{said}` というチームはどのファイルにもありません。{hint}",
                        "no team of these files is called `{said}`; {hint}",
                        hint
                    )));
                }
            }
        }
        graph.push(edges);
    }
    cycles(spec, &graph, problems);
}

/// Walks without recursion: a chain of teams may be as long as the file.
fn cycles(spec: &Spec, graph: &[Vec<(usize, &Place)>], problems: &mut Vec<Problem>) {
    let mut done: HashSet<usize> = HashSet::new();
    for start in 0..graph.len() {
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        let mut on_path: HashSet<usize> = HashSet::from([start]);
        while let Some((team, next)) = path.pop() {
            if done.contains(&team) && next == 0 {
                on_path.remove(&team);
                continue;
            }
            let Some((into, place)) = graph[team].get(next) else {
                on_path.remove(&team);
                done.insert(team);
                continue;
            };
            path.push((team, next + 1));
            if on_path.contains(into) {
                let from = path.iter().position(|(n, _)| n == into).unwrap_or(0);
                let names = path[from..].iter().map(|(n, _)| *n).chain([*into]);
                let names: Vec<&str> = names.map(|n| spec.teams[n].value.key()).take(20).collect();
                let said = shown_path(&names);
                problems.push(place.problem(both!(
                    "チームが自分自身を含んでいます: {said}",
                    "a team cannot include itself: {said}"
                )));
            } else if !done.contains(into) {
                path.push((*into, 0));
                on_path.insert(*into);
            }
        }
    }
}

fn shown_path(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| shown(name)).collect();
    names.join(" → ")
}
