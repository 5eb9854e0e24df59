//! What there is to do in a postmortem repository, as a value: what is shown is what is done.

use std::fmt;

use crate::github::RepoLabel;
use crate::i18n::Lang;
use crate::i18n::setup::{Setup, fill};
use crate::id::RepoName;
use crate::playbook::Label;

/// One thing to do. Each may be done again without harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Make this label.
    Make(RepoLabel),
    /// Make the first label the second, which has the same name.
    Mend(RepoLabel, RepoLabel),
    /// Propose these files, none of which is there: paths and texts. Those that the branch has
    /// already are not among them.
    Propose(Vec<(String, String)>),
}

/// Something that is not touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Left {
    /// A label that means the same as the one that is wanted.
    Twin { name: String, wanted: String },
    /// So many labels that are none of ours.
    Labels(usize),
    /// So many files that are there.
    Files(usize),
    /// A pull request of ours that is open.
    Pull(String),
}

/// All there is to do. `Display` says it in lines, in `lang`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) repo: RepoName,
    pub(super) lang: Lang,
    pub(super) steps: Vec<Step>,
    pub(super) left: Vec<Left>,
}

impl Step {
    /// What it does, in one line.
    pub(super) fn say(&self, lang: Lang) -> String {
        match self {
            Self::Make(label) => fill(
                Setup::LabelMake,
                lang,
                &[
                    ("name", &label.name),
                    ("colour", &label.color),
                    ("description", &label.description),
                ],
            ),
            Self::Mend(from, to) => {
                let mut what = Vec::new();
                if !same_colour(from, to) {
                    let with = [("from", from.color.as_str()), ("to", to.color.as_str())];
                    what.push(fill(Setup::MendColour, lang, &with));
                }
                if from.description != to.description {
                    let (from, to) = (from.description.as_str(), to.description.as_str());
                    what.push(fill(
                        Setup::MendDescription,
                        lang,
                        &[("from", from), ("to", to)],
                    ));
                }
                let with = [("name", from.name.as_str()), ("what", &what.join(", "))];
                fill(Setup::LabelMend, lang, &with)
            }
            Self::Propose(files) => {
                let names: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
                let with = [
                    ("count", &*names.len().to_string()),
                    ("files", &names.join(", ")),
                ];
                fill(Setup::FilesPropose, lang, &with)
            }
        }
    }
}

impl Left {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Twin { name, wanted } => {
                let with = [("name", name.as_str()), ("wanted", wanted.as_str())];
                fill(Setup::LeaveTwin, lang, &with)
            }
            Self::Labels(count) => fill(Setup::LeaveLabels, lang, &[("count", &count.to_string())]),
            Self::Files(count) => fill(Setup::LeaveFiles, lang, &[("count", &count.to_string())]),
            Self::Pull(url) => fill(Setup::LeavePull, lang, &[("url", url)]),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = match self.steps.is_empty() {
            true => Setup::PlanNothing,
            false => Setup::PlanTitle,
        };
        f.write_str(&fill(title, self.lang, &[("repo", self.repo.as_str())]))?;
        for step in &self.steps {
            write!(f, "\n- {}", step.say(self.lang))?;
        }
        if !self.left.is_empty() {
            write!(f, "\n{}", Setup::LeaveTitle.say(self.lang))?;
        }
        for left in &self.left {
            write!(f, "\n- {}", left.say(self.lang))?;
        }
        Ok(())
    }
}

/// What is to be done about the labels, so that those of the playbook are there in `lang`, and what
/// stays. Nothing is deleted, and no name is changed: people's issues carry them.
pub(super) fn labels(wanted: &[&Label], there: &[RepoLabel], lang: Lang) -> (Vec<Step>, Vec<Left>) {
    let (mut steps, mut left): (Vec<Step>, Vec<Left>) = (Vec::new(), Vec::new());
    let folded = |name: &str| name.trim().to_lowercase();
    let mut done: Vec<String> = Vec::new();
    for label in wanted {
        let name = label.name.say(lang);
        if done.contains(&folded(name)) {
            continue;
        }
        done.push(folded(name));
        let mut should = RepoLabel {
            name: name.to_owned(),
            color: label.colour.as_str().to_owned(),
            description: label.description.say(lang).to_owned(),
        };
        match there.iter().find(|it| folded(&it.name) == folded(name)) {
            Some(is) => {
                should.name.clone_from(&is.name);
                if !same_colour(is, &should) || is.description != should.description {
                    steps.push(Step::Mend(is.clone(), should));
                }
            }
            None => steps.push(Step::Make(should)),
        }
    }
    let mut others = 0;
    for is in there.iter().filter(|is| !done.contains(&folded(&is.name))) {
        match wanted.iter().find(|label| label.is_called(&is.name)) {
            Some(label) => left.push(Left::Twin {
                name: is.name.clone(),
                wanted: label.name.say(lang).to_owned(),
            }),
            None => others += 1,
        }
    }
    if others > 0 {
        left.push(Left::Labels(others));
    }
    (steps, left)
}

fn same_colour(one: &RepoLabel, other: &RepoLabel) -> bool {
    one.color.eq_ignore_ascii_case(&other.color)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::Playbook;

    fn label(name: &str, color: &str, description: &str) -> RepoLabel {
        RepoLabel {
            name: name.to_owned(),
            color: color.to_owned(),
            description: description.to_owned(),
        }
    }

    fn plan(there: &[RepoLabel], lang: Lang) -> Plan {
        let playbook = Playbook::default();
        let (steps, left) = labels(&playbook.all_labels(), there, lang);
        Plan {
            repo: "acme/postmortem".into(),
            lang,
            steps,
            left,
        }
    }

    fn after(plan: &Plan) -> Vec<RepoLabel> {
        let made = plan.steps.iter().filter_map(|step| match step {
            Step::Make(label) | Step::Mend(_, label) => Some(label.clone()),
            Step::Propose(_) => None,
        });
        made.collect()
    }

    #[test]
    fn what_was_done_once_is_not_done_again() {
        for lang in [Lang::Ja, Lang::En] {
            let first = plan(&[], lang);
            assert_eq!(first.steps.len(), Playbook::default().all_labels().len());
            let second = plan(&after(&first), lang);
            assert_eq!((second.steps, second.left), (vec![], vec![]));
        }
    }

    #[test]
    fn people_s_labels_stay_and_ours_are_mended_under_the_name_they_have() {
        let drill = &Playbook::default().labels.drill;
        let (ja, en) = (drill.name.ja.clone(), drill.name.en.clone());
        let mut there = after(&plan(&[], Lang::En));
        for it in &mut there {
            if it.name == en {
                *it = label(&en.to_uppercase(), "ABCDEF", "ours");
            }
        }
        there.push(label("bug", "d73a4a", ""));
        there.push(label(&ja, "000000", ""));
        let plan = plan(&there, Lang::En);
        let description = &drill.description.en;
        let colour = drill.colour.as_str();
        let name = en.to_uppercase();
        assert_eq!(
            plan.to_string(),
            format!(
                "What there is to do in acme/postmortem\n\
                 - mend the label “{name}”: colour #ABCDEF → #{colour}, \
                 description “ours” → “{description}”\n\
                 What stays as it is\n\
                 - the label “{ja}” means the same as “{en}”; relabel and delete it by hand\n\
                 - 1 other labels"
            )
        );
    }
}
