// The search box: a combobox whose list is fetched while typing. The first row is chosen at once, so that
// "/", a few letters and Enter open it; but only from the answer to what now stands in the box.

const box = document.getElementById("find-box");
const answer = document.getElementById("find-answer");

let asked = null; // what stood in the box when the last request left
let answered = null; // what the rows on screen belong to
let waiting = null; // a key pressed before the answer came

const rows = () => [...answer.querySelectorAll('[role="option"]')];
const chosen = () => answer.querySelector('[aria-selected="true"]');
const patients = () => answer.querySelectorAll("[data-patient]");

function show() {
  answer.hidden = false;
  box.setAttribute("aria-expanded", String(rows().length > 0));
}

function hide() {
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

function go(row, { shift, ctrl }) {
  if (ctrl) step(row);
  else if (shift && row.dataset.book) location.assign(row.dataset.book);
  else if (!shift) row.click();
}

// What is next for this patient today: arrive, to room, … The server knows which.
function step(row) {
  const form = document.getElementById("find-step");
  if (!form || !row.dataset.id) return;
  form.elements.patient.value = row.dataset.id;
  form.requestSubmit();
}

function enter(event) {
  event.preventDefault();
  const keys = { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey };
  if (answered !== box.value) {
    waiting = keys;
    if (asked !== box.value) box.dispatchEvent(new Event("find:ask"));
  } else if (chosen()) {
    go(chosen(), keys);
  }
}

function onKey(event) {
  if (event.isComposing) return;
  if (event.key === "Enter") enter(event);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (answer.hidden) open();
    else move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    event.preventDefault();
    if (answer.hidden) box.blur();
    else hide();
  }
}

function open() {
  if (answered === box.value) show();
  else box.dispatchEvent(new Event("find:ask"));
}

function arrived() {
  answered = asked;
  answer.setAttribute("aria-busy", String(answered !== box.value));
  if (document.activeElement !== box) return;
  show();
  choose(rows()[0]);
  // Somebody pressed Enter before seeing the rows: open only what cannot be anybody else.
  if (waiting && answered === box.value && patients().length === 1) go(patients()[0], waiting);
  waiting = null;
}

if (box) {
  box.addEventListener("keydown", onKey);
  box.addEventListener("focus", open);
  box.addEventListener("input", () => {
    waiting = null;
    answer.setAttribute("aria-busy", String(answered !== box.value));
  });
  box.addEventListener("htmx:beforeRequest", () => (asked = box.value));
  answer.addEventListener("htmx:afterSwap", (event) => event.target === answer && arrived());
  answer.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".find")) hide();
  });
  box.form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !event.relatedTarget.closest(".find")) hide();
  });
}
