// Whether a field is not as the page came: by whoever typed, or by the browser, which fills a form again when a page is
// loaded again.
export function changed(field) {
  if (!field.matches("input:not([type=hidden], [type=file]), select, textarea")) return false;
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  if (!field.matches("select")) return field.value !== field.defaultValue;
  const usual = field.multiple ? -1 : 0; // where no option is selected in the page
  const marked = [...field.options].some((one) => one.defaultSelected);
  return marked ? [...field.options].some((one) => one.selected !== one.defaultSelected) : field.selectedIndex !== usual;
}

// Ticks a box as the page should have come, by what this device remembers: nobody changed it.
export function comeTicked(box, on) {
  box.checked = on;
  box.defaultChecked = on;
}
