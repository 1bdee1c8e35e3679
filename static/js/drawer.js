// A page of ours over the one that stays: <a data-drawer href="…"> opens it in a <dialog> at the right edge. Below
// 900 px, with a modifier key or without JavaScript it is the page itself. Esc closes and keeps what was typed; the
// same link shows it again, but never somebody else than was asked for: what was begun for a patient is offered in a
// line. A button with data-close-drawer="forget" keeps nothing. Other scripts send "drawer:open" with {url} to the document.

import { TYPING } from "./keys.js";
import { load } from "./load.js";
import { toast } from "./toast.js";

const WIDE = matchMedia("(min-width: 900px)");
let entry = ""; // the link by which it was opened
let begun = null; // what was closed unfinished for a patient: {entry, name, nodes}

function drawer() {
  let box = document.getElementById("drawer");
  if (box) return box;
  box = document.createElement("dialog");
  box.id = "drawer";
  box.className = "drawer";
  box.setAttribute("aria-labelledby", "drawer-title");
  document.body.append(box);
  box.addEventListener("click", (event) => {
    if (event.target !== box && !event.target.closest("[data-close-drawer]")) return;
    event.preventDefault();
    box.close();
    if (event.target.closest('[data-close-drawer="forget"]')) {
      box.replaceChildren();
      begun = null;
    }
  });
  return box;
}

// What the drawer's content needs, once: the page beneath does without it until then.
async function dress(box) {
  const { css, js } = box.querySelector("[data-css]")?.dataset ?? {};
  if (!css || document.querySelector(`link[href="${css}"]`)) return;
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: css });
  const script = Object.assign(document.createElement("script"), { type: "module", src: js });
  const loaded = new Promise((done) => ["load", "error"].forEach((kind) => sheet.addEventListener(kind, done)));
  document.head.append(sheet, script);
  await loaded;
}

const typed = (box) => [...box.querySelectorAll("input[type=text], textarea")].some((field) => field.value.trim());
const about = (box) => box.querySelector("[data-about]")?.dataset.about ?? "";
const asksWho = (url) => !new URL(url, location.href).searchParams.get("patient");

// Also after a reload of the drawer, so the nodes are kept as they are, with all that is in their fields.
function setAside(box) {
  if (about(box) && typed(box)) begun = { entry, name: about(box), nodes: [...box.childNodes] };
  box.replaceChildren();
}

function offerBegun(box) {
  const line = document.createElement("p");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-small" });
  const name = Object.assign(document.createElement("bdi"), { textContent: begun.name });
  line.className = "drawer-begun";
  button.textContent = "Go on";
  line.append("You were booking ", name, ". ", button);
  button.addEventListener("click", () => {
    entry = begun.entry;
    box.replaceChildren(...begun.nodes);
    begun = null;
    focus(box);
  });
  box.querySelector(".drawer-body")?.prepend(line);
}

const focus = (box) => (box.querySelector("[autofocus]") ?? box.querySelector("input:checked"))?.focus();

async function open(url) {
  if (!WIDE.matches) return location.assign(url);
  const box = drawer();
  const isOthers = Boolean(about(box)) && asksWho(url);
  const again = !box.open && entry === url && typed(box) && !isOthers;
  if (!box.open && isOthers) setAside(box);
  if (!again) {
    const [stays, from] = [box.open, document.activeElement];
    if (!(await load(box, url))) return undefined;
    if (!stays) entry = url;
    await dress(box);
    if (begun && asksWho(url)) offerBegun(box);
    // It came late, and somebody types elsewhere by now.
    if (!stays && document.activeElement !== from && document.activeElement.matches(TYPING)) return undefined;
  }
  if (!box.open) box.showModal();
  return focus(box);
}

// Done after its drawer was closed: that leads nobody away who is at something else by then. The next page says the rest.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { elt, xhr } = event.detail;
  const isBusy = document.querySelector("dialog[open]") ?? document.activeElement.closest("input, textarea, select");
  if (!elt.elements?.drawer || !xhr.getResponseHeader("HX-Redirect") || elt.checkVisibility() || !isBusy) return;
  event.preventDefault();
  toast(`${elt.dataset.about}: ${elt.elements.move ? "moved" : "booked"}.`, { level: "success" });
  document.dispatchEvent(new CustomEvent("board:look"));
  const box = drawer();
  if (box.contains(elt)) box.replaceChildren();
  if (!begun?.nodes.some((node) => node.contains(elt))) return;
  begun = null;
  box.querySelector(".drawer-begun")?.remove();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-drawer]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!WIDE.matches) return;
  event.preventDefault();
  open(link.href);
});
document.addEventListener("drawer:open", (event) => open(event.detail.url));
