//! What a template may say, and what is told of one that is wrong.

use super::*;
use proptest::prelude::*;

fn words(template: &Template) -> String {
    template.body(|hole, place| format!("<{} {place:?}>", hole.word()))
}

fn problems(text: &str) -> Vec<String> {
    let problems = parse(text, "T.md").unwrap_err();
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_in_braces_is_filled_in() {
    let text = "# {channel}\n\n| {detected} |\n\n  {summary}  \nif (a) {{ b }} } else\n";
    assert_eq!(
        words(&parse(text, "T.md").unwrap()),
        "# <channel Within>\n\n| <detected Within> |\n\n  <summary Alone>  \nif (a) { b } } else\n"
    );
}

#[test]
fn what_nothing_fills_is_told_with_its_place() {
    assert_eq!(
        problems("# x\n\nあ {sumary}\n{nothing like it} {open\n"),
        [
            "T.md:3:3: nothing fills `{sumary}`; did you mean `{summary}`?".to_owned(),
            format!(
                "T.md:4:1: nothing fills `{{nothing like it}}`; known are {}",
                Hole::WORDS
                    .iter()
                    .map(|w| format!("{{{w}}}"))
                    .collect::<Vec<_>>()
                    .join(" ")
            ),
            "T.md:4:19: the brace is not closed; a brace itself is written `{{`".to_owned(),
        ]
    );
    let missing = Problem::missing("postmortems/T.md");
    assert_eq!(
        missing.say(Lang::Ja),
        "ひな形 `postmortems/T.md` がありません"
    );
}

#[test]
fn front_matter_of_its_own_is_kept_and_must_not_be_ours() {
    let text = "---\nreviewed: false\nby: {handler}\n---\n# {channel}\n";
    let template = parse(text, "T.md").unwrap();
    let front = template.front(|hole, place| format!("{}/{place:?}", hole.word()));
    assert_eq!(front, "reviewed: false\nby: handler/Front\n");
    assert_eq!(words(&template), "# <channel Within>\n");
    assert_eq!(
        problems("---\nlevel: 3\n---\n"),
        ["T.md:2:1: `level` is written by sssbot; take this line out"]
    );
    assert_eq!(
        problems("---\nx: 1\n"),
        ["T.md:1:1: the `---` on top is not closed"]
    );
}

proptest! {
    #[test]
    fn any_text_is_taken(text in "(\\PC|\\{|\\}|\\n|---\n|\\{summary\\}){0,60}") {
        if let Err(problems) = parse(&text, "T.md") {
            prop_assert!(!problems.is_empty());
        }
    }

    #[test]
    fn text_with_its_braces_doubled_is_left_as_it_is(text in "(\\PC|\\{|\\}|\\n){0,60}") {
        prop_assume!(!text.starts_with("---"));
        let doubled = text.replace('{', "{{").replace('}', "}}");
        let template = parse(&doubled, "T.md").unwrap();
        prop_assert_eq!(words(&template), text.trim_start_matches('\u{feff}'));
    }
}
