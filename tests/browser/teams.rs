//! Who is called first: the file that says it, changed at the left, and Slack's groups, changed at the
//! right.

use crate::webdriver::{Screen, Window};
use crate::{DESKTOP, MESSAGES, PHONE, look, nothing_to_complain_of, visit};

/// The file with something else in it.
fn write(page: &Window, from: &str, to: &str) {
    let text = page.js("return document.querySelector('#edit-text').value", &[]);
    let text = text.as_str().unwrap();
    assert!(text.contains(from), "{text}");
    page.write("#edit-text", &text.replacen(from, to, 1));
}

/// The text of the file that is shown, line by line.
fn lines(page: &Window) -> String {
    let script = "return [...document.querySelectorAll('#file .code li')].map((e) => e.textContent).join('\\n')";
    page.js(script, &[]).as_str().unwrap().to_owned()
}

/// The page says so above the panes; the browser tells of it in its own words, once.
fn refused(page: &Window, why: &str) {
    page.sees("#problems", why);
    let told = page.complaints();
    assert!(told.iter().all(|told| told.contains("422")), "{told:?}");
}

/// What the strip leads to, followed from the first look at the page.
fn a_change_is_proposed_and_merged(screen: Screen, name: &str) {
    let (_demo, page) = visit(screen);
    let look = |step: &str| look(&page, &format!("teams-{name}-{step}"));
    let to_github = || {
        if screen.phone {
            page.click(".tabs a[href='#github']");
        }
    };
    look("1-start");
    page.sees("#guide", "Change who is called");
    page.click("#guide a:not(.primary)");
    page.sees("#file-title", "userteams.yaml");
    page.sees("#guide", "This file says who is called first");
    look("2-file");
    page.click("#guide a.primary");
    page.wait(
        "the field has the focus",
        "return document.activeElement.id === 'edit-text'",
        &[],
    );
    look("3-edit");
    page.click("#edit-submit");
    refused(&page, "Nothing has been changed.");

    write(&page, "  - mei\n", "  - mei\n  - sora: [\n");
    page.click("#edit-submit");
    page.sees("#subject-title", "Update userteams.yaml");
    page.sees("#changes .add", "- sora: [");
    page.misses("#problems p");
    page.sees("#guide", "The check has found something");
    look("4-found");
    assert!(page.count(".diff .note.bad, .check .note.bad") > 0);
    page.click("#guide a.primary");
    page.sees("#file .branches-of", "hanako-patch-1");
    write(&page, "  - sora: [\n", "  - sora\n");
    page.click("#edit-submit");
    page.sees("#checks .check.good", "passed");
    page.sees("#guide", "Then merge.");
    look("5-pull");
    assert!(!page.text("#changes").contains(": ["));

    page.click("#merge-submit");
    page.sees("#subject .badge", "Merged");
    page.click("#to-files");
    page.sees("#file-title", "userteams.yaml");
    assert!(
        lines(&page).contains("  - mei\n  - sora\n"),
        "{}",
        lines(&page)
    );
    to_github();
    look("6-merged");
    nothing_to_complain_of(&page);
}

#[test]
fn a_change_of_the_file_becomes_a_pull_request_and_is_merged() {
    a_change_is_proposed_and_merged(DESKTOP, "desktop");
}

#[test]
fn the_same_on_a_phone() {
    a_change_is_proposed_and_merged(PHONE, "phone");
}

