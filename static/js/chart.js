// The chart: J, K and arrows go from row to row, D adds to the note that stands open there. In a note, Esc leaves it in
// the chart, F2 goes to the next blank; the page asks once more before it is signed. A restricted chart that stays on the
// screen counts the last minutes until it is locked.
import { lettersOn } from "./keys.js";

const note = document.querySelector("[data-note]");
const BLANK = /\{[^{}\n]{1,40}\?\}/g;

const lock = document.querySelector("[data-lock]");
if (lock) {
  const ends = Date.now() + lock.dataset.lock * 1000;
  setInterval(() => locks(lock.querySelector("span"), ends - Date.now()), 10_000);
}

function locks(said, left) {
  if (left >= 300_000) return;
  const minutes = Math.floor(left / 60_000) + 1;
  const words = minutes > 0 ? `in ${minutes} minute${minutes === 1 ? "" : "s"}` : "until you give a reason again";
  const sentence = `Locked out of this chart ${words}.`;
  if (said.textContent !== sentence) said.textContent = sentence;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog:modal")) return;
  if (note) inNote(event);
  else if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, textarea, select")) rows(event);
});

function inNote(event) {
  if (event.key === "Escape" && !document.querySelector("[popover]:popover-open")) {
    const leave = note.querySelector("[data-leave]") ?? note.querySelector("[data-sure] button");
    if (!event.target.closest("#find")) leave?.click();
  } else if (event.key === "F2") {
    event.preventDefault();
    nextBlank();
  }
}

function nextBlank() {
  const fields = [...note.querySelectorAll("[data-section]")];
  const at = Math.max(0, fields.indexOf(document.activeElement));
  const order = [...fields.slice(at), ...fields.slice(0, at + 1)];
  for (const [number, field] of order.entries()) {
    const from = number === 0 ? field.selectionEnd : 0;
    const found = [...field.value.matchAll(BLANK)].find((one) => one.index >= from);
    if (!found) continue;
    field.focus();
    field.setSelectionRange(found.index, found.index + found[0].length);
    return;
  }
}

function rows(event) {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  const all = [...document.querySelectorAll(".entry > summary")];
  const here = document.activeElement.closest?.(".entry > summary");
  const letter = event.key.length === 1;
  if (letter && !lettersOn()) return;
  if (step && all.length && (letter || here)) {
    event.preventDefault();
    const next = here ? all.indexOf(here) + step : 0;
    all[Math.min(all.length - 1, Math.max(0, next))].focus();
  } else if (event.key === "d") {
    const inside = document.activeElement.closest?.(".entry") ?? document.querySelector(".entry[open]");
    if (inside) addendum(inside);
  }
}

// A row that is closed opens first: only what it says knows whether it is signed.
function addendum(entry) {
  const link = () => entry.querySelector("[data-addendum]");
  if (link() || entry.open) return link()?.click();
  const isHere = () => entry.contains(document.activeElement); // when it comes, somebody may be at something else
  entry.addEventListener("htmx:afterSettle", () => isHere() && link()?.click(), { once: true });
  return entry.querySelector("summary").click();
}

// A letter begins the line with its kind; arrows go through the codes of a problem without leaving it.
const line = document.querySelector("[data-line] input[name=text]");
for (const button of line ? document.querySelectorAll("[data-begin]") : []) {
  button.hidden = false;
  button.addEventListener("click", () => {
    line.value = button.dataset.begin;
    line.focus();
    line.setSelectionRange(line.value.length, line.value.length);
  });
}
line?.addEventListener("keydown", (event) => {
  const codes = [...document.querySelectorAll(".choices input")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !codes.length) return;
  event.preventDefault();
  const next = codes.findIndex((one) => one.checked) + step;
  codes[Math.min(codes.length - 1, Math.max(0, next))].checked = true;
});

// The newest column stands on the right.
for (const wide of document.querySelectorAll("[data-scroll-end]")) wide.scrollLeft = wide.scrollWidth;

// What is left to do before it can be signed: blanks, and passages that were brought forward and are as they were.
const NO_CODE = /^[ \t]*\+[ \t]?(?:dx|diagnosis|problem)[ \t]+\S[^()\n]*$/gim;

function left() {
  const fields = [...note.querySelectorAll("[data-section]")];
  const blanks = fields.flatMap(({ value }) => value.match(BLANK) ?? []).length;
  const brought = [...note.querySelectorAll("[data-brought]")].flatMap((kept) => {
    const text = note.querySelector(`[data-section][name="${kept.dataset.brought}"]`)?.value ?? "";
    return JSON.parse(kept.value || "[]").filter((each) => !each.so && text.includes(each.text));
  }).length;
  const codes = fields.flatMap(({ value }) => value.match(NO_CODE) ?? []).length;
  const said = [
    codes && `${codes} problem${codes > 1 ? "s" : ""} without a code`,
    blanks && `${blanks} blank${blanks > 1 ? "s" : ""} (F2)`,
    brought && `${brought} passage${brought > 1 ? "s" : ""} brought forward`,
  ].filter(Boolean);
  const words = said.length ? `Before signing: ${said.join(", ")}` : "";
  const place = note.querySelector("[data-to-do]");
  if (place && place.textContent !== words) place.textContent = words;
}

if (note) {
  note.addEventListener("input", left);
  left();
  const sure = note.querySelector("[data-sure] [data-primary], .line-asked [name=reason]:not([type=hidden])");
  const wrong = note.querySelector(".note-part:has(.field-error) [data-section]");
  (sure ?? wrong ?? note.querySelector("[data-section]")).focus();
}
