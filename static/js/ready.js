// Once every script of the page listens: fields that were changed before ask now, and keys that were pressed before
// are pressed now. <html data-ready> says so, to tests as well.

addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("input:not([type=hidden], [type=file]), select, textarea")) {
    if (!changed(field)) continue;
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  }
  const early = [];
  document.dispatchEvent(new CustomEvent("clinnet:ready", { detail: early }));
  document.documentElement.dataset.ready = "";
  early.forEach(press);
});

// By whoever typed, or by the browser, which fills a form again when a page is loaded again.
function changed(field) {
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  if (!field.matches("select")) return field.value !== field.defaultValue;
  const usual = field.multiple ? -1 : 0; // where no option is selected in the page
  const marked = [...field.options].some((one) => one.defaultSelected);
  return marked ? [...field.options].some((one) => one.selected !== one.defaultSelected) : field.selectedIndex !== usual;
}

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
