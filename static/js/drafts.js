// Keeps what is typed into a form on the server, while it is typed, and brings it back when the form is opened again.
// A form with a draft has an element [data-draft] (templates/parts/once.html). What is kept is all its fields, or those
// of data-only. One save at a time, the newest state next; "Saved" is said only after the server said so.
import { changed } from "./changed.js";
import { differs } from "./differs.js";
import { isDone } from "./load.js";
import { addRow } from "./repeat.js";
import { hear } from "./session.js";

const QUIET = 800; // ms after the last key
const LATEST = 5_000; // ms after the first key that is not saved yet
const AGAIN = [2, 4, 8, 16, 30]; // s between tries that fail
const SMALL = 60_000; // bytes that a browser sends for a page that is being left
const OFFLINE = "Not saved: no connection, trying again";
const SIGNED_OUT = "Not saved: you were signed out. Sign in to go on.";
const BUSY = "Not saved: the system is busy, trying again";
const UNSEEN = "- 0"; // what a page saw last of a draft that another one keeps
const PLUMBING = ["once", "draft", "csrfmiddlewaretoken"];

// Not by Back or Reload, after which the browser itself fills forms again.
const freshly = performance.getEntriesByType("navigation")[0]?.type === "navigate";
const all = new Set();
let loose = false; // something was typed into a form that keeps no draft

// Whether something typed on this page is on this page alone: then nobody may be told that it is saved.
export const unsaved = () => loose || [...all].some((draft) => draft.form.isConnected && draft.state() !== draft.saved);

