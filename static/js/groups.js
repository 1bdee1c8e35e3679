// Groups of a record that open their own form in place. Esc closes a form in which nothing was typed; typed words are
// never lost by a key. After a form closes, the focus is where it was opened.
import { toast } from "./toast.js";

const changed = (one) =>
  one.matches("[type=checkbox], [type=radio]")
    ? one.checked !== one.defaultChecked
    : one.matches("select")
      ? one.selectedIndex !== Math.max(0, [...one.options].findIndex((option) => option.defaultSelected))
      : one.value !== one.defaultValue;

const touched = (form) => [...form.elements].some((one) => one.matches("input, select, textarea") && changed(one));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog:modal")) return;
  const form = event.target.closest?.("[data-group-form]") ?? document.querySelector("[data-group-form]");
  if (!form) return;
  event.preventDefault();
  if (!touched(form)) return form.querySelector("[data-cancel]").click();
  toast("Not saved yet: Ctrl+Enter saves, Cancel throws it away.");
  form.querySelector("[data-cancel]").focus();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const group = document.getElementById(event.detail.target.id);
  if (group && !group.querySelector("form")) group.querySelector("[data-edit]")?.focus();
});
