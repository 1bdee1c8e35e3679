// What of the board is shown: one state, one practitioner, the lane, the night; and no names where others can see them.
import { board, day, nearest, presentGrain } from "./cards.js";
import { load } from "./load.js";
import { recall, remember } from "./store.js";

const wide = matchMedia("(min-width: 641px)");

const SHOWS = ["waiting", "room", "with", "pay", "gone", "here", "next", "all"];

function show(name) {
  const on = day.classList.contains(`show-${name}`);
  day.classList.remove(...SHOWS.map((each) => `show-${each}`));
  if (!on || !wide.matches) day.classList.add(`show-${name}`);
  if (name === "gone" && !on) lane(true);
  if (name === "all") nearest(board, presentGrain())?.scrollIntoView({ block: "center" });
  for (const link of document.querySelectorAll("[data-show]")) {
    const here = day.classList.contains(`show-${link.dataset.show}`);
    if (here) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function lane(on) {
  day.classList.toggle("no-lane", !on);
  remember("board-lane", on ? "on" : "off");
}

function discreet(on) {
  document.body.classList.toggle("discreet", on);
  remember("board-discreet", on ? "on" : "off");
}

async function requests(link) {
  if (await load(document.getElementById("lane-requests"), link.href)) turn(document.getElementById("lane"), "requests");
}

export function turn(side, name) {
  side.classList.toggle("on-requests", name === "requests");
  for (const link of side.querySelectorAll("[data-lane]")) {
    if (link.dataset.lane === name) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const filter = event.target.closest("[data-show]");
  const tab = event.target.closest("[data-lane]");
  if (!filter && !tab) return;
  event.preventDefault();
  if (filter) show(filter.dataset.show);
  else if (tab.dataset.lane === "requests") requests(tab);
  else {
    if (day.classList.contains("show-gone")) show("gone");
    turn(document.getElementById("lane"), "here");
  }
});

const night = document.querySelector("[data-board-whole]");
const folded = [/from-\d+/.exec(board.className)[0], /until-\d+/.exec(board.className)[0]];

night.addEventListener("click", () => {
  const whole = board.classList.contains("from-0") && board.classList.contains("until-24");
  const place = board.querySelector(".gutter-day");
  const hour = place.offsetHeight / (whole ? 24 : Number(folded[1].slice(6)) - Number(folded[0].slice(5)));
  board.classList.remove("from-0", "until-24", ...folded);
  board.classList.add(...(whole ? folded : ["from-0", "until-24"]));
  night.querySelector("span").textContent = whole ? "Show the night" : "Fold the night";
  board.scrollTop += (whole ? -1 : 1) * Number(folded[0].slice(5)) * hour;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-board-lane]")) lane(day.classList.contains("no-lane"));
  if (event.target.closest("[data-board-discreet]")) discreet(!document.body.classList.contains("discreet"));
});
for (const button of document.querySelectorAll("#menu-board button[hidden]")) button.hidden = false;
night.hidden = folded.join(" ") === "from-0 until-24";

const field = document.getElementById("board-date");
field.addEventListener("change", () => field.value && field.form.requestSubmit());

const who = document.getElementById("board-who"); // a week is one practitioner's
who?.form.classList.add("is-quick");
who?.addEventListener("change", only);

export function only() {
  const wanted = who?.value ?? "";
  day.classList.toggle("only", wanted !== "");
  for (const column of board.querySelectorAll(".col")) {
    column.classList.toggle("col-off", wanted !== "" && column.dataset.column !== wanted);
  }
  for (const row of document.querySelectorAll(".lane-row")) row.classList.toggle("row-on", row.dataset.practitioner === wanted);
}

if (recall("board-lane") === "off") lane(false);
if (recall("board-discreet") === "on") discreet(true);
