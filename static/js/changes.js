// Puts in place what changed on the board since it was drawn, card by card, and never takes one from under a hand.
import { board, cardsIn, day, dress, goOf, nearest, open, opened, rove } from "./cards.js";
import { only, turn } from "./filters.js";
import { comeAnew } from "./refresh.js";
import { tick } from "./waits.js";

const held = (card) => card.contains(document.activeElement) || card.classList.contains("is-dragged") || opened() === card.dataset.card;
// Given to another patient it has another address, and may have the same version.
const SAME = ["version", "state", "url"];
const same = (one, other) => SAME.every((name) => one.dataset[name] === other.dataset[name]);

function sync(old, fresh) {
  const open = old.classList.contains("is-open");
  const current = old.classList.contains("is-current");
  const [was, name] = [old, fresh].map((card) => card.querySelector(".card-name"));
  if (was.childElementCount !== name.childElementCount) was.replaceChildren(...name.cloneNode(true).childNodes);
  old.className = fresh.className;
  old.classList.toggle("is-open", open);
  old.classList.toggle("is-current", current);
}

function replace(old, fresh) {
  const go = document.activeElement === goOf(old);
  const { card: id } = old.dataset;
  fresh.classList.toggle("is-current", old.classList.contains("is-current"));
  if (!old.classList.contains("is-current")) goOf(fresh).tabIndex = -1;
  old.replaceWith(fresh);
  if (opened() === id) fresh.classList.add("is-open");
  if (go) goOf(fresh).focus();
}

// A card under somebody's hand stays as it is, and says who changed it.
function tell(old, fresh) {
  old.querySelector(".card-news")?.remove();
  const news = document.createElement("p");
  news.className = "card-news";
  news.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Show";
  button.addEventListener("click", () => {
    replace(old, fresh);
    goOf(fresh).focus();
    if (opened() === fresh.dataset.card) open(fresh);
  });
  news.append(`Changed at ${fresh.dataset.changed} by ${fresh.dataset.by}. `, button);
  old.querySelector(".card-box").append(news);
}

// With the focus in it, the next arrow goes on from where it was. No other card gets the focus: the next key is not
// about that one.
function remove(card) {
  const had = card.contains(document.activeElement);
  const list = card.closest(".col");
  card.remove();
  if (!had) return;
  rove(nearest(list, Number(card.dataset.startGrain)) ?? undefined);
  board.focus({ preventScroll: true });
}

// Returns whether a card left a column that was not sent: that column's lanes are not known then.
function column(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old) return comeAnew();
  let moved = false;
  const list = old.querySelector(".cards");
  const cards = [...fresh.querySelectorAll(".card")];
  const ids = new Set(cards.map((card) => card.id));
  for (const card of cardsIn(old)) {
    if (!ids.has(card.id) && !(held(card) && card.dataset.state !== "cancelled")) remove(card);
    else if (!ids.has(card.id)) gone(card);
  }
  for (const card of cards) {
    const there = document.getElementById(card.id)?.closest(".col");
    if (there && there !== old) {
      moved ||= /of-\d/.test(document.getElementById(card.id).className);
      document.getElementById(card.id).remove();
    }
    arrange(card, list);
  }
  old.querySelector(".col-facts").replaceWith(fresh.querySelector(".col-facts"));
  old.className = `${fresh.className}${old.classList.contains("col-off") ? " col-off" : ""}`;
  return moved;
}

// In order of time, without moving what the focus is in: a moved element loses it.
function arrange(card, list) {
  const before = document.getElementById(card.id);
  const mine = card.dataset.by === day.dataset.me;
  if (!before) {
    goOf(card).tabIndex = -1;
    const grain = Number(card.dataset.startGrain);
    const after = [...list.children].find((each) => Number(each.dataset.startGrain) > grain);
    list.insertBefore(card, after ?? null);
  } else if (same(before, card)) sync(before, card);
  else if (held(before) && !mine) tell(before, card);
  else replace(before, card);
}

function gone(card) {
  if (card.querySelector(".card-news")) return;
  const news = document.createElement("p");
  news.className = "card-news";
  news.setAttribute("role", "status");
  news.textContent = "Not at this time any more.";
  card.querySelector(".card-box").append(news);
  card.addEventListener("focusout", () => card.remove(), { once: true });
}

function part(id, parts) {
  const fresh = parts.querySelector(`#${id}`);
  const old = document.getElementById(id);
  if (!fresh || !old) return;
  const focus = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(fresh);
  if (focus) document.getElementById(focus)?.focus();
}

export function apply(parts) {
  dress(parts);
  let whole = false;
  for (const fresh of parts.querySelectorAll(".col")) whole = column(fresh) || whole;
  part("board-counts", parts);
  lane(parts);
  for (const link of document.querySelectorAll("#board-counts [data-show]")) {
    if (day.classList.contains(`show-${link.dataset.show}`)) link.setAttribute("aria-current", "true");
  }
  document.querySelector(".board-empty")?.toggleAttribute("hidden", board.querySelector(".card") !== null);
  only();
  rove();
  tick();
  return whole;
}

function lane(parts) {
  const side = document.getElementById("lane");
  if (!side) return; // a week has none
  const tab = side.classList.contains("on-requests") ? "requests" : "here";
  const wanted = document.getElementById("lane-requests"); // also for what is on its way there
  const scrolled = document.getElementById("lane-here").scrollTop;
  part("lane", parts);
  document.getElementById("lane-here").scrollTop = scrolled;
  document.getElementById("lane-requests").replaceWith(wanted);
  turn(document.getElementById("lane"), tab);
}
