//! Stories as a whole: read, compared, blessed; and the changes that they list.

mod acts;
mod teams;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::clock::Clock;
use crate::sandbox::slack::{Limits, NewPerson, Settings, SlackWorld};

const STORY: &str = r##"---
lang: en
---
# A comment reaches its channel

It is *quick*.

```rust
fn example() {}
```

```do
channel #example-20210101i
repo acme/shop

hanako opens issue acme/shop "#example-20210101i down"
| It is
|
| down.
```

The channel hears of it.

```slack #example-20210101i
+ hanako opened #1
  It is
```

```do
taro comments on acme/shop#1
| ```
| a fence
| ```
```

```github
```

The end.
"##;

fn seen(place: Place, text: &str) -> Seen {
    Seen {
        place,
        text: text.to_owned(),
    }
}

fn channel() -> Place {
    Place::Channel("example-20210101i".to_owned())
}

#[test]
fn a_story_is_read() {
    let story = Story::parse(STORY).unwrap();
    assert_eq!(story.title, "A comment reaches its channel");
    assert_eq!(story.lang, Lang::En);
    assert_eq!(story.closing, "The end.");
    let [first, second] = story.steps.as_slice() else {
        panic!("{story:?}");
    };
    assert_eq!(
        first.prose,
        "It is *quick*.\n\n```rust\nfn example() {}\n```"
    );
    assert_eq!(first.line, 12);
    let lines: Vec<usize> = first.acts.iter().map(|act| act.line).collect();
    assert_eq!(lines, [13, 14, 16]);
    assert!(matches!(
        &first.acts[2].act,
        Act::GitHub { deed: Deed::OpenIssue { body, .. }, .. } if body == "It is\n\ndown."
    ));
    assert_eq!(first.expected[0].place, channel());
    assert_eq!(first.expected[0].text, "+ hanako opened #1\n  It is");
    assert_eq!(second.prose, "The channel hears of it.");
    assert!(matches!(
        &second.acts[0].act,
        Act::GitHub { deed: Deed::Comment { body, .. }, .. } if body == "```\na fence\n```"
    ));
    assert_eq!(second.expected[0].text, "");
}

#[test]
fn what_was_seen_as_expected_changes_nothing() {
    let story = Story::parse(STORY).unwrap();
    let as_told = [vec![seen(channel(), "+ hanako opened #1\n  It is")], vec![]];
    assert_eq!(story.differences(&as_told), None);
    assert_eq!(story.blessed(&as_told), STORY);
    let windows = STORY.replace('\n', "\r\n");
    let story = Story::parse(&windows).unwrap();
    assert_eq!(story.differences(&as_told), None);
}

#[test]
fn blessing_changes_only_what_is_expected() {
    let story = Story::parse(STORY).unwrap();
    let other = [
        vec![],
        vec![
            seen(Place::GitHub, "+ a comment"),
            seen(channel(), "+ a fence"),
        ],
    ];
    let said = story.differences(&other).unwrap();
    assert!(
        said.contains("line 24: slack #example-20210101i\n--- expected\n+ hanako"),
        "{said}"
    );
    assert!(
        said.contains("line 29: slack #example-20210101i changed, and nobody expected it"),
        "{said}"
    );
    let blessed = story.blessed(&other);
    assert_eq!(
        blessed,
        STORY.replace("+ hanako opened #1\n  It is\n", "").replace(
            "```github\n```\n",
            "```github\n+ a comment\n```\n\n```slack #example-20210101i\n+ a fence\n```\n"
        )
    );
    let again = Story::parse(&blessed).unwrap();
    assert_eq!(again.differences(&other), None);
    assert_eq!(again.blessed(&other), blessed);
}

#[test]
fn mistakes_are_told_with_their_line() {
    for (source, line, what) in [
        ("text", 1, "a story begins with a heading"),
        ("# a", 1, "nothing is done in this story"),
        (
            "# a\n```do\nwait 2h",
            2,
            "the block that opens here is never closed",
        ),
        (
            "# a\n\n```do\nwait 2h\nnobody knows\n```",
            5,
            "unknown act `nobody knows`",
        ),
        (
            "# a\n```do\nand at once hanako closes it\n```",
            3,
            "nothing is done before",
        ),
        (
            "# a\n```do\nwait 1m\nand at once hanako closes it\n```",
            4,
            "only what happens on GitHub or in Slack",
        ),
        (
            "# a\n```do\n```\n```dialog\n```",
            4,
            "a block of what is to be seen",
        ),
        ("# a\n```do\n| body\n```", 3, "a body stands below the act"),
        ("# a\n```slack #b\n```", 2, "nothing has been done yet"),
        (
            "# a\n```do\n```\n```slack b\n```",
            4,
            "a block of what is to be seen",
        ),
        (
            "# a\n```do\n```\n```slack #b\n```\n```slack #b\n```",
            6,
            "this step has a block `slack #b` already",
        ),
        ("---\nlang: fr\n---\n# a", 2, "`fr` is not a language"),
        (
            "---\ncolour: red\n---\n# a",
            2,
            "`colour: red` is not known here",
        ),
    ] {
        let error = Story::parse(source).unwrap_err();
        assert_eq!(error.line, line, "{source}: {error}");
        assert!(error.what.starts_with(what), "{source}: {error}");
    }
}