#[test]
fn a_group_is_changed_as_in_slack() {
    let (_demo, page) = visit(DESKTOP);
    page.click("#to-groups a");
    let shop = page.sees(".group", "@shop-first");
    look(&page, "groups-1");
    page.click(&format!("#{shop} button[title='Take taro out']"));
    page.misses(&format!("#{shop} button[title='Take taro out']"));
    page.sees(&format!("#{shop} .members-count"), "2 members");

    page.js(
        "const menu = document.querySelector(arguments[0]);
        menu.value = [...menu.options].find((option) => option.textContent === 'mallory').value;",
        &[&format!("#{shop} .add select")],
    );
    page.click(&format!("#{shop} .add button"));
    page.sees(&format!("#{shop} .members"), "mallory");

    page.click(&format!("#{shop} .edit summary"));
    page.write(&format!("#{shop}-handle"), "search-first");
    page.click(&format!("#{shop} .edit button.primary"));
    refused(&page, "That handle is taken.");
    look(&page, "groups-2-taken");
    // Why stays to be read, whatever others do meanwhile.
    page.js(
        "const button = document.querySelector(arguments[0]);
        const fields = new URLSearchParams(new FormData(button.form, button));
        fetch(button.form.action, {method: 'POST', body: fields});",
        &["button[title='Take sora out']"],
    );
    page.misses("button[title='Take sora out']");
    page.sees("#problems", "That handle is taken.");
    page.write(&format!("#{shop}-handle"), "shop-oncall");
    page.click(&format!("#{shop} .edit button.primary"));
    page.sees(&format!("#{shop} .handle"), "@shop-oncall");
    page.misses("#problems p");
    look(&page, "groups-3");
    nothing_to_complain_of(&page);
}

#[test]
fn what_is_merged_is_applied_and_what_differs_is_asked_about() {
    let (_demo, page) = visit(DESKTOP);
    page.click("#guide a:not(.primary)");
    page.click("#guide a.primary");
    write(&page, "  - mei\n", "  - mei\n  - sora\n");
    page.click("#edit-submit");
    page.sees("#checks .check.good", "userteams");
    page.sees("#checks .check.good .text", "sora");
    page.sees(".comment", "sora");
    look(&page, "engine-1-plan");
    let shop = page.sees(".group", "@shop-first");
    assert!(!page.text(&format!("#{shop} .members")).contains("sora"));
    page.click("#merge-submit");
    page.sees(&format!("#{shop} .members"), "sora");
    page.sees("#checks .check.good", "userteams apply");
    look(&page, "engine-2-applied");

    page.sees("#guide", "the other way round");
    page.click(&format!("#{shop} button[title='Take hanako out']"));
    page.sees("#guide", "sssbot has noticed, and asks in #dev");
    look(&page, "engine-3-noticed");
    page.click("#guide a.primary");
    page.sees(MESSAGES, "hanako");
    look(&page, "engine-4-asked");
    page.click("#messages button[value*='teams-revert']");
    page.misses("#messages button[value*='teams-revert']");
    look(&page, "engine-5-reverted");
    page.click("#to-groups a");
    page.sees(&format!("#{shop} .members"), "hanako");
    nothing_to_complain_of(&page);
}

#[test]
fn a_big_change_is_confirmed_in_a_comment() {
    let (_demo, page) = visit(DESKTOP);
    page.click("#guide a:not(.primary)");
    page.click("#guide a.primary");
    write(&page, "  - taro\n  - mei\n", "");
    page.click("#edit-submit");
    page.sees("#checks .check.asks", "userteams");
    page.sees("#guide", "confirm it with the comment “/userteams confirm ");
    look(&page, "engine-6-held");
    page.click("#merge form[action='/act/comment'] button");
    page.sees(".comment", "/userteams confirm ");
    page.sees("#guide", "Then merge.");
    look(&page, "engine-7-confirmed");
    nothing_to_complain_of(&page);
}

/// Nothing is asserted but that it is dark: the pictures are there to be looked at.
#[test]
fn it_is_dark_where_the_machine_is() {
    let (_demo, page) = visit(DESKTOP);
    page.dark();
    let ground = "return getComputedStyle(document.body).backgroundColor";
    assert_eq!(page.js(ground, &[]), "rgb(11, 13, 17)");
    look(&page, "dark-1");
    page.click("#guide a:not(.primary)");
    page.sees("#file-title", "userteams.yaml");
    look(&page, "dark-2-file");
    page.click("#edit-file summary");
    write(&page, "  - mei\n", "  - sora: [\n");
    page.click("#edit-submit");
    page.sees("#checks .check.bad", "failed");
    look(&page, "dark-3-pull");
    page.click("#guide a.primary");
    look(&page, "dark-4-edit");
    nothing_to_complain_of(&page);
}
