// A combobox whose list is fetched while typing: the search box, and whatever is picked in a form. The first row is
// chosen at once, so that a few letters and Enter take it; but only from the answer to what now stands in the box.
// The box asks by the event "find:ask". A list that was closed by Esc stays closed, also for an answer that comes late.
//   take(row, keys)   what Enter or a click does with a row
//   rests()           whether the box needs no list just now: Enter is then the form's own, and focus opens nothing
import { isDone } from "./load.js";

export function listbox(box, answer, { take, rests = () => false, onEscape = () => {} }) {
  let asked = null; // what stood in the box when the last request left
  let answered = null; // what the rows on screen belong to
  let waiting = null; // a key pressed before the answer came
  let closed = false; // until something is typed or asked for

  const rows = () => [...answer.querySelectorAll('[role="option"]:not([aria-disabled="true"])')];
  const chosen = () => answer.querySelector('[aria-selected="true"]');
  const known = () => rows().filter((row) => row.dataset.id);

  function show() {
    closed = false;
    answer.hidden = false;
    box.setAttribute("aria-expanded", String(rows().length > 0));
  }

  function hide() {
    closed = true;
    answer.hidden = true;
    waiting = null;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function choose(row) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!row) return box.removeAttribute("aria-activedescendant");
    row.setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", row.id);
    return row.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(chosen());
    choose(all[(at + step + all.length) % all.length]);
  }

  function enter(event) {
    if (rests()) return;
    event.preventDefault();
    const keys = { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey };
    if (answered !== box.value) {
      waiting = keys;
      closed = false;
      if (asked !== box.value) box.dispatchEvent(new Event("find:ask"));
    } else if (answer.hidden) {
      open(); // its rows were closed, or never seen
    } else if (chosen()) {
      take(chosen(), keys);
    }
  }

  function onKey(event) {
    if (event.isComposing) return;
    if (event.key === "Enter") enter(event);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (answer.hidden) open();
      else move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && (!answer.hidden || onEscape())) {
      event.preventDefault();
      hide();
    }
  }

  function open() {
    if (rests()) return;
    closed = false;
    if (answered === box.value) show();
    else box.dispatchEvent(new Event("find:ask"));
  }

  function arrived() {
    answered = asked;
    answer.setAttribute("aria-busy", String(answered !== box.value));
    if (closed || document.activeElement !== box || rests()) return;
    show();
    choose(rows()[0]);
    // Somebody pressed Enter before seeing the rows: take only what cannot be anybody else.
    if (waiting && answered === box.value && known().length === 1) take(known()[0], waiting);
    waiting = null;
  }

  box.addEventListener("keydown", onKey);
  box.addEventListener("focus", open);
  box.addEventListener("input", () => {
    waiting = null;
    closed = false;
    answer.setAttribute("aria-busy", String(answered !== box.value));
  });
  box.addEventListener("htmx:beforeRequest", () => (asked = box.value));
  box.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!isDone(detail.xhr)) asked = null; // Enter asks again
  });
  answer.addEventListener("htmx:afterSwap", (event) => event.target === answer && arrived());
  answer.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
  return { hide };
}
