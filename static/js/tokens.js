// A line of a note that begins with + is recorded with the signature, as the line of the chart would: what is understood
// stands beneath while it is typed. Of a problem the arrows choose the code, and Enter writes it into the line.
import { textFrom } from "./load.js";

const note = document.querySelector("[data-note]");
const TOKEN = /^[ \t]*\+[ \t]?(\S.*)$/;
const QUIET = 150; // ms after the last key
// A problem whose code nobody has chosen yet.
const OPEN = /^(?:dx|diagnosis|problem)\s+\S[^()]*$/i;
let asked = null; // the line that was asked about last
let answered = null; // the one that the answer on screen is about, or that got none
let timer;

function lineOf(box) {
  const before = box.value.lastIndexOf("\n", box.selectionStart - 1) + 1;
  const end = box.value.indexOf("\n", box.selectionStart);
  return { start: before, end: end < 0 ? box.value.length : end };
}

function typed(box) {
  const { start, end } = lineOf(box);
  return TOKEN.exec(box.value.slice(start, end))?.[1].trim() ?? "";
}

const place = (box) => note.querySelector(`[data-token="${box.name}"]`);

async function ask(box) {
  const text = typed(box);
  asked = text;
  if (text.length < 2) return place(box).replaceChildren();
  const body = new URLSearchParams({ text });
  for (const field of note.querySelectorAll("[data-ranked]")) body.set(field.name, field.value);
  const headers = { "X-CSRFToken": note.elements.csrfmiddlewaretoken.value, "HX-Request": "true" };
  const said = await textFrom(note.dataset.understood, { method: "POST", headers, body });
  if (asked !== text) return undefined;
  place(box).innerHTML = said ?? "";
  answered = text;
  // They choose a code for the line, and are no fields of the note.
  for (const input of place(box).querySelectorAll("input")) input.setAttribute("form", "");
  for (const radio of radiosOf(box)) radio.addEventListener("change", () => write(box, text));
  return undefined;
}

const radiosOf = (box) => [...place(box).querySelectorAll("[type=radio]")];

// Into the line that they are of: by now the caret may be in another one.
function write(box, text) {
  if (typed(box) !== text && !find(box, (words) => words === text)) return;
  const radio = place(box).querySelector("input:checked");
  const { start, end } = lineOf(box);
  const words = radio.value === "-" ? `${typed(box).replace(/\s*\(.*\)$/, "")} (-)` : `problem ${radio.dataset.words} (${radio.value})`;
  box.setRangeText(`+${words}`, start, end, "end");
  place(box).replaceChildren();
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function onKey(event) {
  const { target, key } = event;
  if (event.isComposing || !target.matches("[data-section]") || event.ctrlKey || event.metaKey) return;
  const radios = answered === typed(target) ? radiosOf(target) : [];
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (key === "Enter" && !radios.length && OPEN.test(typed(target)) && answered !== typed(target)) {
    event.preventDefault(); // quicker than the answer: it brings the codes, and is no new line
    clearTimeout(timer);
    ask(target);
    return undefined;
  }
  if (!radios.length || !typed(target) || (!step && key !== "Enter")) return;
  event.preventDefault();
  if (key === "Enter") return write(target, answered);
  const at = radios.findIndex((one) => one.checked) + step;
  radios[Math.min(radios.length - 1, Math.max(0, at))].checked = true;
  return undefined;
}

// The caret comes to a problem that has no code: the page was refused for it, or somebody went on too soon.
function come({ target }) {
  if (target.matches("[data-section]") && OPEN.test(typed(target)) && !place(target).children.length) ask(target);
}

// The caret comes to the first line of which it is true; whether there is one.
function find(box, isIt) {
  const lines = box.value.split("\n");
  const at = lines.findIndex((text) => isIt(TOKEN.exec(text)?.[1].trim() ?? ""));
  if (at < 0) return false;
  const end = lines.slice(0, at + 1).join("\n").length;
  box.setSelectionRange(end, end);
  return true;
}

if (note) {
  note.addEventListener("focusin", come);
  note.addEventListener("click", come);
  const wrong = note.querySelector(".note-part:has(.field-error) [data-section]");
  if (wrong && find(wrong, (text) => OPEN.test(text))) ask(wrong);
  note.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-section]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => ask(target), QUIET);
  });
  note.addEventListener("keydown", onKey);
}
