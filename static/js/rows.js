// Keys of a list of Manage. J and K go down and up its rows (the focus is on the row's link, so Enter opens it), Space
// chooses the row, Shift+Space all since the one that was chosen last; E, H and R open its form, its history and how it
// is in the table. keys.js presses what stands for a key on the page: [data-row].
import { lettersOn } from "./keys.js";

const table = document.querySelector(".manage-table");
const links = () => [...table.querySelectorAll("tbody .go-link")];
const tick = (link) => link.closest("tr").querySelector("input[name=pick]");
const here = () => links().indexOf(document.activeElement);
let last = null; // the tick that was set before

function step(by) {
  const all = links();
  const now = here();
  const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + by, 0), all.length - 1);
  all[next]?.focus();
}

function open(what) {
  const link = links()[Math.max(here(), 0)];
  const { change } = link?.closest("tr")?.dataset ?? {};
  if (what === "change") return change && location.assign(change);
  if (!link) return undefined;
  const there = new URL(link.href);
  there.pathname += `${what}/`;
  return location.assign(there);
}

function choose(link, range) {
  const box = tick(link);
  if (!box) return;
  const boxes = [...table.querySelectorAll("input[name=pick]")];
  const [from, to] = [boxes.indexOf(range && last ? last : box), boxes.indexOf(box)].sort((one, other) => one - other);
  const on = range ? true : !box.checked;
  for (const each of boxes.slice(from, to + 1)) each.checked = on;
  last = box;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-row]");
  if (!key) return;
  const { row } = key.dataset;
  if (row === "next" || row === "previous") step(row === "next" ? 1 : -1);
  else open(row);
});

table?.addEventListener("keydown", (event) => {
  const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!event.target.matches(".go-link") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (arrow) {
    event.preventDefault();
    step(arrow);
  } else if (event.key === " " && lettersOn() && tick(event.target)) {
    event.preventDefault();
    choose(event.target, event.shiftKey);
  }
});