#[test]
fn acts_of_one_moment_are_one() {
    let story = "# a\n```do\nhanako closes it\n\nand at once taro says in #a\n| one\nand at once taro sends it off\nwait 1m\n```\n```dialog hanako\n```\n```home taro\n```";
    let story = Story::parse(story).unwrap();
    let step = &story.steps[0];
    assert_eq!(step.acts.len(), 2);
    assert_eq!((step.acts[0].line, step.acts[1].line), (3, 8));
    let Act::AtOnce(all) = &step.acts[0].act else {
        panic!("{step:?}");
    };
    let who = |act: &Act| match act {
        Act::Slack { who, .. } => who.clone(),
        other => panic!("{other:?}"),
    };
    let who: Vec<String> = all.iter().map(who).collect();
    assert_eq!(who, ["hanako", "taro", "taro"]);
    let places: Vec<String> = step.expected.iter().map(|e| e.place.to_string()).collect();
    assert_eq!(places, ["dialog hanako", "home taro"]);
}

#[test]
fn the_documentation_names_every_act_and_its_story_is_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stories/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    for form in FORMS {
        assert!(
            readme.lines().any(|line| line == *form),
            "not in {path}: {form}"
        );
    }
    let (_, example) = readme.split_once("`````markdown\n").unwrap();
    let (example, _) = example.split_once("`````").unwrap();
    let story = Story::parse(example).unwrap();
    assert!(story.steps.len() > 1);
}

#[test]
fn changes_of_a_channel() {
    let (clock, _hands) = Clock::by_hand("2021-01-01T00:00:00Z".parse().unwrap());
    let mut settings = Settings::new(clock, "xoxb-a", "s");
    settings.limits = Limits::off();
    let world = SlackWorld::new(settings);
    let hanako = world.add_user(NewPerson::named("hanako"));
    let id = world.create_channel("a", &hanako, false).unwrap();
    world.invite(&id, &world.bot(), &hanako);
    let before = world.channel("a");
    let names = world.names();
    assert_eq!(slack_changes(before.as_ref(), before.as_ref(), &names), "");
    let bot = world.bot();
    let first = world.say(&bot, &id, "*one*\n\ntwo").unwrap();
    world.say(&hanako, &id, "not listed").unwrap();
    world.reply(&bot, &id, &first, "three").unwrap();
    let after = world.channel("a");
    assert_eq!(
        slack_changes(before.as_ref(), after.as_ref(), &names),
        "+ one\n\n  two\n+ (in a thread) three"
    );
    world.edit(&bot, &id, &first, "<https://e.com|1>").unwrap();
    let edited = world.channel("a");
    assert_eq!(
        slack_changes(after.as_ref(), edited.as_ref(), &names),
        "~ 1 <https://e.com>"
    );
    world.delete(&id, &first);
    world.archive(&id, &hanako);
    assert_eq!(
        slack_changes(edited.as_ref(), world.channel("a").as_ref(), &names),
        "- 1 <https://e.com>\n* archived"
    );
    assert_eq!(json!(bot), json!("U00000BOT"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(```do\n|```\n|```slack #a\n|# a\n|wait 2h\n|\\| b\n|---\n|[a-z\"#あ \n]){0,30}") {
        if let Ok(story) = Story::parse(&text) {
            let seen: Vec<Vec<Seen>> = story
                .steps
                .iter()
                .map(|step| {
                    let one = |e: &Expectation| Seen { place: e.place.clone(), text: e.text.clone() };
                    step.expected.iter().map(one).collect()
                })
                .collect();
            prop_assert_eq!(story.differences(&seen), None);
            let blessed = story.blessed(&seen);
            let again = Story::parse(&blessed).unwrap();
            prop_assert_eq!(again.differences(&seen), None);
        }
    }

    #[test]
    fn any_act_is_read_or_refused(line in "(hanako |opens |issue |acme/shop|#1|: |\"|slack |answers |429 after |30s |[a-z0-9あ ]){0,10}") {
        let _ = deeds::act(&line, vec![]);
    }
}
