// The list of a doctor or a nurse is drawn anew when something changed, unless a hand is on it just now.
import { watch } from "./refresh.js";
import { tick } from "./waits.js";

const QUIET = 1_500;
const list = document.getElementById("list");
const who = document.getElementById("list-who");
let touched = 0;

for (const kind of ["pointermove", "pointerdown", "keydown"]) {
  document.addEventListener(kind, () => (touched = Date.now()), { passive: true });
}

// The page that answers has the next one's button in the same place: a second press so soon is not for them, counted
// from when it came, however slow it was.
const SOON = 600;
if (sessionStorage.getItem("list-sent")) sessionStorage.setItem("list-sent", Date.now());
document.addEventListener("submit", (event) => {
  if (!event.target.closest("#list")) return;
  const now = Date.now();
  if (now - Number(sessionStorage.getItem("list-sent")) < SOON) event.preventDefault();
  else sessionStorage.setItem("list-sent", now);
}, true);

function apply(parts) {
  const wait = QUIET - (Date.now() - touched);
  if (wait > 0 && list.matches(":hover, :focus-within")) setTimeout(() => apply(parts), wait);
  else draw(parts);
  return false;
}

function draw(parts) {
  const focus = list.contains(document.activeElement) ? document.activeElement.id : "";
  list.replaceChildren(...[...parts.childNodes].map((each) => each.cloneNode(true)));
  if (focus) document.getElementById(focus)?.focus();
  tick();
}

who.form.classList.add("is-quick");
who.addEventListener("change", () => who.form.requestSubmit());
tick();
watch(list, apply);
