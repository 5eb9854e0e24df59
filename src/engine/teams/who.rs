//! Who is in a team, since when, and by which pull request: asked in Slack, answered to whoever asks.
//!
//! Since when is in no database: the commits of the team's file say it, each compared with the one
//! before. Of the ten newest, that is; who is there for longer is there since before that.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::files::Files;
use super::planned::Planned;
use super::press::Asker;
use super::propose::Compared;
use super::{Done, Job};
use crate::engine::Engine;
use crate::engine::cases::Heard;
use crate::i18n::applying::{Applying, fill};
use crate::id::{DoneKey, Sha, SlackUserId};
use crate::slack::form::{Panel, Part, Piece};
use crate::store::Wanted;
use crate::teams::{Group, Spec, Team, named};

/// How many teams are listed, and how many members of one.
const LISTED: usize = 40;

/// What somebody wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Question {
    asker: Asker,
    /// The team, as they call it; all teams where none is named.
    called: Option<String>,
}

/// How somebody came into the files.
struct Since {
    at: Option<Timestamp>,
    pull: Option<(u64, String)>,
}

impl Engine {
    /// What a question gives to do.
    pub(in crate::engine) fn ask_for_team(
        &self,
        heard: &Heard,
        called: Option<&str>,
        now: Timestamp,
    ) -> Option<Wanted> {
        let question = Question {
            asker: Asker {
                who: heard.who.clone()?,
                channel: heard.channel.clone(),
                answer_at: heard
                    .response_url
                    .as_ref()
                    .map(|url| url.reveal().to_owned()),
            },
            called: called.map(str::to_owned),
        };
        let key = format!("who:{}", heard.origin.key(0));
        let doc = serde_json::to_string(&question).unwrap_or_default();
        let job = self.job(Job::Slack, &key, &doc, now);
        Some(Wanted { rev: 1, ..job })
    }

    /// Answers a question.
    pub(super) async fn answer_who(&self, key: &str, doc: &str, now: Timestamp) -> Done<()> {
        let Ok(question) = serde_json::from_str::<Question>(doc) else {
            return Ok(());
        };
        let lang = self.lang();
        let asker = &question.asker;
        let member = self.member(&asker.who, now).await;
        if !member.is_some_and(|member| member.is_full_member()) {
            return Ok(());
        }
        let plain = |text: String| Panel {
            headline: vec![Piece::Text(text)],
            parts: Vec::new(),
        };
        let panel = match (self.compared_now(now).await?, &question.called) {
            (None, _) => plain(Applying::NoTeams.say(lang).to_owned()),
            (Some(compared), None) => self.all_teams(&compared),
            (Some(compared), Some(called)) => match found(&compared, called) {
                Some(group) => self.one_team(&compared, group, now).await?,
                None => {
                    let mut panel = self.all_teams(&compared);
                    let said = fill(Applying::NoSuchTeam, lang, &[("team", called)]);
                    panel.headline = vec![Piece::Text(said)];
                    panel
                }
            },
        };
        let key = DoneKey::new(format!("no:teams:{key}"));
        self.tell_only(asker, key, panel, now).await
    }

    /// All teams, a line each.
    fn all_teams(&self, compared: &Compared) -> Panel {
        let (lang, planned) = (self.lang(), &compared.planned);
        let bound = planned.bound();
        let mut parts = Vec::new();
        for team in compared.spec.teams.iter().map(|team| &team.value) {
            let id = bound.get(team.key());
            let group =
                id.and_then(|id| planned.live.groups.iter().find(|it| it.id.as_str() == id));
            let Some(group) = group.filter(|group| !group.disabled) else {
                continue;
            };
            let who: Vec<String> = group
                .members
                .iter()
                .map(|who| planned.live.name(who))
                .collect();
            let with = [
                ("count", who.len().to_string()),
                ("who", who.join(Applying::Comma.say(lang))),
            ];
            let with: Vec<(&str, &str)> = with.iter().map(|(name, it)| (*name, &**it)).collect();
            parts.push(Part::Line(vec![
                Piece::Strong(title(group, Some(team))),
                Piece::Text(format!("\n{}", fill(Applying::TeamHas, lang, &with))),
            ]));
            if parts.len() >= LISTED {
                break;
            }
        }
        parts.push(Part::Small(vec![Piece::Text(
            Applying::HowToAsk.say(lang).to_owned(),
        )]));
        Panel {
            headline: vec![Piece::Strong(Applying::AllTeams.say(lang).to_owned())],
            parts,
        }
    }

