// Rows that repeat (phones, policies). Markup: see templates/parts/repeat.html. The <template> holds an empty row
// with __prefix__ where its number goes; without JavaScript the one blank row that is always there is enough.

for (const box of document.querySelectorAll("[data-repeat]")) arm(box);
document.addEventListener("htmx:load", (event) => event.target.querySelectorAll?.("[data-repeat]").forEach(arm));

function arm(box) {
  if ("armed" in box.dataset) return;
  box.dataset.armed = "";
  const add = box.querySelector("[data-repeat-add]");
  add.hidden = false;
  for (const drop of box.querySelectorAll("[data-repeat-drop]")) drop.hidden = false;
  add.addEventListener("click", () => addRow(box).querySelector("input, select, textarea")?.focus());
  box.addEventListener("click", (event) => {
    const drop = event.target.closest("[data-repeat-drop]");
    if (drop) dropRow(box, drop.closest(".repeat-row"));
  });
}

// Returns the row. The focus stays where it is: a draft adds rows too.
export function addRow(box) {
  const total = box.querySelector("[data-repeat-total]");
  const number = total.value;
  const template = box.querySelector("template");
  const copy = document.createElement("template");
  copy.innerHTML = template.innerHTML.replaceAll("__prefix__", number);
  for (const drop of copy.content.querySelectorAll("[data-repeat-drop]")) drop.hidden = false;
  total.value = Number(number) + 1;
  const row = copy.content.querySelector(".repeat-row");
  box.querySelector("[data-repeat-rows]").append(row);
  return row;
}

// A removed row is emptied and hidden, not deleted: numbers stay as they are, and the server ignores blank rows.
function dropRow(box, row) {
  for (const control of row.querySelectorAll("input, select, textarea")) {
    if (control.name.endsWith("-DELETE")) control.value = "on";
    else if (control.matches("[type=checkbox], [type=radio]")) control.checked = false;
    else if (control.type !== "hidden") control.value = "";
  }
  row.hidden = true;
  box.querySelector("[data-repeat-add]").focus();
}
