//! Labels of a repository and on its issues.

use serde_json::{Value, json};

use super::call::{Answer, Call, Reply, texts_of};
use super::errors::Refusal;
use super::records::{Doer, Label};
use super::state::State;

const NAME_LIMIT: usize = 50;
const DESCRIPTION_LIMIT: usize = 100;
const LABELS_LIMIT: usize = 100;
/// The colour of a label that nobody gave one.
const GREY: &str = "ededed";

impl State {
    fn find_label(&self, repo: u64, name: &str) -> Option<&Label> {
        let lower = name.to_lowercase();
        let mut labels = self.repo(repo).labels.iter();
        labels.find(|label| label.name.to_lowercase() == lower)
    }

    fn label_by_id(&self, repo: u64, id: u64) -> Value {
        let label = self.repo(repo).labels.iter().find(|label| label.id == id);
        label.map_or(Value::Null, |label| self.label_json(repo, label))
    }

    /// Makes a label and says so.
    pub fn add_label(
        &mut self,
        repo: u64,
        by: Doer,
        name: &str,
        color: &str,
        says: Option<String>,
    ) -> u64 {
        let id = self.next_id("label");
        let label = Label {
            id,
            name: name.to_owned(),
            color: color.to_lowercase(),
            description: says,
        };
        self.repo_mut(repo).labels.push(label);
        let body = json!({"action": "created", "label": self.label_by_id(repo, id)});
        self.emit(repo, "label", by.user, body);
        id
    }

    /// Makes exactly these the labels of an issue: one webhook for each that comes or goes. A label
    /// that the repository lacks is made.
    pub fn set_labels(
        &mut self,
        repo: u64,
        number: u64,
        by: Doer,
        names: &[String],
    ) -> Result<(), Refusal> {
        let mut wanted = Vec::new();
        for name in names {
            let id = match self.find_label(repo, name).map(|label| label.id) {
                Some(id) => id,
                None => self.add_label(repo, by, name, GREY, None),
            };
            if !wanted.contains(&id) {
                wanted.push(id);
            }
        }
        if wanted.len() > LABELS_LIMIT {
            let words = format!("You can only add up to {LABELS_LIMIT} labels");
            return Err(Refusal::custom("Issue", "labels", &words));
        }
        let had = self.issue(repo, number).labels.clone();
        for gone in had.iter().filter(|id| !wanted.contains(id)) {
            self.issue_mut(repo, number).labels.retain(|id| id != gone);
            self.labelling(repo, number, by, "unlabeled", *gone);
        }
        for new in wanted.iter().filter(|id| !had.contains(id)) {
            self.issue_mut(repo, number).labels.push(*new);
            self.labelling(repo, number, by, "labeled", *new);
        }
        Ok(())
    }

    fn labelling(&mut self, repo: u64, number: u64, by: Doer, kind: &'static str, id: u64) {
        let label = self.label_by_id(repo, id);
        let brief = json!({"label": {"name": label["name"], "color": label["color"]}});
        self.note(repo, number, by, kind, brief);
        self.emit_issue(repo, number, kind, by.user, json!({"label": label}));
    }

    fn label_names(&self, repo: u64, number: u64) -> Vec<String> {
        let own = &self.issue(repo, number).labels;
        let all = self.repo(repo).labels.iter();
        all.filter(|label| own.contains(&label.id))
            .map(|label| label.name.clone())
            .collect()
    }
}

/// Refuses names that no label can have.
pub(super) fn check_names(names: &[String]) -> Result<(), Refusal> {
    for name in names {
        if name.trim().is_empty() {
            return Err(Refusal::invalid("Label", "name", "missing_field"));
        }
        if name.chars().count() > NAME_LIMIT {
            return Err(Refusal::too_long("Label", "name", NAME_LIMIT));
        }
    }
    Ok(())
}

fn check(call: &Call) -> Result<(), Refusal> {
    let color = call.text("color")?;
    let good = |color: &str| color.len() == 6 && color.bytes().all(|byte| byte.is_ascii_hexdigit());
    if color.is_some_and(|color| !good(color)) {
        return Err(Refusal::invalid("Label", "color", "invalid"));
    }
    let says = call.text("description")?;
    if says.is_some_and(|says| says.chars().count() > DESCRIPTION_LIMIT) {
        return Err(Refusal::too_long("Label", "description", DESCRIPTION_LIMIT));
    }
    Ok(())
}

fn named(state: &State, call: &Call, repo: u64) -> Result<u64, Refusal> {
    let found = state.find_label(repo, call.param("name"));
    found.map(|label| label.id).ok_or_else(Refusal::not_found)
}

/// `GET /repos/{owner}/{repo}/labels`
pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let labels = state.repo(repo).labels.iter();
    Ok(Reply::List(
        labels.map(|label| state.label_json(repo, label)).collect(),
    ))
}

