// Beside a note stands the summary, the last note or the results; F8 turns to the next of them.

const turns = [...document.querySelectorAll("[data-turn]")];
const part = (button) => document.getElementById(button.dataset.turn);
const isBeside = () => matchMedia("(width >= 56.25rem)").matches;

async function turnTo(button) {
  for (const each of turns) {
    each.setAttribute("aria-pressed", String(each === button));
    part(each).hidden = each !== button;
  }
  if (!isBeside()) button.scrollIntoView({ block: "start" });
  const { part: url, select } = button.dataset;
  const place = part(button);
  if (url && !place.firstChild) await window.htmx.ajax("GET", url, { source: place, target: place, select }).catch(() => {});
}

if (turns.length) {
  turns[0].closest("[data-turns]").hidden = false;
  for (const each of turns) each.addEventListener("click", () => turnTo(each));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F8" || event.isComposing || document.querySelector("dialog:modal")) return;
    event.preventDefault();
    const at = turns.findIndex((each) => each.getAttribute("aria-pressed") === "true");
    turns[(at + 1) % turns.length].click();
  });
}
