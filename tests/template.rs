//! The files that people start from must be good as they are.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sssbot::i18n::Lang;
use sssbot::playbook::{self, LabelMeans, Playbook};
use sssbot::postmortem;
use sssbot::teams::People;
use sssbot::yaml::{self, Node, Value};

fn template() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("postmortem-template")
}

fn read(path: &str) -> String {
    fs::read_to_string(template().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn the_playbook() -> Playbook {
    playbook::parse(&read(playbook::PATH)).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

const FORMS: [(&str, Lang); 2] = [
    (".github/ISSUE_TEMPLATE/incident.yml", Lang::Ja),
    (".github/ISSUE_TEMPLATE/incident-en.yml", Lang::En),
];

#[test]
fn the_template_s_playbook_is_good() {
    let playbook = the_playbook();
    assert!(playbook.mirror.report_unreachable_channels_on_issue);
    assert_eq!(playbook.language, Some(Lang::Ja));
}

#[test]
fn the_template_s_team_file_is_good_and_names_nobody() {
    let people = People::parse(&read("userteams.yaml"));
    assert!(people.expect("it parses").is_empty());
}

#[test]
fn the_example_team_file_says_who_is_who() {
    let people = People::parse(include_str!("../userteams.yaml")).expect("it parses");
    let hanako = people.by_login("Hanako-Dev").expect("she is in it");
    assert_eq!(hanako.slack.as_str(), "U01HANAKO01");
}

fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    match node.get(key).map(|node| &node.value) {
        Some(Value::Text(text)) if !text.trim().is_empty() => Some(text),
        _ => None,
    }
}

fn keys(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::Map(entries) => entries.iter().map(|(key, _)| key.name.as_str()).collect(),
        other => panic!("{other:?} is no mapping"),
    }
}

fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Value::List(items)) => items,
        other => panic!("{other:?} is no list"),
    }
}

fn fields(form: &Node) -> &[Node] {
    items(form.get("body"))
}

fn field<'a>(form: &'a Node, id: &str) -> &'a Node {
    let found = fields(form)
        .iter()
        .find(|field| text(field, "id") == Some(id));
    found.unwrap_or_else(|| panic!("no field `{id}`"))
}

fn options(form: &Node, id: &str) -> Vec<String> {
    let attributes = field(form, id).get("attributes").unwrap();
    let options = items(attributes.get("options")).iter();
    options
        .map(|option| option.text().unwrap().to_owned())
        .collect()
}

/// What GitHub refuses in a form, as its documentation of the form schema has it.
#[test]
fn github_takes_the_issue_forms() {
    let mut names = BTreeSet::new();
    for (path, _) in FORMS {
        let form = yaml::read(&read(path)).unwrap();
        let known = [
            "name",
            "description",
            "title",
            "body",
            "labels",
            "assignees",
            "projects",
            "type",
        ];
        assert!(keys(&form).iter().all(|key| known.contains(key)), "{path}");
        let name = text(&form, "name").expect("a name").to_owned();
        assert!(names.insert(name), "{path}: two forms have one name");
        assert!(text(&form, "description").is_some(), "{path}");
        let (mut ids, mut labels, mut asked) = (BTreeSet::new(), BTreeSet::new(), 0);
        for field in fields(&form) {
            let kind = text(field, "type").expect("a type");
            let attributes = field.get("attributes").expect("attributes");
            let (known, needed): (&[&str], &str) = match kind {
                "markdown" => (&["value"], "value"),
                "input" => (&["label", "description", "placeholder", "value"], "label"),
                "textarea" => (
                    &["label", "description", "placeholder", "value", "render"],
                    "label",
                ),
                "dropdown" => (
                    &["label", "description", "multiple", "options", "default"],
                    "label",
                ),
                "checkboxes" => (&["label", "description", "options"], "label"),
                other => panic!("{path}: `{other}` is no type"),
            };
            assert!(
                keys(attributes).iter().all(|key| known.contains(key)),
                "{path}: {kind}"
            );
            assert!(
                text(attributes, needed).is_some(),
                "{path}: {kind} needs `{needed}`"
            );
            let outside = ["type", "id", "attributes", "validations"];
            assert!(
                keys(field).iter().all(|key| outside.contains(key)),
                "{path}: {kind}"
            );
            if kind == "markdown" {
                continue;
            }
            asked += 1;
            let id = text(field, "id").expect("an id");
            let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
            assert!(id.bytes().all(fits), "{path}: {id}");
            assert!(ids.insert(id), "{path}: two fields are `{id}`");
            let label = text(attributes, "label").unwrap();
            assert!(
                labels.insert(label),
                "{path}: two fields are called `{label}`"
            );
            if kind == "dropdown" {
                let all = items(attributes.get("options"));
                let mut unique = BTreeSet::new();
                for option in all {
                    let Value::Text(option) = &option.value else {
                        panic!("{path}: {id}: put {option:?} in quotes");
                    };
                    assert!(
                        option.to_lowercase() != "none",
                        "{path}: {id}: a reserved word"
                    );
                    assert!(unique.insert(option), "{path}: {id}: `{option}` twice");
                }
                let default = attributes.get("default").and_then(Node::text);
                let default = default.map(|digits| digits.parse::<usize>().unwrap());
                assert!(default.is_none_or(|at| at < all.len()), "{path}: {id}");
            }
            if let Some(validations) = field.get("validations") {
                assert_eq!(keys(validations), ["required"], "{path}: {id}");
                let required = validations.get("required").map(|node| &node.value);
                assert!(matches!(required, Some(Value::Bool(_))), "{path}: {id}");
            }
        }
        assert!(asked > 0, "{path}");
    }
}

