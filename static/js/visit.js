// One appointment among many: its panel beside the board, and the keys of the card that has the focus. Each key sends a
// form of ours that the server has drawn: Space the card's own, the others those of the details.
import { isElsewhere, isTwice } from "./cards.js";
import { changed } from "./changed.js";
import { lettersOn, TYPING } from "./keys.js";
import { isDone, load, textFrom } from "./load.js";
import { move } from "./moving.js";
import { toast } from "./toast.js";

const PANEL = "#visit";
const QUICK = { u: "undo", c: "confirm", p: "park" }; // answered on the card
const SHOWN = { n: "no-show", x: "cancel" }; // these ask something first: in the panel
const LEADS = ["k"]; // links of the details, followed without showing them

const panel = () => document.querySelector(PANEL);
const shownIn = (id) => panel()?.querySelector(`[data-visit="${id}"]`);

// --- The panel: js/board.js opens and closes it --------------------------------------------------------------------

// Where there is no panel, the details are a page.
const show = async (url) => (panel() ? load(panel(), url) : location.assign(url));

// Who cancels is chosen already, why is not.
const FIRST = ['[data-act="step"]', "form[data-main] [name=reason]", "input:checked, button, a[href]"];

function enter() {
  FIRST.map((each) => panel().querySelector(each)).find(Boolean)?.focus();
}

// The button of the step after stands where this one was pressed.
document.addEventListener("submit", (event) => {
  const id = event.target.closest("#visit [data-visit]")?.dataset.visit;
  if (!id || !event.target.querySelector('[data-act="step"]') || !isTwice(id)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

// What somebody writes there meanwhile stays, as do the details then: elsewhere than in the form that is answered.
const fields = (form) => [...panel().querySelectorAll(TYPING)].filter((field) => !form?.contains(field));
const beside = (form) => JSON.stringify(fields(form).map((field) => field.value));
const writesBeside = (form) => fields(form).includes(document.activeElement);

// What an action answers takes the place of the button that was pressed: the focus goes to the next step. So it does
// with a form that a key has asked for.
let inside = false;
let stood = null; // its first element, before an answer
const typed = new WeakMap(); // of a request, what stood beside its form
let asked = null; // {link, id}: that link, of the details of this one
document.addEventListener("htmx:beforeRequest", ({ target, detail }) => {
  if (detail.target?.id === "visit") typed.set(detail.xhr, beside(target));
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target?.id !== "visit") return;
  const { elt, verb } = detail.requestConfig;
  const isWritten = writesBeside(elt) || beside(elt) !== typed.get(detail.xhr);
  if (verb === "post" && isDone(detail.xhr) && isWritten) detail.swapOverride = "none";
  stood = detail.target.firstElementChild;
  const came = elt === asked?.link && !isElsewhere(asked.id);
  inside = came || detail.target.contains(document.activeElement);
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.id !== "visit" || detail.target.firstElementChild === stood) return;
  if (inside) enter();
  // What was cancelled from here does not stay on the board for being open here.
  const { visit: id, state } = detail.target.querySelector("[data-visit]")?.dataset ?? {};
  const card = id && document.getElementById(`card-${id}`);
  if (card && state) card.dataset.state = state;
});

// The board has it anew by js/refresh.js; an open panel asks itself, unless the answer went there.
document.addEventListener("visit-changed", (event) => {
  const { id } = event.detail;
  const card = document.querySelector(`[data-card="${id}"]`);
  // What somebody opened meanwhile is on its way there: it is not given up for this.
  const comes = panel()?.matches(".htmx-request");
  const free = shownIn(id) && card && !comes && !panel().contains(event.target);
  if (free && !writesBeside() && !fields().some(changed)) show(card.dataset.url);
  for (const line of document.querySelectorAll(".toast-line:has(form)")) {
    const old = line.querySelector(`form[action*="/${id}/"]`) && !line.contains(event.target);
    if (old) line.remove(); // its Undo would undo something else by now
  }
});
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (isDone(detail.xhr)) target.closest?.(".toast-line")?.remove();
});

