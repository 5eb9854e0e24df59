//! Somebody who knows nothing: from the first look at the page to a resolved incident, by what the
//! page says.

use std::time::{Duration, Instant};

use crate::{DESKTOP, look, nothing_to_complain_of, visit};

/// How long a newcomer may need at most; a browser that is driven is quicker than they are, so what
/// counts is how much there is to do and to wait for.
const NEWCOMER: Duration = Duration::from_secs(180);

/// Does what the strip says: sends off what is open, presses or chooses the words in quotes, wherever
/// they stand at the bottom of the conversation or on the card, or calls the bot.
const FOLLOW: &str = "
    const said = document.querySelector('#guide p')?.textContent || '';
    if (window.followed === said || said.includes('It is resolved!')) return said;
    const submit = document.querySelector('#dialog-submit');
    if (submit) {
        if (submit.disabled) return said;
        submit.click();
        window.followed = '';
        return said;
    }
    const wanted = said.split('“')[1]?.split('”')[0];
    const selects = [...document.querySelectorAll('#messages select')].reverse();
    const buttons = [...document.querySelectorAll('#messages button.control')].reverse();
    const button = buttons.find((one) => one.textContent === wanted);
    const menu = selects.find((one) => [...one.options].some((option) => option.textContent === wanted));
    if (wanted && button) button.click();
    else if (wanted && menu) {
        menu.value = [...menu.options].find((option) => option.textContent === wanted).value;
        menu.dispatchEvent(new Event('change', { bubbles: true }));
    } else if (said.includes('Call @sssbot here')) {
        const say = document.querySelector('#say');
        say.value = '@sssbot';
        say.form.requestSubmit();
    } else return said;
    window.followed = said;
    return said;";

#[test]
fn a_newcomer_resolves_an_incident_by_what_the_page_says() {
    let (_demo, page) = visit(DESKTOP);
    let begun = Instant::now();
    page.sees("#guide", "Call @sssbot in #general");
    page.click("#guide a.primary");
    page.wait(
        "the field has the focus",
        "return document.activeElement.id === 'say'",
        &[],
    );
    page.keys("#say", "\u{e007}");
    page.sees("#guide", "Make the channel!");
    look(&page, "1-greeting");
    page.click(".message .beside button");
    page.sees("#dialog-title", "incident");
    page.sees("#guide", "Look at the form");
    let choose_service = "const menu = document.querySelector('#dialog select');
        menu.value = 'shop';
        menu.dispatchEvent(new Event('change', { bubbles: true }));";
    page.js(choose_service, &[]);
    page.write("#dialog textarea", "Payments fail");
    look(&page, "2-dialog");
    page.click("#dialog-submit");
    page.misses("#dialog");
    page.sees("#guide", "#shop-");
    look(&page, "3-made");
    page.click("#guide a.primary");
    page.sees("#guide", "I am the handler");
    page.sees("#subject-title", "#shop-");
    look(&page, "4-channel");
    while !page.js(FOLLOW, &[]).to_string().contains("It is resolved!") {
        assert!(begun.elapsed() < NEWCOMER, "{}", page.text("#guide"));
        std::thread::sleep(Duration::from_millis(200));
    }
    page.sees("#subject .badge", "Closed");
    look(&page, "6-resolved");
    assert!(begun.elapsed() < NEWCOMER, "{:?}", begun.elapsed());
    nothing_to_complain_of(&page);
}
