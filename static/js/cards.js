// The cards of the board: where they are, which one takes the Tab key, and whose details stand beside them.
//
// A card is an <li data-card="id"> with data-state, -version, -practitioner, -start-grain (five minutes since midnight),
// -minutes, -changed and -by; -url, -step-url and -patient-url are added here. What acts on cards (visit.js, moving.js)
// asks document.activeElement.closest("[data-card]"), and sends "visit-changed" when it is done.

import { TYPING } from "./keys.js";
import { load } from "./load.js";

export const day = document.getElementById("day");
export const board = document.getElementById("board");
const place = document.getElementById("visit");

export const cardsIn = (column) => [...column.querySelectorAll(".card")];
export const columns = () => [...board.querySelectorAll(".col")].filter((column) => column.checkVisibility());
export const goOf = (card) => card?.querySelector(".card-go, .row-go");
export const opened = () => place.querySelector("[data-visit]")?.dataset.visit ?? "";

// Whether somebody writes, or is at another card by now: what comes late for this one leads nobody away from there.
export function isElsewhere(id) {
  const at = document.activeElement;
  const here = at.closest("[data-card]")?.dataset.card ?? id;
  return here !== id || at.matches(TYPING) || document.querySelector("dialog:modal") !== null;
}

// The addresses of a card, from that of its link: a page is a tenth lighter without them.
export function dress(root) {
  const cards = root.matches?.("[data-card]") ? [root] : root.querySelectorAll("[data-card]");
  for (const card of cards) {
    const url = goOf(card)?.getAttribute("href");
    if (!url || "url" in card.dataset) continue;
    card.dataset.url = url;
    if (card.matches(".is-held, .is-block")) continue; // pages of their own
    card.dataset.stepUrl = `${url}step/`;
    card.dataset.patientUrl = url.replace(/appointments\/.*/, "");
  }
}

// ---- one card at a time takes the Tab key ---------------------------------------------------------------------

export function rove(to) {
  for (const link of board.querySelectorAll('.card-go:not([tabindex="-1"])')) link.tabIndex = -1;
  const card = to ?? board.querySelector(".card.is-current") ?? first();
  board.querySelector(".is-current")?.classList.remove("is-current");
  card?.classList.add("is-current");
  if (goOf(card)) goOf(card).tabIndex = 0;
}

export function first() {
  return columns().map((column) => nearest(column, presentGrain())).find(Boolean);
}

export function presentGrain() {
  const at = /at-(\d+)/.exec(document.getElementById("now-line")?.className ?? "");
  return at ? Number(at[1]) : 96;
}

export function nearest(column, grain) {
  const far = (card) => Math.abs(Number(card.dataset.startGrain) - grain);
  return column && cardsIn(column).reduce((best, card) => (!best || far(card) < far(best) ? card : best), null);
}

// ---- details beside the board -----------------------------------------------------------------------------------

// A second press so soon is the first one's: it does not go on to the step after.
const SOON = 300;
const pressed = new Map();

export function isTwice(id) {
  const before = pressed.get(id) ?? -SOON;
  pressed.set(id, performance.now());
  return performance.now() - before < SOON;
}

export async function open(card) {
  if (!(await load(place, card.dataset.url))) return;
  mark(opened());
  place.querySelector("h2, h1, [autofocus]")?.scrollIntoView({ block: "nearest" });
}

export function mark(id) {
  for (const card of document.querySelectorAll(".is-open")) card.classList.remove("is-open");
  if (id) document.getElementById(`card-${id}`)?.classList.add("is-open");
}

export function close() {
  window.htmx.trigger(place, "htmx:abort"); // nor do those come that are on their way
  const id = opened();
  place.replaceChildren();
  mark("");
  (goOf(document.getElementById(`card-${id}`)) ?? goOf(document.getElementById(`here-${id}`)))?.focus();
}

place.addEventListener("htmx:afterSwap", () => mark(opened()));
document.addEventListener("htmx:load", (event) => dress(event.target));

// A card drawn anew by itself does not know its lane.
let lane = "";
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  lane = /lane-\d+ of-\d+/.exec(detail.target?.className ?? "")?.[0] ?? "";
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const card = lane ? document.getElementById(detail.target?.id ?? "") : null;
  if (card?.matches(".card")) card.classList.add(...lane.split(" "));
});
dress(document);