// Somebody else was quicker: the board looks at once who it was.
document.addEventListener("htmx:responseError", ({ target }) => {
  if (target.closest?.("[data-card]")) document.dispatchEvent(new CustomEvent("board:look"));
});

// --- Keys --------------------------------------------------------------------------------------------------------

// Before keys.js: with a card in focus, a letter is about that card and not about the one in the panel.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.(TYPING) || document.querySelector("dialog:modal")) return;
    if (event.key === "!" && callFor(event)) return;
    const card = document.activeElement?.closest("[data-card]");
    if (!card?.dataset.stepUrl) return;
    if (press(card, event.key.toLowerCase(), event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  },
  true,
);

function press(card, key, event) {
  if (key === " ") return step(card, event);
  if (key === "enter" && waiting?.id === card.dataset.card) return true; // they are on their way, for a key
  if (key === "enter" && shownIn(card.dataset.card)) return enter() ?? true; // once opens the details, twice goes there
  if (event.shiftKey || !lettersOn()) return false;
  if (event.repeat && key.length === 1) return true; // a key held down is pressed once
  if (key === "m") return move(document.getElementById(`card-${card.dataset.card}`) ?? card);
  if (key === "o") return location.assign(card.dataset.patientUrl) ?? true;
  if (key in QUICK) return quickly(card, QUICK[key]);
  if (key in SHOWN) return openAnd(card, SHOWN[key]);
  if (LEADS.includes(key)) return follow(card, key);
  // Somebody else's details have this key: it is not pressed there. This card's are shown, with theirs.
  const others = !shownIn(card.dataset.card) && panel()?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  return others && show(card.dataset.url);
}

// Who has the focus cannot wait: it is their visit that becomes urgent, not somebody to be looked for.
function callFor(event) {
  const here = document.activeElement?.closest("[data-card], [data-visit]");
  const link = here?.querySelector('[data-act="urgent"]')?.href;
  const url = here?.dataset.stepUrl ? `${here.dataset.url}urgent/` : link;
  if (!url || event.repeat || !lettersOn()) return false;
  event.preventDefault();
  event.stopPropagation();
  location.assign(url);
  return true;
}

// Where the details have no such link, they are shown and say why.
function follow(card, key) {
  const { card: id, url } = card.dataset;
  details(url).then((found) => {
    if (isElsewhere(id)) return undefined;
    const link = found?.querySelector(`a[data-key="${key}"]`);
    return link ? location.assign(link.href) : show(url);
  });
  return true;
}

function step(card, event) {
  if (event.repeat || event.target.closest("button")) return event.repeat;
  const form = card.querySelector("form[data-step]");
  if (form) form.requestSubmit();
  else if (!isTwice(card.dataset.card)) quickly(card, "step");
  return true;
}

const busy = new Map(); // of a card, what was pressed last: {act, version, done}

async function details(url) {
  const headers = { "HX-Request": "true", "HX-Target": "visit" };
  const text = await textFrom(url, { headers, cache: "no-store" });
  return text && new DOMParser().parseFromString(text, "text/html");
}

// The form of the details, sent without showing them. Another key waits for the one before, the same is pressed once.
function quickly(card, act) {
  const { card: id, version } = card.dataset;
  const before = busy.get(id);
  if (before?.act === act) return true;
  const here = { act, version, done: next(card, act, before) };
  busy.set(id, here);
  here.done.finally(() => busy.get(id) === here && busy.delete(id));
  return true;
}

// An undo is of what was done before it: where that was not done, nothing is undone.
async function next(card, act, before) {
  const { card: id, url } = card.dataset;
  await before?.done;
  const { version } = document.querySelector(`[data-card="${id}"]`)?.dataset ?? {};
  if (!before || before.version !== version) await send(id, url, act, version);
}

