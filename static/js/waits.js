// Minutes go on while nothing changes: how long somebody waits, how late somebody is, how long a time is held, and
// where the present stands. The thresholds and signs are those of scheduling/appointments/rows/showing.py.

const AMBER = 15;
const RED = 30;
const SIGNS = { "": "armchair", amber: "clock", red: "alert-triangle" };
const A_LOT = 100; // then in hours, as scheduling/words.py says it
const span = (minutes, unit = "′") => (minutes < A_LOT ? `${minutes}${unit}` : `${Math.floor(minutes / 60)} h`);
const minute = () => Math.floor(Date.now() / 60_000);

function wait(card) {
  const minutes = Math.max(0, minute() - Number(card.dataset.from));
  const shown = card.querySelector("[data-wait]");
  if (!shown) return;
  shown.textContent = span(minutes, shown.dataset.wait || "′");
  const level = minutes >= RED ? "red" : minutes >= AMBER ? "amber" : "";
  card.classList.toggle("is-amber", level === "amber");
  card.classList.toggle("is-red", level === "red");
  const use = card.dataset.state === "waiting" ? card.querySelector("svg.icon use") : null;
  use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${SIGNS[level]}`));
}

function late(card, after) {
  const minutes = minute() - Number(card.dataset.due);
  if (minutes < after) return;
  const end = card.querySelector(".card-end");
  end.textContent = `+${span(minutes)}`;
  card.classList.add("is-late");
}

function left(card) {
  const minutes = Number(card.dataset.until) - minute();
  if (minutes < 0) card.remove();
  else card.querySelector("[data-left]").textContent = `${minutes}′`;
}

function present() {
  const line = document.getElementById("now-line");
  const tab = document.getElementById("now-tab");
  if (!line) return;
  const updated = document.getElementById("updated").textContent;
  if (!document.body.classList.contains("paused")) tab.textContent = updated.replace(/ [ap]m$/, "");
  const shown = /(\d+):(\d+)(?:\s*([ap])m)?/i.exec(updated);
  if (!shown) return;
  const half = shown[3] ? (shown[3].toLowerCase() === "p" ? 12 : 0) : 0;
  const hours = shown[3] ? (Number(shown[1]) % 12) + half : Number(shown[1]);
  const at = (hours * 60 + Number(shown[2])) / 5;
  for (const each of [line, tab]) each.style.setProperty("--at", at);
}

export function tick() {
  const after = Number(document.getElementById("day")?.dataset.lateAfter ?? 5);
  for (const card of document.querySelectorAll("[data-from]")) wait(card);
  for (const card of document.querySelectorAll(".card[data-due]")) late(card, after);
  for (const card of document.querySelectorAll(".card[data-state=held]")) left(card);
  present();
}

setInterval(tick, 15_000);
