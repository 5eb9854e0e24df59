//! Names as people write them, and texts that only look like one.

use super::*;
use jiff::civil::date;
use proptest::prelude::*;

fn found(text: &str) -> Vec<String> {
    let names = ChannelName::find_all(text);
    names.into_iter().map(String::from).collect()
}

#[test]
fn finds_names_where_people_write_them() {
    let table: &[(&str, &[&str])] = &[
        ("example-20210101i", &["example-20210101i"]),
        ("#example-20210101i", &["example-20210101i"]),
        ("EXAMPLE-20210101I down", &["example-20210101i"]),
        (
            "＃ｅｘａｍｐｌｅ－２０２１０１０１ｉ",
            &["example-20210101i"],
        ),
        ("example−２０２１０１０１i", &["example-20210101i"]),
        ("example‐20210101i", &["example-20210101i"]),
        ("障害example-20210101iの件", &["example-20210101i"]),
        ("【障害】#example-20210101i、続報", &["example-20210101i"]),
        (
            "[example-20210101i] and (shop-210203i)",
            &["example-20210101i", "shop-210203i"],
        ),
        ("original/example-20210101i", &["example-20210101i"]),
        ("refs/heads/example-20210101i-2", &["example-20210101i-2"]),
        ("sss-ixf7h-20200623i", &["sss-ixf7h-20200623i"]),
        ("example-20210101i-2-訓練", &["example-20210101i-2-訓練"]),
        ("example-20210101i-訓練の件", &["example-20210101i-訓練"]),
        ("example-20210101i-drill!", &["example-20210101i-drill"]),
        ("決済-20210101iが遅い", &["決済-20210101i"]),
        ("＃決済ｓｙｓ－２０２１０１０１ｉ", &["決済sys-20210101i"]),
        ("決済-api-20210101i", &["決済-api-20210101i"]),
        ("本番 決済バッチ-20210101i", &["決済バッチ-20210101i"]),
        ("ｹｯｻｲｶﾞﾒﾝ-20210101i", &["ケッサイガメン-20210101i"]),
        ("- -example-20210101i", &["example-20210101i"]),
        ("a-20210101i-20210102i", &["a-20210101i-20210102i"]),
    ];
    for (text, names) in table {
        assert_eq!(found(text), *names, "in {text}");
    }
}

#[test]
fn leaves_what_only_looks_like_one() {
    for text in [
        "example-20210101in",
        "example-20210101i-1",
        "example-20210101i-02",
        "example-20210101i-99999999999",
        "example-20210101i-",
        "example-20210101i_x",
        "example-20210101i-drills",
        "example-20210101i-障害",
        "example-20210101iñ",
        "example-20211301i",
        "example-20210229i",
        "example-2021010i",
        "example-202101011i",
        "example-20210101",
        "-20210101i",
        "#-20210101i",
        "20210101i",
        "example 20210101i",
        "",
    ] {
        assert_eq!(found(text), [""; 0], "in {text}");
    }
}

#[test]
fn twins_are_two() {
    assert_eq!(found("see #example-20210101i-2"), ["example-20210101i-2"]);
    assert_eq!(found("see #example-20210101i"), ["example-20210101i"]);
    assert_eq!(found("xexample-20210101i"), ["xexample-20210101i"]);
    assert_eq!(found("#example-20210101i #example-20210101i-2").len(), 2);
}

#[test]
fn tells_the_parts() {
    let name = ChannelName::parse("#sss-ixf7h-200623i-12-訓練").unwrap();
    assert_eq!(name.service(), "sss-ixf7h");
    assert_eq!(name.date(), date(2020, 6, 23));
    assert_eq!(name.number(), Some(12));
    assert!(name.is_drill());
    let plain = ChannelName::parse("決済-20200623i").unwrap();
    assert_eq!(plain.service(), "決済");
    assert_eq!((plain.number(), plain.is_drill()), (None, false));
}

