// Once every script of the page listens: fields that were changed before ask now, and keys that were pressed before
// are pressed now. <html data-ready> says so, to tests as well.
import { changed } from "./changed.js";

addEventListener("DOMContentLoaded", () => {
  for (const field of [...document.querySelectorAll("input, select, textarea")].filter(changed)) {
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  }
  const early = [];
  document.dispatchEvent(new CustomEvent("clinnet:ready", { detail: early }));
  document.documentElement.dataset.ready = "";
  early.forEach(press);
});

function press({ key, code, ctrlKey, metaKey, shiftKey }) {
  const at = document.activeElement ?? document.body;
  const command = ctrlKey || metaKey;
  if (!command && at.matches("input[type=text], input[type=search], textarea")) { // "/" led here
    at.setRangeText(key, at.selectionStart, at.selectionEnd, "end");
    at.dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  at.dispatchEvent(new KeyboardEvent("keydown", { key, code, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true }));
}