#[test]
fn the_forms_offer_what_the_playbook_has() {
    let playbook = the_playbook();
    for (path, lang) in FORMS {
        let form = yaml::read(&read(path)).unwrap();
        let asked: Vec<&str> = fields(&form)
            .iter()
            .filter_map(|field| text(field, "id"))
            .collect();
        assert_eq!(
            asked,
            [
                "service", "summary", "type", "feeling", "level", "detected", "drill"
            ],
            "{path}"
        );
        let services: Vec<&str> = playbook
            .services
            .iter()
            .map(|own| own.id.as_str())
            .collect();
        assert_eq!(options(&form, "service"), services, "{path}");
        for option in options(&form, "service") {
            assert!(playbook.service_called(&option).is_ok(), "{path}: {option}");
        }
        let types: Vec<&str> = playbook
            .types
            .iter()
            .map(|own| own.name.say(lang))
            .collect();
        assert_eq!(options(&form, "type"), types, "{path}");
        let levels: Vec<String> = playbook
            .levels
            .iter()
            .map(|own| own.number.to_string())
            .collect();
        assert_eq!(options(&form, "level"), levels, "{path}");
        let feelings = playbook.feelings.iter().map(|own| {
            let (name, what) = (own.name.say(lang), own.instruction.say(lang));
            format!("{} {name} {what}", own.icon)
        });
        assert_eq!(
            options(&form, "feeling"),
            feelings.collect::<Vec<_>>(),
            "{path}"
        );
        let drill = options(&form, "drill");
        let means = playbook.label_means(&drill[1]);
        assert_eq!((drill.len(), means), (2, Some(LabelMeans::Drill)), "{path}");
    }
}

#[test]
fn the_chooser_is_configured() {
    let config = yaml::read(&read(".github/ISSUE_TEMPLATE/config.yml")).unwrap();
    let known = ["blank_issues_enabled", "contact_links"];
    assert!(keys(&config).iter().all(|key| known.contains(key)));
}

/// The sections of the postmortem in the SRE book, and the same holes in both languages.
#[test]
fn the_postmortems_start_from_the_same() {
    let holes = |text: &str| -> BTreeSet<String> {
        let opened = text.split('{').skip(1);
        let inside = opened.filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()));
        inside.collect()
    };
    let (ja, en) = (
        read("postmortems/TEMPLATE.ja.md"),
        read("postmortems/TEMPLATE.en.md"),
    );
    let known = [
        "name",
        "channel",
        "service",
        "type",
        "levels",
        "handler",
        "people",
        "issue",
        "summary",
        "detected",
        "responded",
        "recovered",
        "duration",
        "timeline",
    ];
    assert_eq!(holes(&en), known.map(str::to_owned).into_iter().collect());
    assert_eq!(holes(&ja), holes(&en));
    let headings = |text: &str| text.lines().filter(|line| line.starts_with("##")).count();
    assert_eq!(headings(&ja), headings(&en));
    for section in [
        "Summary",
        "Impact",
        "Root causes",
        "Trigger",
        "Detection",
        "Timeline",
        "Lessons learned",
        "Action items",
    ] {
        assert!(
            en.lines().any(|line| line == format!("## {section}")),
            "{section}"
        );
    }
    let folder = the_playbook().postmortem.folder;
    assert!(
        template().join(folder).is_dir(),
        "the playbook's folder is there"
    );
}

#[test]
fn the_postmortem_templates_can_be_filled_in() {
    for lang in [Lang::Ja, Lang::En] {
        let path = the_playbook().postmortem.template(lang);
        let text = read(&path);
        let problems = postmortem::parse(&text, &path).err();
        assert_eq!(problems, None);
        assert_eq!(text, postmortem::built_in(lang), "{path}");
        // Whoever merges them can say of each action who does it, until when and where.
        let row = text.replace(
            "|  |  |  |  |  |",
            "| Look twice | prevent | @ana | 2021-10-31 | #7 |",
        );
        let [action] = &postmortem::actions(&row)[..] else {
            panic!("{path}");
        };
        assert!(action.owner.known().is_some() && action.due.known().is_some());
        assert_eq!(action.link.as_ref().map(|link| link.number), Some(7));
    }
}

#[test]
fn the_readme_names_all_that_can_be_filled_in() {
    let readme = read("README.md");
    for word in postmortem::template::Hole::WORDS {
        assert!(readme.contains(&format!("`{{{word}}}`")), "{word}");
    }
}

#[test]
fn what_the_readme_names_is_there() {
    let readme = read("README.md");
    let links = readme.split("](").skip(1);
    let links: Vec<&str> = links
        .filter_map(|rest| Some(rest.split_once(')')?.0))
        .collect();
    assert!(links.len() > 4);
    for link in links.iter().filter(|link| !link.starts_with('#')) {
        assert!(template().join(link).exists(), "{link}");
    }
}
