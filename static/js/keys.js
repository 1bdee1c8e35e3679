// Keys. "/" and Ctrl K find, Ctrl+Enter saves, "?" lists the keys. An element with data-key="b" is clicked by B,
// while the focus is in no field; letters can be switched off on this device (WCAG 2.1.4). Where each row of a table has
// one, the row is meant that the focus is in, else the first. data-then="id" is where the focus goes on.
import { comeTicked } from "./changed.js";
import { open } from "./dialog.js";
import { recall, remember } from "./store.js";

export const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select"; // no ticks
const ROW = "tr, .rows > li";

export const lettersOn = () => recall("letter-keys") !== "off";
const shown = (element) => element.checkVisibility?.() ?? true;
// A field of what was closed just now still has the focus, until the page is drawn.
const typing = (target) => target instanceof Element && target.closest(TYPING) !== null && shown(target);

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key === "Enter") return save(event);
  if (command && event.key.toLowerCase() === "k") return find(event);
  if (command && event.key.toLowerCase() === "p" && !event.shiftKey) return paper(event);
  if (command || event.altKey || typing(event.target)) return undefined;
  const modal = document.querySelector("dialog:modal"); // a drawer has letters of its own
  if (modal && !modal.matches(".drawer")) return undefined;
  return lettersOn() ? letter(event, modal) : undefined;
});

function letter(event, modal) {
  if (event.repeat) return undefined; // a key held down is pressed once, also over the pages that follow
  if (event.key === "/" && !modal) return find(event);
  if (event.key === "?" && !modal) {
    event.preventDefault();
    return open("keys");
  }
  if (/\d|\S\s+\S/.test(document.querySelector("[data-line] [name=text]")?.value ?? "")) return undefined; // half written
  const key = event.key.toLowerCase();
  const all = [...(modal ?? document).querySelectorAll("[data-key]")].filter((one) => one.dataset.key === key && shown(one));
  const row = event.target.closest?.(ROW);
  const marked = all.find((one) => row?.contains(one)) ?? all[0];
  if (!marked || (event.shiftKey && /^\p{L}$/u.test(key))) return undefined; // "!" has its Shift in it
  event.preventDefault();
  if (marked.matches("[data-turn]")) return turn(marked);
  if (marked.matches("input, textarea, select")) return marked.focus();
  marked.click();
  return document.getElementById(marked.dataset.then)?.focus();
}

// The next of a list, without going there.
function turn(select) {
  select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

// A page that has another form on paper prints that one.
function paper(event) {
  const link = document.querySelector("a[data-print-page]");
  if (!link) return;
  event.preventDefault();
  location.assign(`${link.href}#print`);
}

function find(event) {
  const box = document.getElementById("find-box");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

// The form the focus is in, else the page's main one; on a card, that of the details may be about somebody else.
function save(event) {
  if (event.target.id === "find-box") return;
  const at = document.activeElement;
  const form = at?.closest("form") ?? (at?.closest("[data-card]") ? null : document.querySelector("form[data-main]"));
  if (!form || form.method === "dialog") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-primary]") ?? undefined);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-find]")) find(event);
  else if (event.target.closest("[data-back]")) history.back();
});
for (const button of document.querySelectorAll("[data-back]")) button.hidden = history.length < 2;

// The list of keys names those of this page.
const dialog = document.getElementById("keys");
const list = dialog?.querySelector("[data-page-keys]");

function describe() {
  list.replaceChildren();
  const told = new Set();
  for (const marked of document.querySelectorAll("[data-key]")) {
    if (told.has(marked.dataset.key) && marked.closest(ROW)) continue; // the same of each row
    told.add(marked.dataset.key);
    const row = document.createElement("div");
    const key = document.createElement("dt");
    const what = document.createElement("dd");
    const cap = document.createElement("kbd");
    const named = marked.dataset.key;
    cap.textContent = named.length === 1 ? named.toUpperCase() : named;
    key.append(cap);
    what.textContent = marked.dataset.keyName ?? words(marked);
    row.append(key, what);
    list.append(row);
  }
  dialog.querySelector("[data-page-keys-title]").hidden = !list.children.length;
}

function words(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd").forEach((cap) => cap.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
}

if (dialog) {
  const box = dialog.querySelector("[data-letter-keys]");
  comeTicked(box, lettersOn());
  box.addEventListener("change", () => remember("letter-keys", box.checked ? "on" : "off"));
  dialog.addEventListener("toggle", () => dialog.open && describe());
  for (const opener of document.querySelectorAll('[data-open="keys"]')) opener.hidden = false;
}
