// Makes the page live. The server renders all of it; this fetches the page again when something
// changed and alters only what differs, so that what somebody types, where they look and what they
// opened stay as they are. Without this script every form and link works by itself.
"use strict";

const $ = (selector) => document.querySelector(selector);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
// Classes that this script sets and the server knows nothing of.
const OWN = ["new", "unread"];

// --- Altering what differs ---

function touched(field) {
  if (field.matches("select[multiple]")) {
    return [...field.options].some((option) => option.selected !== option.defaultSelected);
  }
  if (field.matches("select")) {
    const first = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(first, 0);
  }
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  return field.matches("textarea[name], input[name]:not([type=hidden])") && field.value !== field.defaultValue;
}

function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(document.importNode(fresh, true));
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.isEqualNode(fresh)) return;
  if (refused && old.matches("#problems")) return;
  // A change of a file is made against the file as it was when somebody began to change it.
  if (old.matches("[data-base]") && touched(old.form.querySelector("[data-based]"))) return;
  const changed = old.dataset.rev !== fresh.dataset.rev;
  const other = old.dataset.of !== fresh.dataset.of;
  const typed = touched(old);
  attributes(old, fresh, typed);
  if (typed && old.matches("textarea, select")) return;
  if (other) {
    // Another issue, another channel: all of it is different, and none of it is news.
    old.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    return;
  }
  children(old, fresh);
  if (changed) highlight(old);
}