// With the version that the card shows: what somebody did since is neither gone on from nor undone unseen.
async function send(id, url, act, version) {
  const found = await details(url);
  const form = found?.querySelector(`form:has([data-act="${act}"])`);
  if (!form) return cannot(id, url, act, found);
  const values = { ...Object.fromEntries(new FormData(form)), ...(version && { version }) };
  const focus = document.activeElement.id;
  const drawn = document.getElementById(`card-${id}`);
  const answer = drawn ? { target: `#card-${id}`, swap: "outerHTML" } : { swap: "none" }; // a walk-in is a row alone
  // The card asks, and not what has the focus by now: of all that one element asks for, one is on its way and one waits.
  const source = drawn ?? document.querySelector(`[data-card="${id}"]`) ?? document.body;
  await window.htmx.ajax("POST", form.getAttribute("action"), { values, source, ...answer }).catch(() => undefined);
  // Whoever went on to another card is left there: the next key is about that one.
  if (document.activeElement === document.body) document.getElementById(focus)?.focus();
  return undefined;
}

const nameOf = (id) => document.querySelector(`[data-card="${id}"] .card-name`)?.textContent ?? "The one before";
const GIVEN_UP = "nothing is done, as other details were opened meanwhile. Press the key again.";

// Not possible now: the details say what is, but they open over nobody to whom one has gone on.
function cannot(id, url, act, found) {
  if (document.activeElement?.closest(`[data-card="${id}"]`)) return show(url).then(() => explain(id, act));
  const why = found ? "that is not possible now. The details say why." : "not done, as no answer came. Try again.";
  return toast(`${nameOf(id)}: ${why}`);
}

// Nothing is pressed but in the details of this card. Where they are given up for another's, that is said.
let waiting = null; // the last {id} whose details are on their way for a key
function openAnd(card, act) {
  const { card: id, url } = card.dataset;
  const here = { id };
  waiting = here;
  show(url).then((came) => {
    const isLast = waiting === here || waiting?.id !== id;
    if (waiting === here) waiting = null;
    if (!came) return isLast && panel().matches(".htmx-request") && toast(`${nameOf(id)}: ${GIVEN_UP}`);
    const button = shownIn(id)?.querySelector(`[data-act="${act}"]`);
    asked = button?.matches("a") ? { link: button, id } : null;
    button?.click();
    return button ?? explain(id, act);
  });
  return true;
}

function explain(id, act) {
  const why = shownIn(id)?.querySelector(`template[data-why="${act}"]`);
  if (why) toast(why.content.textContent.trim(), { level: "info" });
}

// A key that is about a card, pressed with none in focus, says what it waits for. The list of keys knows which these are.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat) return;
  const space = event.key === " ";
  if (event.target.closest?.(space ? `${TYPING}, button, a, summary` : TYPING)) return;
  if (document.querySelector("dialog:modal") || !lettersOn() || document.activeElement?.closest("[data-card]")) return;
  const known = document.querySelector(`[data-card-keys] [data-key="${space ? "Space" : CSS.escape(event.key)}"]`);
  if (!known || event.key === "Enter") return;
  toast(`${known.dataset.keyName}: which card? Choose one by a click or with the arrows, then press the key again.`, {
    level: "info",
  });
});

// With no card in focus, U is for what was done last: its toast is still there.
document.addEventListener("keydown", (event) => {
  if (event.key !== "u" || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const elsewhere = event.target.closest?.(`${TYPING}, ${PANEL}`) || document.querySelector("dialog:modal");
  const last = [...document.querySelectorAll('.toast-line form[action$="/undo/"] button')].at(-1);
  if (elsewhere || !last || !lettersOn() || document.activeElement?.closest("[data-card]")) return;
  event.preventDefault();
  event.stopPropagation();
  last.click();
}, true);

document.addEventListener("click", (event) => {
  const link = event.target.closest('[data-act="move"]');
  const id = link?.closest("[data-visit]")?.dataset.visit;
  const card = id && document.getElementById(`card-${id}`);
  if (!card || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (move(card)) event.preventDefault();
});