    /// One team, a line for everybody in it.
    async fn one_team(&self, compared: &Compared, group: &Group, now: Timestamp) -> Done<Panel> {
        let lang = self.lang();
        let Compared { planned, spec } = compared;
        let bound = planned.bound();
        let mut teams = spec.teams.iter().map(|team| &team.value);
        let team =
            teams.find(|team| bound.get(team.key()).map(String::as_str) == Some(group.id.as_str()));
        let own = team
            .map(|team| named(spec, &planned.live, team))
            .unwrap_or_default();
        let there: BTreeSet<&SlackUserId> = group.members.iter().collect();
        let sought = own
            .keys()
            .filter(|who| there.contains(who))
            .cloned()
            .collect();
        let since = match team {
            Some(team) => self.since_when(planned, spec, team, sought, now).await?,
            None => BTreeMap::new(),
        };
        let lent = self.lent();
        let wanted = crate::teams::wanted(spec, &planned.live, now).unwrap_or_default();
        let wanted = team.and_then(|team| wanted.get(team.key()));
        let mut parts = Vec::new();
        for who in group.members.iter().take(LISTED) {
            let mut line = vec![Piece::Text(format!("{} — ", planned.live.name(who)))];
            let mut say = |text: String| line.push(Piece::Text(text));
            match (own.get(who), since.get(who)) {
                (Some(note), Some(since)) => {
                    let day = since
                        .at
                        .map(|at| at.to_zoned(spec.zone.clone()).date().to_string());
                    let day = day.unwrap_or_default();
                    say(fill(Applying::Since, lang, &[("day", &day)]));
                    if let Some((number, url)) = &since.pull {
                        say(" ".to_owned());
                        let (url, text) = (url.clone(), format!("#{number}"));
                        line.push(Piece::Link { url, text });
                    }
                    line.extend(note.as_ref().map(|note| Piece::Text(format!(" ({note})"))));
                }
                (Some(note), None) => {
                    say(Applying::SinceBefore.say(lang).to_owned());
                    line.extend(note.as_ref().map(|note| Piece::Text(format!(" ({note})"))));
                }
                (None, _)
                    if lent
                        .groups
                        .iter()
                        .any(|(at, it)| *at == group.id && it == who) =>
                {
                    say(Applying::OnlyLent.say(lang).to_owned());
                }
                (None, _) if wanted.is_some_and(|wanted| wanted.contains(who)) => {
                    say(Applying::ByAnother.say(lang).to_owned());
                }
                (None, _) => say(Applying::InNoFile.say(lang).to_owned()),
            }
            parts.push(Part::Line(line));
        }
        let more = group.members.len().saturating_sub(LISTED);
        if more > 0 {
            let more = fill(Applying::MoreLines, lang, &[("count", &more.to_string())]);
            parts.push(Part::Small(vec![Piece::Text(more)]));
        }
        Ok(Panel {
            headline: vec![Piece::Strong(title(group, team))],
            parts,
        })
    }

    /// Since when they stand in a team's file, and by which pull request.
    async fn since_when(
        &self,
        planned: &Planned,
        spec: &Spec,
        team: &Team,
        mut sought: BTreeSet<SlackUserId>,
        now: Timestamp,
    ) -> Done<BTreeMap<SlackUserId, Since>> {
        let mut all = BTreeMap::new();
        let place = spec.teams.iter().find(|at| at.value.key() == team.key());
        let Some(file) = place.map(|at| at.place.file.to_string()) else {
            return Ok(all);
        };
        let github = &self.0.parts.github;
        let repo = &self.0.parts.settings.postmortem_repo;
        let history = github.history_of(repo, &file).await;
        let mut known: BTreeMap<Sha, BTreeSet<SlackUserId>> = BTreeMap::new();
        for (commit, at) in self.asked(history, now)? {
            if sought.is_empty() {
                break;
            }
            let parents = github.parents(repo, &commit).await;
            let parent = self
                .asked(parents, now)?
                .unwrap_or_default()
                .into_iter()
                .next();
            for sha in [Some(&commit), parent.as_ref()].into_iter().flatten() {
                if !known.contains_key(sha) {
                    let files = self.team_files(sha, now).await?;
                    known.insert(sha.clone(), self.who_was_in(planned, team, &files));
                }
            }
            let nobody = BTreeSet::new();
            let before = parent
                .and_then(|parent| known.get(&parent))
                .unwrap_or(&nobody);
            let came: Vec<SlackUserId> = known[&commit].difference(before).cloned().collect();
            let came: Vec<SlackUserId> =
                came.into_iter().filter(|who| sought.remove(who)).collect();
            if came.is_empty() {
                continue;
            }
            let pulls = github.pulls_for_commit(repo, &commit).await;
            let pulls = self.asked(pulls, now)?.items;
            let pull = pulls.into_iter().find(|pull| pull.merged_at.is_some());
            for who in came {
                let since = Since {
                    at: pull.as_ref().and_then(|pull| pull.merged_at).or(at),
                    pull: pull
                        .as_ref()
                        .map(|pull| (pull.number, pull.html_url.clone())),
                };
                all.insert(who, since);
            }
        }
        Ok(all)
    }

    /// Whom a team named in these files; nobody where they cannot be read.
    fn who_was_in(&self, planned: &Planned, team: &Team, files: &Files) -> BTreeSet<SlackUserId> {
        let Ok(spec) = self.spec(files) else {
            return BTreeSet::new();
        };
        let before = team.previously.iter().map(|at| at.value.as_str());
        let mut names = [Some(team.key()), team.name()]
            .into_iter()
            .flatten()
            .chain(before);
        let was = names.find_map(|name| spec.team(name));
        was.map(|was| named(&spec, &planned.live, was).into_keys().collect())
            .unwrap_or_default()
    }
}

/// The group that is called so: by what the files call it, else by its handle, name or id in Slack.
fn found<'a>(compared: &'a Compared, called: &str) -> Option<&'a Group> {
    let groups = &compared.planned.live.groups;
    let bound = compared.planned.bound();
    let team = compared.spec.team(called);
    let id = team.and_then(|team| bound.get(team.key()));
    let bare = called.trim_start_matches('@').to_lowercase();
    let is = |group: &&Group| match id {
        Some(id) => group.id.as_str() == id,
        None => {
            group.id.as_str() == called || group.handle == bare || group.name.to_lowercase() == bare
        }
    };
    groups.iter().filter(|group| !group.disabled).find(is)
}

fn title(group: &Group, team: Option<&Team>) -> String {
    let service = team.and_then(Team::service);
    let service = service.map_or(String::new(), |service| format!(" ({service})"));
    format!("@{} {}{service}", group.handle, group.name)
}