class Draft {
  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    this.only = box.dataset.only?.split(" ");
    [this.openUrl, this.keepUrl, this.discardUrl] = box.dataset.urls.split(" ");
    this.page = this.form.elements.once.value.split(".")[0];
    this.blank = this.saved = this.state();
    if (freshly && [...this.form.elements].some(changed)) this.blank = this.saved = this.asServed(); // typed before us
    this.n = 0;
    this.known = "";
    this.failed = 0;
    this.form.addEventListener("input", () => this.touched());
    this.form.addEventListener("change", () => this.touched());
    this.form.addEventListener("focusout", () => this.save());
    this.form.addEventListener("submit", () => this.leave());
    this.form.addEventListener("htmx:afterRequest", ({ target, detail }) => {
      if (target === this.form && target.isConnected && !isDone(detail.xhr)) this.stay();
    });
  }

  ask(url, fields, options = {}) {
    const body = new URLSearchParams({ form: this.box.dataset.draft, ...fields });
    const headers = { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value };
    return fetch(url, { method: "POST", headers, body, cache: "no-store", ...options });
  }

  // --- What is kept

  keeps(name) {
    return name && !PLUMBING.includes(name) && (!this.only || this.only.includes(name));
  }

  asServed() {
    const copy = this.form.cloneNode(true);
    copy.reset();
    return this.state(copy);
  }

  state(form = this.form) {
    const fields = [...new FormData(form)].filter(([name, value]) => this.keeps(name) && typeof value === "string");
    return JSON.stringify(fields);
  }

  touched() {
    if (this.filling || this.stopped) return;
    this.mark(true);
    this.first ??= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), Math.min(QUIET, Math.max(0, this.first + LATEST - Date.now())));
  }

  // The form says to the server whether there may be a draft, and which save of it this page saw last: it is then
  // dropped with the save, if no other page sent it or typed over it meanwhile.
  mark(there) {
    this.form.elements.draft.value = there ? this.known || "1" : "";
  }

  save({ leaving = false } = {}) {
    clearTimeout(this.timer);
    const state = this.state();
    if (this.stopped || this.sent || this.isDone(state) || (this.busy && !leaving)) return;
    this.busy = true;
    this.first = undefined;
    this.n += 1;
    this.mark(true);
    this.onItsWay = this.send(state, leaving);
  }

  async send(state, leaving) {
    const mark = `${this.page} ${this.n}`;
    try {
      const keepalive = leaving && state.length < SMALL;
      const signal = AbortSignal.timeout(10_000);
      const answer = await this.ask(this.keepUrl, { fields: state, mark, known: this.known }, { keepalive, signal });
      await this.answered(answer, state, mark);
    } catch {
      this.trouble(OFFLINE);
    } finally {
      this.busy = false;
    }
    if (!this.failed && !this.stopped && !this.isDone(this.state())) this.touched();
  }

  // Saved, or longer than a form can be: not sent again before it is changed.
  isDone(state) {
    return state === this.saved || state === this.refused;
  }

  async answered(answer, state, mark) {
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    const said = json ? await answer.json() : {};
    if (answer.ok && said.at) {
      this.saved = state;
      this.known = mark;
      this.mark(true);
      this.failed = 0;
      this.say(`Saved as a draft ${said.at}`);
    } else if (answer.status === 409) {
      this.stop(said);
    } else if (answer.status === 413) {
      this.refused = state;
      this.failed = 0;
      this.say(said.sentence, true);
    } else if (answer.status === 401) {
      this.trouble(SIGNED_OUT);
    } else {
      this.trouble(BUSY);
    }
  }

  trouble(words) {
    this.say(words, true);
    const seconds = AGAIN[Math.min(this.failed, AGAIN.length - 1)];
    this.failed += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), seconds * 1000);
  }

  // Another tab has newer words of this form, or sent it. Neither is written over; the person chooses.
  stop({ sentence, theirs }) {
    this.stopped = true;
    this.known ||= UNSEEN;
    this.mark(true);
    const keep = () => {
      this.known = theirs.known;
      this.goOn();
      this.save();
    };
    const show = () => {
      const mine = this.state();
      this.take(theirs);
      this.goOn();
      const back = () => {
        this.box.hidden = true;
        this.fill(JSON.parse(mine));
        this.save();
      };
      this.tell("This is the other one.", [["Back to what was here", back]]);
    };
    const compare = () => {
      const there = this.box.querySelector(".draft-differs");
      if (there) return there.remove();
      return this.box.append(differs(this.form, JSON.parse(this.state()), JSON.parse(theirs.fields)));
    };
    const ways = [["Keep what is here", keep], ["Show the other", show], ["Compare", compare]];
    this.tell(sentence, theirs ? ways : [], true);
  }

  goOn() {
    this.stopped = false;
    this.mark(true);
    this.failed = 0;
    this.box.hidden = true;
  }

  // The form is on its way: what it was is dropped with it. Whoever types again, after a refusal, is heard again.
  // A note is saved once more: the page behind may ask for a reason first (a restricted chart), and not have it.
  leave() {
    if (this.form.matches("[data-note]")) this.save({ leaving: true });
    this.sent = true;
    clearTimeout(this.timer);
    const again = () => {
      this.sent = false;
    };
    this.form.addEventListener("input", again, { once: true, capture: true });
  }

  // It did not get through: what was typed last is kept like everything before.
  stay() {
    this.sent = false;
    this.touched();
  }

  // --- What was kept

  found(draft) {
    if (this.n && draft.known.startsWith(`${this.page} `)) return undefined; // what was saved here meanwhile
    if ("sentBack" in this.box.dataset) return this.sentBack(draft.known);
    if (draft.fields === this.state()) return this.same(draft); // filled again by the browser, or by nobody
    if ("begun" in this.box.dataset || this.state() !== this.blank || this.changedSince(draft)) {
      // Begun with something else, the thing itself changed meanwhile, or somebody was quicker than the answer: neither
      // is written over.
      this.stop({ sentence: `You typed into this form before, at ${draft.at}.`, theirs: draft });
      return this.mark(false); // it is not sent with this form
    }
    if (!this.take(draft)) return undefined;
    const discard = ["Discard", () => this.discard(draft)];
    return this.tell(`Restored what you typed at ${draft.at}`, [discard]);
  }

  // What the form says of the thing that it is about (data-base: its version) is never brought back.
  changedSince({ fields }) {
    const base = this.form.querySelector("[data-base]");
    return base !== null && JSON.parse(fields).some(([name, value]) => name === base.name && value !== base.value);
  }

  // A form that was refused shows what is newer than its draft.
  sentBack(known) {
    this.known = known;
    this.saved = "";
    this.touched();
  }

  same({ known }) {
    this.known = known;
    this.saved = this.state();
    this.mark(true);
  }

  // Whether that changed anything.
  take({ fields, known }) {
    this.known = known;
    this.mark(true);
    const changed = this.fill(JSON.parse(fields));
    this.saved = this.state();
    return changed;
  }

  // At once: what is typed from now on is new, and is saved after that.
  async discard(draft) {
    const typed = this.state();
    this.fill(JSON.parse(this.blank));
    const blank = this.state();
    await this.onItsWay; // it would bring back what is discarded
    clearTimeout(this.timer);
    this.saved = blank;
    this.busy = true;
    const signal = AbortSignal.timeout(10_000);
    const answer = await this.ask(this.discardUrl, {}, { signal }).catch(() => null);
    this.busy = false;
    if (!answer?.ok) {
      if (this.state() === blank) this.fill(JSON.parse(typed));
      this.touched();
      return this.tell("Not discarded: no answer came.", [["Discard", () => this.discard(draft)]], true);
    }
    this.known = "";
    this.mark(false);
    if (this.state() !== blank) this.touched();
    const undo = () => {
      this.fill(JSON.parse(draft.fields));
      this.box.hidden = true;
      this.save();
    };
    return this.tell("Discarded", [["Undo", undo]]);
  }

  fill(fields) {
    this.filling = true;
    const values = Map.groupBy(fields, ([name]) => name);
    for (const [name, given] of values) if (name.endsWith("-TOTAL_FORMS")) this.addRows(name, Number(given[0][1]));
    const changed = [...this.form.elements].filter((control) => this.keeps(control.name) && put(control, values));
    for (const control of changed) {
      for (let fold = control.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.filling = false;
    return changed.length > 0;
  }

  addRows(name, count) {
    const total = this.form.elements[name];
    const box = total?.closest("[data-repeat]");
    while (box && Number(total.value) < count) addRow(box);
  }

  // --- What is said

  say(words, wrong = false) {
    this.line ??= this.form.querySelector("[data-draft-said]") ?? this.newLine();
    this.line.textContent = words;
    this.line.setAttribute("aria-live", wrong ? "polite" : "off"); // "Saved" with every word would be noise
    this.line.classList.toggle("is-wrong", wrong);
  }

  newLine() {
    const line = document.createElement("p");
    line.className = "draft-said";
    const foot = this.form.querySelector(".form-foot");
    if (foot) foot.prepend(line);
    else this.form.append(line);
    return line;
  }

  tell(words, buttons, wrong = false) {
    const line = document.createElement("p");
    line.textContent = words;
    const made = buttons.map(([label, press]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-small" });
      button.textContent = label;
      button.addEventListener("click", press);
      return button;
    });
    this.box.classList.toggle("strip-warn", wrong);
    this.box.classList.toggle("strip-note", !wrong);
    this.box.setAttribute("role", wrong ? "alert" : "status");
    this.box.replaceChildren(line, ...made);
    this.box.hidden = false;
  }
}

// Puts the next of the values of this name into a control; says whether that changed it.
function put(control, values) {
  const given = values.get(control.name);
  if (control.matches("[type=file], button, [type=submit], [data-base]")) return false;
  if (control.matches("[type=checkbox], [type=radio]")) {
    const checked = given?.some(([, value]) => value === control.value) ?? false;
    const changes = control.checked !== checked;
    control.checked = checked;
    return changes;
  }
  if (!given?.length) return false;
  const [, value] = given.shift();
  if (control.matches("select") && ![...control.options].some((option) => option.value === value)) return false;
  const changes = control.value !== value;
  control.value = value;
  return changes;
}

async function arm(root) {
  const boxes = [...root.querySelectorAll("[data-draft]")].filter((box) => !("armed" in box.dataset));
  const fresh = boxes.map((box) => {
    box.dataset.armed = "";
    return new Draft(box);
  });
  for (const draft of all) if (!draft.form.isConnected) all.delete(draft);
  if (!fresh.length) return;
  fresh.forEach((draft) => all.add(draft));
  const body = new URLSearchParams(fresh.map((draft) => ["form", draft.box.dataset.draft]));
  const headers = { "X-CSRFToken": fresh[0].form.elements.csrfmiddlewaretoken.value };
  try {
    const answer = await fetch(fresh[0].openUrl, { method: "POST", headers, body, cache: "no-store" });
    if (!answer.ok) return;
    const { drafts } = await answer.json();
    for (const draft of fresh) {
      const there = drafts[draft.box.dataset.draft];
      if (there) draft.found(there);
      else if ("sentBack" in draft.box.dataset) draft.sentBack("");
    }
  } catch {
    // Nothing is restored while the server cannot be reached, and nothing is written over: a save would be refused.
  }
}

arm(document);
document.addEventListener("htmx:load", (event) => arm(event.target));

const now = () => all.forEach((draft) => draft.form.isConnected && draft.save());
document.addEventListener("clinnet:open", now);
addEventListener("online", now);
hear(now);
addEventListener("pagehide", () => all.forEach((draft) => draft.save({ leaving: true })));
document.addEventListener("visibilitychange", () => document.hidden && all.forEach((draft) => draft.save({ leaving: true })));
addEventListener("beforeunload", (event) => {
  if ([...all].some((draft) => draft.failed && !draft.sent && draft.form.isConnected)) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s" || all.size === 0) return;
  event.preventDefault(); // the browser would save the page as a file
  now();
});
document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[method=post]:not(#find)");
  if (form && !form.querySelector("[data-draft]")) loose = true;
});
