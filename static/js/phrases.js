// Abbreviations in a note: a dot and two letters at the start of a word open the list; arrows choose, Tab or Enter
// inserts, Esc closes it. Nothing expands by itself. A template is chosen before something is written, else its
// headings are inserted where the caret is.
import { bring } from "./brought.js";

const note = document.querySelector("[data-note]");
const list = document.getElementById("inserts");
const TYPED = /(?:^|[\s([])\.([a-z][a-z0-9]{1,11})$/;
const BLANK = /\{[^{}\n]{1,40}\?\}/;
let field = null; // in which the list is open

const all = () => [...list.querySelectorAll('[role="option"]')];
const shown = () => all().filter((one) => !one.hidden);
const chosen = () => list.querySelector('[aria-selected="true"]');

function typed(box) {
  if (box.selectionStart !== box.selectionEnd) return "";
  return TYPED.exec(box.value.slice(0, box.selectionStart))?.[1] ?? "";
}

function look({ target }) {
  const short = target.matches("[data-section]") ? typed(target) : "";
  for (const one of all()) one.hidden = !short || !one.dataset.short.startsWith(short);
  if (!shown().length) return close();
  field = target;
  field.after(list);
  list.hidden = false;
  field.setAttribute("aria-controls", "inserts");
  choose(shown()[0]);
}

function close() {
  field?.removeAttribute("aria-activedescendant");
  field?.removeAttribute("aria-controls");
  field = null;
  list.hidden = true;
}

function choose(one) {
  chosen()?.setAttribute("aria-selected", "false");
  one.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", one.id);
}

function onKey(event) {
  if (!field || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const rows = shown();
    choose(rows[(rows.indexOf(chosen()) + step + rows.length) % rows.length]);
  } else if (event.key === "Escape") close();
  else if ((event.key === "Tab" || event.key === "Enter") && !event.ctrlKey && !event.metaKey && !event.shiftKey) take(chosen());
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function take(one) {
  const [box, short] = [field, typed(field)];
  close();
  insert(box, one.dataset.text ?? "", short ? short.length + 1 : 0);
  if (one.id === "insert-last") bring(box.name);
}

// `before` characters in front of the caret go; a blank in what comes is chosen, else the caret stands behind it.
function insert(box, text, before = 0) {
  const start = box.selectionStart - before;
  box.focus();
  box.setRangeText(text, start, box.selectionEnd, "end");
  const blank = BLANK.exec(text);
  if (blank) box.setSelectionRange(start + blank.index, start + blank.index + blank[0].length);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

if (note && list) {
  note.addEventListener("input", look);
  note.addEventListener("keydown", onKey, true);
  note.addEventListener("focusout", () => setTimeout(() => field && field !== document.activeElement && close()));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", ({ target }) => field && take(target.closest('[role="option"]') ?? chosen()));

  let last = note.querySelector("[data-section]");
  note.addEventListener("focusin", ({ target }) => {
    if (target.matches("[data-section]")) last = target;
  });
  note.querySelector("[data-templates]")?.addEventListener("change", ({ target }) => {
    const { value, selectedOptions } = target;
    target.value = "";
    if (!value) return;
    const sections = [...note.querySelectorAll("[data-section]")];
    if (sections.every((one) => one.value === one.defaultValue)) location.search = `?template=${encodeURIComponent(value)}`;
    else insert(last, selectedOptions[0].dataset.text);
  });
}