#[test]
fn a_name_is_all_of_the_text() {
    for text in [
        "x #example-20210101i",
        "example-20210101iの件",
        "##a-20210101i",
        "-a-20210101i",
    ] {
        assert!(ChannelName::parse(text).is_err(), "{text}");
    }
    let long = |n| format!("{}-20210101i", "a".repeat(n));
    assert!(ChannelName::parse(&long(70)).is_ok());
    assert!(ChannelName::parse(&long(71)).is_err());
    assert_eq!(found(&long(71)), [""; 0]);
    let read: Result<ChannelName, _> = serde_json::from_str("\"nothing\"");
    assert!(read.is_err());
}

#[test]
fn makes_names_that_fit() {
    let day = date(2021, 1, 1);
    let name = |service: &str, number, drill| {
        let made = ChannelName::new(service, day, number, drill);
        made.map_or_else(|e| e.to_string(), String::from)
    };
    assert_eq!(name("example", 1, false), "example-20210101i");
    assert_eq!(name("Shop API", 2, true), "shop-api-20210101i-2-訓練");
    assert!(name("", 1, false).contains("is not the name"));
    let first = ChannelName::new(&"a".repeat(99), day, 0, true).unwrap();
    let later = ChannelName::new(&"a".repeat(99), day, u32::MAX, true).unwrap();
    assert_eq!(first.service(), later.service());
    assert_eq!(later.with_ascii_suffix().as_str().chars().count(), LONGEST);
    let second = ChannelName::parse("shop-20210101i")
        .unwrap()
        .next()
        .unwrap();
    assert_eq!(second.as_str(), "shop-20210101i-2");
    assert_eq!(second.next().unwrap().as_str(), "shop-20210101i-3");
}

proptest! {
    #[test]
    fn print_and_parse_are_inverse(
        service in "[a-z0-9_ぁ-んァ-ヶ一-龠][a-z0-9_\\-ぁ-んァ-ヶ一-龠]{0,40}",
        days in 0i32..30_000, number in 0u32..2_000, drill: bool,
    ) {
        let day = date(1980, 1, 1).saturating_add(jiff::Span::new().days(days));
        let name = ChannelName::new(&service, day, number, drill).unwrap();
        prop_assert_eq!(ChannelName::parse(name.as_str()).unwrap(), name.clone());
        prop_assert_eq!(name.date(), day);
        prop_assert_eq!(name.is_drill(), drill);
        prop_assert_eq!(name.number(), (number >= 2).then_some(number));
        let json = serde_json::to_string(&name).unwrap();
        prop_assert_eq!(serde_json::from_str::<ChannelName>(&json).unwrap(), name);
    }

    #[test]
    fn a_printed_name_is_found_between_boundaries(
        service in "[a-z0-9_][a-z0-9_-]{0,30}|[ァ-ヶ一-龠]{1,20}|[一-龠]{1,9}-[a-z0-9]{1,9}",
        number in 0u32..30, drill: bool,
        before in "(.*[ 　/（「\\[:、。#])?", after in "([ 　）」\\]:、。のにはが].*)?",
    ) {
        let name = ChannelName::new(&service, date(2021, 1, 1), number, drill).unwrap();
        let names = ChannelName::find_all(&format!("{before}{name}{after}"));
        prop_assert!(names.contains(&name), "{names:?} without {name}");
    }

    #[test]
    fn any_text_is_taken(text in "(\\PC|-20210101i|-210101i-2|#|-訓練|a){0,60}") {
        for name in ChannelName::find_all(&text) {
            prop_assert_eq!(ChannelName::parse(name.as_str()).unwrap(), name);
        }
    }
}

#[test]
fn hostile_text_ends_soon() {
    for piece in [
        "-20210101i",
        "a-20210101i-2",
        "aaaaaaaa",
        "-",
        "ﷺ-20210101i",
        "\u{301}",
    ] {
        let text = piece.repeat(65_536 / piece.len());
        assert!(ChannelName::find_all(&text).len() <= 1, "{piece}");
    }
}