function attributes(old, fresh, typed) {
  const own = OWN.filter((name) => old.classList.contains(name));
  for (const { name } of [...old.attributes]) {
    const kept = name === "open" && old.matches("details");
    if (!kept && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    // Whoever closed something wants it closed.
    if (name === "open" && old.matches("details")) continue;
    if (old.getAttribute(name) === value || (typed && (name === "value" || name === "checked"))) continue;
    old.setAttribute(name, value);
  }
  old.classList.add(...own);
}

// Not `node.id`: a form has its fields as properties, and so has `form.id` for a field named `id`.
function key(node) {
  return (node.nodeType === Node.ELEMENT_NODE && node.getAttribute("id")) || "";
}

function children(old, fresh) {
  const wanted = new Set([...fresh.children].map(key).filter(Boolean));
  const kept = new Map();
  for (const node of [...old.children]) {
    if (!key(node)) continue;
    if (wanted.has(key(node))) kept.set(key(node), node);
    else node.remove();
  }
  let at = old.firstChild;
  for (const want of [...fresh.childNodes]) {
    let have = null;
    if (key(want)) {
      have = kept.get(key(want));
      // Take away what stands between rather than move `have`: moving it would cost its focus.
      while (have && at && at !== have && !key(at)) {
        const gone = at;
        at = at.nextSibling;
        gone.remove();
      }
    } else if (at && !key(at) && at.nodeName === want.nodeName) {
      have = at;
    }
    if (have) {
      if (have === at) at = at.nextSibling;
      else old.insertBefore(have, at);
      morph(have, want);
    } else {
      const node = document.importNode(want, true);
      old.insertBefore(node, at);
      if (node.nodeType === Node.ELEMENT_NODE) highlight(node);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// --- What is new ---

let unread = 0;

function inSight(pane) {
  return pane.getClientRects().length > 0;
}

function highlight(node) {
  if (!node.matches(".message, .comment, .review, .event, .check, .group")) return;
  node.classList.remove("new");
  void node.offsetWidth; // so that the animation begins again
  node.classList.add("new");
  node.addEventListener("animationend", () => node.classList.remove("new"), { once: true });
  const atRight = node.matches(".message, .group");
  if (atRight && !inSight($("#slack"))) count(unread + 1);
  // What a program says about it comes in the same moment, and is not what was just done.
  const answer = node.matches(".check") || node.querySelector(".byline .tag");
  if (!atRight && ((own && !answer) || watching())) {
    node.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  }
}

function count(number) {
  unread = number;
  $("#unread").textContent = String(number);
  $("#unread").hidden = number === 0;
}

function tabs() {
  if (inSight($("#slack"))) count(0);
  for (const tab of document.querySelectorAll(".tabs a")) {
    const shown = inSight($(tab.hash));
    if (shown) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
}

const seen = new Map();

function channels(first) {
  for (const link of document.querySelectorAll(".channels a")) {
    const id = link.parentElement.id;
    const latest = link.dataset.latest || "";
    const news = !first && seen.get(id) !== latest && latest !== "";
    if (link.hasAttribute("aria-current")) link.classList.remove("unread");
    else if (news) link.classList.add("unread");
    seen.set(id, latest);
  }
}

// --- Following ---

function busy() {
  return [...document.querySelectorAll("#github textarea, #github input, #github select:not(#as)")].some(touched);
}

// Nobody is doing anything at the left, so it may move by itself.
function watching() {
  const focused = $("#github").contains(document.activeElement) && document.activeElement.matches("textarea, input, select, button");
  return $("#story").dataset.following === "yes" && !busy() && !focused;
}

// Somebody writes or fills something in at the right, which must not be taken away either.
function writing() {
  const fields = [...document.querySelectorAll("#compose textarea, #dialog")];
  return fields.some((field) => field.contains(document.activeElement) || touched(field));
}

function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  if (!fresh.querySelector("#panes")) return;
  for (const id of ["top", "panes"]) morph(document.getElementById(id), fresh.getElementById(id));
  channels(false);
  tabs();
  document.dispatchEvent(new Event("shown"));
}

let fetching = null;
let again = false;
let turn = 0;
// What somebody asked for has been refused, and they have done nothing since: why stays to be read,
// though what others do is shown, in pages that know nothing of it.
let refused = false;

// Ends when what is shown is what there was to see when this was called, or later.
function refresh() {
  if (fetching) again = true;
  else fetching = look().finally(() => { fetching = null; });
  return fetching;
}

async function look() {
  do {
    again = false;
    const mine = turn;
    try {
      const url = new URL(location.href);
      const opened = $("#subject");
      // The story must not take away the issue under somebody's hands, nor the channel.
      if (opened && busy()) url.searchParams.set("subject", opened.dataset.subject);
      const channel = $("#messages");
      if (channel && !url.searchParams.has("channel") && writing()) url.searchParams.set("channel", channel.dataset.of);
      const answer = await fetch(url, { cache: "no-store" });
      const text = await answer.text();
      // Somebody went elsewhere meanwhile, or did something: what came is not what they want to
      // see, and what they want to see may have changed with nobody to say so again.
      if (mine !== turn) again = true;
      else if (answer.ok) show(text);
    } catch {
      // The stream of events tells when there is somebody to ask again.
    }
  } while (again);
}

function go(url) {
  turn += 1;
  refused = false;
  const hash = url.hash;
  url.hash = "";
  history.pushState(null, "", url);
  // Not by pushState: only this way do `:target` and the scroll follow.
  if (hash) location.replace(hash);
  return refresh();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-live]");
  const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!link || !plain) return;
  event.preventDefault();
  const url = new URL(link.href);
  const hash = url.hash;
  go(url).then(() => {
    const place = hash && document.getElementById(hash.slice(1));
    if (place && !place.matches(".pane")) place.scrollIntoView({ block: "start" });
    if (place) unfold(place);
    if (place && place.matches("#compose, #dialog, #edit-text")) focusIn(place);
    tabs();
  });
});

addEventListener("popstate", () => { turn += 1; refused = false; refresh().then(tabs); });
addEventListener("hashchange", tabs);
addEventListener("resize", tabs);

// Which issue or pull request is opened.
function subject() {
  const opened = $("#subject");
  return opened ? opened.dataset.of : "";
}

// Somebody has made something, and is led to it.
function arrive(place) {
  place.scrollIntoView({ block: "start" });
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

// As browsers do for a place within something that is folded.
function unfold(place) {
  for (let at = place; at; at = at.parentElement) {
    if (at.matches("details")) at.setAttribute("open", "");
  }
}

// The first field, the cursor behind what stands in it; in a file, before.
function focusIn(place) {
  const field = place.matches("textarea") ? place : place.querySelector("textarea, input:not([type=hidden]), select") || place.querySelector("button:not(.unseen)");
  if (!field) return;
  field.focus();
  const at = place === field ? 0 : field.value.length;
  if (field.matches("textarea")) field.setSelectionRange(at, at);
}

// --- Doing ---

let own = false;

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-now]")) event.target.form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const url = new URL(form.action);
  if (url.origin !== location.origin) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form));
  if (event.submitter && event.submitter.name) fields.append(event.submitter.name, event.submitter.value);
  if (form.method === "get") {
    url.search = fields;
    go(url);
    return;
  }
  const button = event.submitter || form.querySelector("button");
  button.disabled = true;
  // What comes up now is most likely what was just done, whichever way the page hears of it first.
  own = true;
  turn += 1;
  const before = form.closest("#github") ? subject() : null;
  try {
    const answer = await fetch(url, { method: "POST", body: fields });
    const text = await answer.text();
    turn += 1;
    if (answer.redirected) {
      // What is filled in there stays until it is taken.
      if (form.id !== "dialog") form.reset();
      for (const opened of form.querySelectorAll(".confirm[open], .overflow[open]")) opened.removeAttribute("open");
      form.closest("details.edit, details.tool, #review, .shortcuts")?.removeAttribute("open");
      history.replaceState(null, "", new URL(new URL(answer.url).search || "/", location.href).href + location.hash);
    }
    refused = false;
    show(text);
    refused = !answer.redirected;
    if (before !== null && subject() !== before && $("#subject")) arrive($("#subject"));
    // This page was made before what follows from it; the news of that may have come before it, too.
    if (answer.redirected) refresh();
    if (!answer.redirected) $("#problems").scrollIntoView({ block: "nearest" });
  } catch {
    $("#lost").hidden = false;
  }
  setTimeout(() => { own = false; }, 500);
  button.disabled = false;
});

// --- News ---

const news = new EventSource("/events");
news.onmessage = refresh;
news.onopen = () => { $("#lost").hidden = true; };
news.onerror = () => { $("#lost").hidden = false; };
addEventListener("pagehide", () => news.close());
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

channels(true);
tabs();
