// The board: moving between cards, opening one, its next step.
import { board, close, columns, day, first, goOf, isTwice, nearest, open, opened, presentGrain, rove } from "./cards.js";
import { apply } from "./changes.js";
import "./chooses.js";
import "./filters.js";
import { watch } from "./refresh.js";
import { tick } from "./waits.js";

const wide = matchMedia("(min-width: 641px)");
const focused = () => document.activeElement?.closest("[data-card]");

function step(card, key) {
  const list = card.closest(".cards, .lane-list");
  const cards = [...list.querySelectorAll("[data-card]")];
  const at = cards.indexOf(card);
  if (key === "ArrowUp") return cards[at - 1];
  if (key === "ArrowDown") return cards[at + 1];
  const all = columns();
  const column = all.indexOf(card.closest(".col"));
  if (column < 0) return key === "ArrowLeft" ? nearest(all.at(-1), presentGrain()) : null;
  for (let next = column; ; ) {
    next += key === "ArrowLeft" ? -1 : 1;
    if (!all[next]) return key === "ArrowRight" ? document.querySelector("#lane-here [data-card]") : null;
    const found = nearest(all[next], Number(card.dataset.startGrain));
    if (found) return found;
  }
}

function onArrow(event) {
  if (!["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].includes(event.key)) return;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const card = focused();
  const outside = !card && (document.activeElement === document.body || document.activeElement === board);
  if (!card && !outside) return;
  const next = card ? step(card, event.key) : (board.querySelector(".is-current") ?? first());
  if (card || next) event.preventDefault();
  goOf(next)?.focus();
}

document.addEventListener("keydown", onArrow);
board.addEventListener("focusin", (event) => {
  const card = event.target.closest(".card");
  if (card) rove(card);
});

// ---- a free place is booked ---------------------------------------------------------------------------------------

board.addEventListener("click", (event) => {
  const free = event.target.closest(".col-day") && !event.target.closest(".card") && !event.defaultPrevented;
  const column = event.target.closest('.col:not([data-with=""])');
  const book = document.querySelector(".board-end [data-drawer]");
  if (!free || !column || !book || event.button || !wide.matches) return;
  const url = new URL(book.href);
  url.searchParams.set("with", column.dataset.with);
  url.searchParams.set("start", `${column.dataset.day}T${timeAt(event, event.target.closest(".col-day"))}`);
  document.dispatchEvent(new CustomEvent("drawer:open", { detail: { url: url.href } }));
});

function timeAt(event, place) {
  const box = place.getBoundingClientRect();
  const style = getComputedStyle(board);
  const [from, until] = ["--from", "--until"].map((name) => Number(style.getPropertyValue(name)));
  const step = Number(/grain-(\d+)/.exec(board.className)[1]);
  const minutes = (from + ((event.clientY - box.top) / box.height) * (until - from)) * 5;
  const at = Math.floor(minutes / step) * step;
  return `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
}

// ---- a pointer that rests on a card -------------------------------------------------------------------------------

const REST = 500;
let rested = 0;

board.addEventListener("pointerover", (event) => {
  const card = event.target.closest(".card");
  if (card?.classList.contains("is-shown")) return;
  clearTimeout(rested);
  board.querySelector(".is-shown")?.classList.remove("is-shown");
  if (card && event.pointerType === "mouse") rested = setTimeout(() => card.classList.add("is-shown"), REST);
});
board.addEventListener("pointerleave", () => {
  clearTimeout(rested);
  board.querySelector(".is-shown")?.classList.remove("is-shown");
});

// ---- details beside the board -----------------------------------------------------------------------------------

// On a phone they lie over the day: Back takes them away.
const leave = () => (history.state?.sheet ? history.back() : close());
addEventListener("popstate", close);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-visit]")) return leave();
  const link = event.target.closest(".card-go, .row-go");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return undefined;
  const card = link.closest("[data-card]");
  if (!card.dataset.stepUrl) return undefined; // a block, a held time: pages of their own
  event.preventDefault();
  link.focus();
  if (!wide.matches && !history.state?.sheet) history.pushState({ sheet: true }, "");
  return open(card);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !opened()) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  event.preventDefault();
  leave();
});

// ---- the next step, by its button ---------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-step]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  const card = form.closest("[data-card]");
  if (!isTwice(card.dataset.card)) send(form, card);
});

async function send(form, card) {
  const had = card.contains(document.activeElement);
  await window.htmx.ajax("POST", form.action, { source: form, target: `#${card.id}`, swap: "outerHTML" });
  // Whoever went on meanwhile, to another card or into the panel, is left there.
  if (had && document.activeElement === document.body) goOf(document.getElementById(card.id))?.focus();
}

// ---- begin ----------------------------------------------------------------------------------------------------------

function scrollToNow() {
  const line = document.getElementById("now-line");
  if (!line) return;
  board.scrollTo(0, line.offsetTop - board.clientHeight / 3);
}

// What was just booked or moved here is the card in hand.
function showChanged() {
  const address = new URL(location.href);
  const id = address.searchParams.get("changed");
  if (!id) return false;
  address.searchParams.delete("changed");
  history.replaceState(history.state, "", address);
  const card = document.getElementById(`card-${id}`);
  const go = goOf(card);
  if (!go || !wide.matches) return false;
  card.scrollIntoView({ block: "center", inline: "nearest" });
  go.focus({ preventScroll: true });
  return true;
}

// Strips come and go above the board: once a hand is there, what is under it stays where it is.
let top = board.getBoundingClientRect().top;
let touched = false;
for (const kind of ["pointermove", "wheel", "keydown"]) {
  addEventListener(kind, () => (touched = true), { once: true, passive: true });
}
new ResizeObserver(() => {
  if (!wide.matches) return;
  const down = board.getBoundingClientRect().top - top;
  top += down;
  if (touched) board.scrollTop += down;
  else scrollToNow();
}).observe(board);

rove();
if (showChanged()) touched = true;
else scrollToNow();
tick();
const watching = watch(day, apply);
document.addEventListener("board:look", () => watching.soon());
