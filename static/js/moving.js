// Another time on the board's day: dragged by pointer; or Move (or M), then a click on a place; or M, arrows and Enter.
// Esc leaves it where it was. A ghost shows the place: on the grid's grains, in whichever column.
// In a column that is nobody's (of a room, or Others) nothing is dropped.
// The form that is sent is the server's (scheduling/appointments/visit_move.html), and so is the question after a refusal.

import { isElsewhere } from "./cards.js";
import { isDone, load } from "./load.js";

const NEAR = 6; // pixels that make a press a drag
const EDGE = 48; // pixels from the board's edge at which it scrolls
const PACE = 6; // pixels a frame
const MOVABLE = ["booked", "confirmed", "waiting", "room", "ready", "doctor"];

let held = null; // {card, ghost, hint, at, column, minutes, grip, form}
let pressed = null; // a press that may become a drag

const board = () => document.getElementById("board");
const columns = () => [...board().querySelectorAll('[data-column]:not([data-with=""])')];
const dayOf = (column) => column.querySelector(".col-day");
const pad = (number) => String(number).padStart(2, "0");
const clock = (grain) => `${pad(Math.floor(grain / 12))}:${pad((grain % 12) * 5)}`;

function grid() {
  const style = getComputedStyle(board());
  const from = Number(style.getPropertyValue("--from"));
  const until = Number(style.getPropertyValue("--until"));
  const step = Number(/grain-(\d+)/.exec(board().className)?.[1] ?? 5) / 5;
  return { from, until, step, pixels: dayOf(columns()[0]).getBoundingClientRect().height / (until - from) };
}

const isThere = () => Boolean(board()?.checkVisibility?.() && columns().length) && matchMedia("(min-width: 641px)").matches;

// --- Beginning and ending ------------------------------------------------------------------------------------------

function begin(card, { grip = 0, dragged = false } = {}) {
  if (held) leave();
  const at = Number(card.dataset.startGrain);
  const column = card.closest("[data-column]");
  const ghost = document.createElement("div");
  ghost.className = "move-ghost";
  ghost.setAttribute("aria-hidden", "true");
  held = { card, ghost, grip, dragged, at, column, minutes: Number(card.dataset.minutes), form: ask(card) };
  card.classList.add("is-moved", "is-dragged");
  document.documentElement.classList.toggle("is-moving", dragged);
  if (!dragged) held.hint = hint(card);
  place(at, column);
  if (dragged) roll();
}

// The form comes while the place is still being chosen.
async function ask(card) {
  let dialog = document.getElementById("move-dialog");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.id = "move-dialog";
    dialog.className = "ask";
    dialog.setAttribute("aria-labelledby", "move-ask");
    document.body.append(dialog);
  }
  // Never the one of the card that was in hand before.
  return (await load(dialog, `${card.dataset.url}move/`)) ? dialog.querySelector("#move-form") : null;
}

function hint(card) {
  const line = document.createElement("div");
  line.className = "move-hint";
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  const other = document.createElement("a");
  other.className = "btn btn-small";
  other.href = `${card.dataset.url}move/`;
  other.textContent = "Another day";
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "btn btn-small";
  stop.textContent = "Leave it";
  stop.addEventListener("click", leave);
  line.append(words, other, stop);
  document.body.append(line);
  return line;
}

function leave() {
  if (!held) return;
  held.card.classList.remove("is-moved", "is-dragged");
  document.documentElement.classList.remove("is-moving");
  held.ghost.remove();
  held.hint?.remove();
  held = null;
}

export function move(card) {
  if (!isThere() || !MOVABLE.includes(card.dataset.state) || !card.dataset.startGrain) return false;
  if (!card.closest("[data-column]")) return false;
  if (!held?.dropped) begin(card); // else the last one's answer is still on its way
  return true;
}

// --- The ghost -----------------------------------------------------------------------------------------------------

// Who is there already, by name; the server has the last word.
function takenBy(column, span) {
  const others = [...column.querySelectorAll("[data-card][data-start-grain]")].filter((each) => each !== held.card);
  const meets = ({ dataset }) => {
    const start = Number(dataset.startGrain);
    return start < held.at + span && start + Number(dataset.minutes) / 5 > held.at;
  };
  const other = others.find((each) => meets(each) && each.dataset.state !== "noshow");
  return other?.querySelector(".card-name")?.textContent ?? "";
}

function place(at, column) {
  const { from, until, step } = grid();
  const span = Math.max(1, Math.round(held.minutes / 5));
  held.at = Math.min(Math.max(Math.round(at / step) * step, from), until - span);
  held.column = column;
  held.ghost.className = `move-ghost at-${held.at} for-${span}`;
  const name = held.card.querySelector(".card-name")?.textContent ?? "";
  const time = document.createElement("strong");
  time.textContent = clock(held.at);
  const who = document.createElement("bdi");
  who.textContent = name;
  const taken = takenBy(column, span);
  if (taken) who.textContent = `taken: ${taken}`;
  held.ghost.classList.toggle("is-taken", Boolean(taken));
  held.ghost.replaceChildren(time, who);
  dayOf(column).append(held.ghost);
  if (held.hint) {
    const doctor = column.querySelector(".col-name")?.textContent ?? "";
    const where = `${clock(held.at)}, ${doctor}${taken ? `, taken by ${taken}` : ""}`;
    held.hint.querySelector("p").textContent = `${name}: ${where}. Click a place, or arrows and Enter. Esc leaves it.`;
  }
}

