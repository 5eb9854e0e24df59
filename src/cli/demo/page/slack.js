// The Slack at the right, as one uses it: Enter sends, a choice counts at once, a dialog has the
// keyboard for itself. Without this script every form has a button for all of that.
"use strict";

// --- Writing ---

function fit(field) {
  field.setAttribute("rows", String(Math.min(Math.max(field.value.split("\n").length, 1), 8)));
}

document.addEventListener("keydown", (event) => {
  // Enter that only ends the choice of a Japanese word is not meant for us.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  if (!event.target.matches("#say") || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (event.target.value.trim()) event.target.form.requestSubmit();
});

document.addEventListener("input", (event) => {
  if (event.target.matches("#say")) fit(event.target);
});

// --- Choosing ---

document.addEventListener("change", (event) => {
  const name = event.target.dataset.use;
  // Back to the words that stand in the menu is no choice.
  if (!name || (event.target.matches("select:not([multiple])") && !event.target.value)) return;
  const buttons = [...event.target.form.querySelectorAll("button.choose")];
  event.target.form.requestSubmit(buttons.find((button) => button.value === name));
});

// One menu is open at a time, and none once one looks elsewhere.
document.addEventListener("click", (event) => {
  for (const opened of document.querySelectorAll(".shortcuts[open], .overflow[open], .confirm[open]")) {
    if (!opened.contains(event.target)) opened.removeAttribute("open");
  }
});

// --- Dialogs ---

const FOCUSABLE = "textarea, input:not([type=hidden]), select, button:not(.unseen), a[href]";
let dialog = "";

document.addEventListener("shown", () => {
  const opened = $("#dialog");
  const which = opened ? opened.dataset.of : "";
  const say = $("#say");
  if (say) fit(say);
  if (which === dialog) {
    // What is wrong is what one looks for.
    const wrong = opened && opened.querySelector(".wrong");
    if (wrong && !wrong.dataset.told) {
      wrong.dataset.told = "yes";
      focusIn(wrong);
    }
    return;
  }
  dialog = which;
  if (opened) focusIn(opened);
  // Where one types on glass, a keyboard would cover the conversation.
  else if (say && !matchMedia("(pointer: coarse)").matches) say.focus();
});

document.addEventListener("keydown", (event) => {
  const opened = $("#dialog");
  if (event.key === "Escape") {
    const menu = event.target.closest("details[open].shortcuts, details[open].overflow, details[open].confirm");
    if (menu) {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    } else if (opened && opened.contains(event.target)) {
      opened.requestSubmit($("#dialog-close"));
    }
  }
  if (event.key !== "Tab" || !opened || !opened.contains(event.target)) return;
  const all = [...opened.querySelectorAll(FOCUSABLE)].filter((one) => !one.disabled && one.getClientRects().length > 0);
  const [first, last] = [all[0], all.at(-1)];
  const from = event.shiftKey ? first : last;
  if (event.target !== from) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
});

if ($("#dialog")) dialog = $("#dialog").dataset.of;
