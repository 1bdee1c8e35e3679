// Toasts leave after 10 s; those under the pointer or the focus wait, warnings stay until closed.
import { icon } from "./icon.js";
import { comes } from "./soon.js";

const SHOWN_MS = 10_000;
const MOST = 3; // more of them would lie over what they speak of
const ICONS = { success: "circle-check", info: "info-circle" };
const seen = new WeakSet();

export function toast(text, { level = "warning" } = {}) {
  const box = document.getElementById("toasts");
  const line = document.createElement("div");
  line.className = `toast-line toast-${level}`;
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.dataset.closeToast = "";
  close.setAttribute("aria-label", "Close");
  close.append(icon("x"));
  line.append(icon(ICONS[level] ?? "alert-triangle"), words, close);
  box.append(line);
  watch();
}

function watch() {
  for (const line of document.querySelectorAll(".toast-line")) {
    if (seen.has(line)) continue;
    seen.add(line);
    if (line.matches(".toast-success, .toast-info")) leaveLater(line);
  }
  for (const line of [...document.querySelectorAll(".toast-success, .toast-info")].slice(0, -MOST)) line.remove();
}

function leaveLater(line) {
  const tick = () => {
    if (line.matches(":hover, :focus-within")) setTimeout(tick, 2_000);
    else line.remove();
  };
  setTimeout(tick, SHOWN_MS);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-close-toast]")?.closest(".toast-line").remove();
});
document.addEventListener("htmx:load", watch);
watch();
// What Enter opens. Where an address names a place on its page, browsers leave autofocus out, and take any focus away
// once the page is loaded and they go to that place.
const opens = document.querySelector(".toast-action[data-focus]");
const focus = () =>
  setTimeout(() => {
    if (document.activeElement !== document.body) return;
    opens.focus();
    comes();
  });
if (opens && document.readyState === "complete") focus();
else if (opens) addEventListener("load", focus);