/// `POST /repos/{owner}/{repo}/labels`
pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let name = call.needed("name")?.to_owned();
    check_names(std::slice::from_ref(&name))?;
    check(call)?;
    if state.find_label(repo, &name).is_some() {
        return Err(Refusal::invalid("Label", "name", "already_exists"));
    }
    let color = call.text("color")?.unwrap_or(GREY);
    let says = call.text("description")?.map(str::to_owned);
    let id = state.add_label(repo, by, &name, color, says);
    Ok(Reply::Json(201, state.label_by_id(repo, id)))
}

/// `GET /repos/{owner}/{repo}/labels/{name}`
pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let id = named(state, call, repo)?;
    Ok(Reply::Json(200, state.label_by_id(repo, id)))
}

/// `PATCH /repos/{owner}/{repo}/labels/{name}`
pub(super) fn edit(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let id = named(state, call, repo)?;
    check(call)?;
    let name = call.text("new_name")?.map(str::to_owned);
    if let Some(name) = &name {
        check_names(std::slice::from_ref(name))?;
        if state
            .find_label(repo, name)
            .is_some_and(|label| label.id != id)
        {
            return Err(Refusal::invalid("Label", "name", "already_exists"));
        }
    }
    let mut changes = json!({});
    let labels = &mut state.repo_mut(repo).labels;
    if let Some(label) = labels.iter_mut().find(|label| label.id == id) {
        if let Some(name) = name {
            changes["name"] = json!({"from": std::mem::replace(&mut label.name, name)});
        }
        if let Some(color) = call.text("color")? {
            changes["color"] =
                json!({"from": std::mem::replace(&mut label.color, color.to_lowercase())});
        }
        if let Some(says) = call.text("description")? {
            changes["description"] = json!({"from": label.description.replace(says.to_owned())});
        }
    }
    let label = state.label_by_id(repo, id);
    let body = json!({"action": "edited", "label": label, "changes": changes});
    state.emit(repo, "label", by.user, body);
    Ok(Reply::Json(200, label))
}

/// `DELETE /repos/{owner}/{repo}/labels/{name}`
pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let id = named(state, call, repo)?;
    let label = state.label_by_id(repo, id);
    let here = state.repo_mut(repo);
    here.labels.retain(|label| label.id != id);
    for issue in here.issues.values_mut() {
        issue.labels.retain(|label| *label != id);
    }
    state.emit(
        repo,
        "label",
        by.user,
        json!({"action": "deleted", "label": label}),
    );
    Ok(Reply::Nothing(204))
}

/// `GET /repos/{owner}/{repo}/issues/{number}/labels`
pub(super) fn on_issue(state: &mut State, call: &Call) -> Answer {
    let repo = state.see(call)?;
    let number = state.numbered(call, repo)?;
    Ok(Reply::List(
        state.labels_json(repo, state.issue(repo, number)),
    ))
}

/// `POST /repos/{owner}/{repo}/issues/{number}/labels`
pub(super) fn add(state: &mut State, call: &Call) -> Answer {
    change(state, call, |had, named| had.extend(named))
}

/// `PUT /repos/{owner}/{repo}/issues/{number}/labels`
pub(super) fn set(state: &mut State, call: &Call) -> Answer {
    change(state, call, |had, named| *had = named)
}

fn change(state: &mut State, call: &Call, change: fn(&mut Vec<String>, Vec<String>)) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = state.numbered(call, repo)?;
    let named = match &call.body {
        Value::Array(list) => texts_of("labels", list)?,
        _ => call.texts("labels")?.unwrap_or_default(),
    };
    check_names(&named)?;
    let mut names = state.label_names(repo, number);
    change(&mut names, named);
    state.set_labels(repo, number, by, &names)?;
    Ok(Reply::List(
        state.labels_json(repo, state.issue(repo, number)),
    ))
}

/// `DELETE /repos/{owner}/{repo}/issues/{number}/labels`
pub(super) fn clear(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = state.numbered(call, repo)?;
    state.set_labels(repo, number, by, &[])?;
    Ok(Reply::Nothing(204))
}

/// `DELETE /repos/{owner}/{repo}/issues/{number}/labels/{name}`
pub(super) fn remove(state: &mut State, call: &Call) -> Answer {
    let (repo, by) = state.write(call)?;
    let number = state.numbered(call, repo)?;
    let gone = call.param("name").to_lowercase();
    let mut names = state.label_names(repo, number);
    let before = names.len();
    names.retain(|name| name.to_lowercase() != gone);
    if names.len() == before {
        return Err(Refusal::plain(404, "Label does not exist"));
    }
    state.set_labels(repo, number, by, &names)?;
    Ok(Reply::List(
        state.labels_json(repo, state.issue(repo, number)),
    ))
}
