// The list of a doctor or a nurse is drawn anew when something changed, unless a hand is on it just now.
import { lettersOn, TYPING } from "./keys.js";
import { watch } from "./refresh.js";
import { tick } from "./waits.js";

const QUIET = 1_500;
const list = document.getElementById("list");
const who = document.getElementById("list-who");
let touched = 0;

for (const kind of ["pointermove", "pointerdown", "keydown"]) {
  document.addEventListener(kind, () => (touched = Date.now()), { passive: true });
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.closest("#list")) return;
  sessionStorage.setItem("list-focus", event.submitter?.id ?? "");
}, true);

// The page that answers has the focus where it was: on the same button, else on the same person's row.
function refocus() {
  const id = sessionStorage.getItem("list-focus");
  sessionStorage.removeItem("list-focus");
  if (!id || !document.activeElement.matches("body, main")) return;
  (document.getElementById(id) ?? document.getElementById(id.replace("step-", "list-")) ?? rows()[0])?.focus();
}

// Arrows go from row to row, Space takes the row's next step, U undoes what was done last.
const rows = () => [...list.querySelectorAll(".list-row a[id]")];

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest(TYPING) || document.querySelector("dialog:modal")) return;
  if (press(event)) event.preventDefault();
});

function press(event) {
  const row = document.activeElement.closest(".list-row");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") return go(row, event.key === "ArrowDown" ? 1 : -1);
  if (event.repeat) return false;
  if (event.key === " " && row && !event.target.closest("button")) return click(row.querySelector("form button"));
  if (event.key !== "u" || !lettersOn()) return false;
  return click([...document.querySelectorAll('.toast-line form[action$="/undo/"] button')].at(-1));
}

function go(row, by) {
  if (!row && !list.contains(document.activeElement) && !document.activeElement.matches("body, main")) return false;
  const all = rows();
  const at = row ? all.indexOf(row.querySelector("a[id]")) + by : 0;
  all[at]?.focus();
  return Boolean(all[at]);
}

function click(button) {
  button?.click();
  return Boolean(button);
}

let coming = null; // what came last, and is not drawn yet

function apply(parts) {
  coming = parts;
  settle();
  return false;
}

function settle() {
  const wait = QUIET - (Date.now() - touched);
  if (wait > 0 && list.matches(":hover, :focus-within")) setTimeout(settle, wait);
  else if (coming) draw(coming);
}

function draw(parts) {
  coming = null;
  const focus = list.contains(document.activeElement) ? document.activeElement.id : "";
  list.replaceChildren(...[...parts.childNodes].map((each) => each.cloneNode(true)));
  if (focus) document.getElementById(focus)?.focus();
  tick();
}

who.form.classList.add("is-quick");
who.addEventListener("change", () => who.form.requestSubmit());
tick();
watch(list, apply);
refocus();