function under(event) {
  const column = columns().find((each) => {
    const box = each.getBoundingClientRect();
    return event.clientX >= box.left && event.clientX < box.right;
  });
  if (!column) return null;
  const { from, pixels } = grid();
  return { column, at: from + (event.clientY - held.grip - dayOf(column).getBoundingClientRect().top) / pixels };
}

function follow(event) {
  if (held.dropped) return;
  held.pointer = event;
  const there = under(event);
  if (there) place(there.at, there.column);
}

// A card that is held at the board's edge takes the board along, also while the hand is still.
function roll() {
  if (!held?.dragged || held.dropped) return;
  if (held.pointer) scroll(held.pointer);
  requestAnimationFrame(roll);
}

function scroll(event) {
  const { clientX, clientY } = event;
  const box = board().getBoundingClientRect();
  const head = board().querySelector(".col-head").offsetHeight;
  const down = clientY > box.bottom - EDGE ? PACE : clientY < box.top + head + EDGE / 2 ? -PACE : 0;
  const right = clientX > box.right - EDGE / 2 ? PACE : clientX < box.left + EDGE ? -PACE : 0;
  if (!down && !right) return;
  board().scrollBy(right, down);
  follow(event);
}

// --- Dropping ------------------------------------------------------------------------------------------------------

async function drop() {
  if (held.dropped) return undefined;
  const { card, column, at, form } = held;
  held.dropped = true; // it stays there while the answer is on its way
  const same = at === Number(card.dataset.startGrain) && column === card.closest("[data-column]");
  if (same) return leave();
  const { with: practitioner, day } = column.dataset;
  const start = `${day}T${clock(at)}`;
  const ready = await form;
  if (!ready || !held) return leave();
  return submit(ready, start, practitioner);
}

function submit(form, start, practitioner) {
  form.elements.start.value = start;
  form.elements.practitioner.value = practitioner;
  form.requestSubmit();
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.target?.id !== "move-dialog" || detail.requestConfig?.verb !== "post") return;
  const dialog = detail.target;
  if (isDone(detail.xhr)) {
    dialog.close();
    settle();
  } else if (dialog.querySelector("#move-ask")) {
    if (!dialog.open) dialog.showModal();
  } else {
    leave();
  }
});

// At once, before the board is drawn anew: the card stands where it was dropped.
function settle() {
  if (!held?.card.isConnected || held.near) return leave(); // or the board was quicker, and has drawn it there
  const { card, column, at } = held;
  card.className = card.className.replace(/\bat-\d+/, `at-${at}`);
  card.dataset.startGrain = at;
  column.querySelector(".cards")?.append(card);
  const link = card.querySelector("a");
  leave();
  if (!isElsewhere(card.dataset.card)) link?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-move]")) {
    document.getElementById("move-dialog").close();
    return leave();
  }
  const near = event.target.closest("[data-near]");
  if (!near) return undefined;
  const form = document.getElementById("move-form");
  if (form.elements.overbook) form.elements.overbook.value = "";
  if (held) held.near = true; // the board knows where that is
  return submit(form, near.dataset.near, near.dataset.practitioner);
});
document.addEventListener("close", (event) => event.target.id === "move-dialog" && leave(), true);

// --- Pointer -------------------------------------------------------------------------------------------------------

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest?.("#board li[data-card]");
  if (held || !card || event.button || event.pointerType === "touch" || event.target.closest("button")) return;
  if (!MOVABLE.includes(card.dataset.state) || !card.dataset.stepUrl || !isThere()) return;
  pressed = { card, x: event.clientX, y: event.clientY, grip: event.clientY - card.getBoundingClientRect().top };
});

document.addEventListener("pointermove", (event) => {
  if (pressed && !held && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > NEAR) {
    if (pressed.moved) return; // left by Esc
    pressed.moved = true;
    begin(pressed.card, { grip: pressed.grip, dragged: true });
  }
  if (held && (held.dragged || event.target.closest?.("#board"))) follow(event);
});

document.addEventListener("pointerup", (event) => {
  const dragged = pressed?.moved;
  pressed = null;
  if (!dragged) return;
  // The click that follows must not open the card.
  const stop = (click) => click.preventDefault() ?? click.stopImmediatePropagation();
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, { capture: true }), 0);
  if (held?.dragged && under(event)) drop();
  else if (held?.dragged) leave();
});
document.addEventListener("pointercancel", () => {
  pressed = null;
  leave();
});
document.addEventListener("dragstart", (event) => event.target.closest?.("[data-card]") && event.preventDefault());

// The second tap of tap, Move, tap.
document.addEventListener(
  "click",
  (event) => {
    if (!held || held.dragged || held.dropped || !event.target.closest(".col-day")) return;
    event.preventDefault();
    event.stopPropagation();
    const there = under(event);
    if (!there) return;
    place(Math.floor(there.at / grid().step) * grid().step, there.column);
    drop();
  },
  true,
);

// --- Keys ----------------------------------------------------------------------------------------------------------

const BY = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener(
  "keydown",
  (event) => {
    if (!held || held.dropped || document.querySelector("dialog:modal")) return;
    if (event.target.closest?.(".move-hint") && event.key !== "Escape") return;
    if (event.key === "Escape") leave();
    else if (event.key === "Enter") drop();
    else if (event.key in BY) nudge(...BY[event.key]);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

function nudge(down, right) {
  const all = columns();
  const column = all[all.indexOf(held.column) + right] ?? held.column;
  place(held.at + down * grid().step, column);
  held.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
}
