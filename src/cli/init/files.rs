//! The files that a postmortem repository begins with: `postmortem-template/`, built in.

use crate::i18n::Lang;
use crate::playbook;

/// A file of the template.
struct Built {
    /// Where it is in the template.
    path: &'static str,
    text: &'static str,
}

macro_rules! built {
    ($($path:literal,)*) => {
        const ALL: &[Built] = &[$(Built {
            path: $path,
            text: include_str!(concat!("../../../postmortem-template/", $path)),
        },)*];
    };
}

built! {
    ".github/CODEOWNERS",
    ".github/ISSUE_TEMPLATE/config.yml",
    ".github/ISSUE_TEMPLATE/incident-en.yml",
    ".github/ISSUE_TEMPLATE/incident.yml",
    ".github/PULL_REQUEST_TEMPLATE.md",
    ".github/PULL_REQUEST_TEMPLATE/en.md",
    ".github/sssbot.yaml",
    "README.md",
    "postmortems/TEMPLATE.en.md",
    "postmortems/TEMPLATE.ja.md",
    "userteams.yaml",
}

/// The files for an organisation that speaks this language: paths and what stands in them. What is
/// there for readers of the other language only is left out.
pub(super) fn offered(lang: Lang) -> Vec<(String, String)> {
    let offered = ALL.iter().filter_map(|built| {
        let path = target(built.path, lang)?;
        let text = match built.path {
            playbook::PATH => speaking(built.text, lang),
            _ => built.text.to_owned(),
        };
        Some((path.to_owned(), text))
    });
    offered.collect()
}

/// Where a file of the template goes.
fn target(path: &'static str, lang: Lang) -> Option<&'static str> {
    let only = |wanted: Lang| (lang == wanted).then_some(path);
    match path {
        ".github/ISSUE_TEMPLATE/incident.yml"
        | ".github/PULL_REQUEST_TEMPLATE.md"
        | "postmortems/TEMPLATE.ja.md" => only(Lang::Ja),
        ".github/ISSUE_TEMPLATE/incident-en.yml" | "postmortems/TEMPLATE.en.md" => only(Lang::En),
        // The only one is the one that GitHub takes unasked.
        ".github/PULL_REQUEST_TEMPLATE/en.md" => {
            only(Lang::En).map(|_| ".github/PULL_REQUEST_TEMPLATE.md")
        }
        path => Some(path),
    }
}

/// The template's playbook, saying which language is spoken.
fn speaking(text: &str, lang: Lang) -> String {
    text.replacen("\nlanguage: ja\n", &format!("\nlanguage: {lang}\n"), 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn below(dir: &Path, top: &Path, all: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, top, all);
            } else {
                let path = path.strip_prefix(top).unwrap();
                all.insert(path.to_str().unwrap().to_owned());
            }
        }
    }

    #[test]
    fn every_file_of_the_template_is_built_in() {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("postmortem-template");
        let mut there = BTreeSet::new();
        below(&top, &top, &mut there);
        let built: BTreeSet<String> = ALL.iter().map(|it| it.path.to_owned()).collect();
        assert_eq!(built, there);
    }

    #[test]
    fn each_language_has_one_form_and_a_playbook_that_speaks_it() {
        for lang in [Lang::Ja, Lang::En] {
            let files = offered(lang);
            let forms = files.iter().filter(|(path, _)| path.contains("/incident"));
            assert_eq!(forms.count(), 1);
            let paths: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
            assert_eq!(paths.len(), files.len());
            assert!(paths.contains(".github/PULL_REQUEST_TEMPLATE.md"));
            let rules = files
                .iter()
                .find(|(path, _)| path == playbook::PATH)
                .unwrap();
            assert_eq!(playbook::parse(&rules.1).unwrap().language, Some(lang));
        }
    }
}
