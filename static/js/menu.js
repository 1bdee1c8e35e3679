// Menus are native popovers; here are only the arrows within them and the choice of colours.
import { comeTicked } from "./changed.js";
import { recall, remember } from "./store.js";

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu[popover]");
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key) || event.target.type === "radio") return;
  const items = [...menu.querySelectorAll(".menu-item")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = items.indexOf(document.activeElement);
  event.preventDefault();
  items[(at + step + items.length) % items.length]?.focus();
});

const choice = document.querySelector("[data-theme-choice]");
if (choice) {
  choice.hidden = false;
  const now = recall("theme") ?? "auto";
  for (const radio of choice.querySelectorAll("input")) comeTicked(radio, radio.value === now);
  choice.addEventListener("change", (event) => {
    remember("theme", event.target.value);
    document.dispatchEvent(new Event("clinnet:theme"));
  });
}
