// Counting a drawer: beside each note and coin what so many of it come to, and at the foot all that was counted so far.
// From what is typed alone: what should be there is not in this page.
const table = document.querySelector("[data-count]");
const digits = Number(table.dataset.digits);
const words = new Intl.NumberFormat(table.dataset.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const shown = (minor) => words.format(minor / 10 ** digits);

function count() {
  let whole = 0;
  let any = false;
  for (const field of table.querySelectorAll("[data-kind]")) {
    const typed = field.value.trim();
    const amount = /^\d{1,6}$/.test(typed) ? Number(typed) * Number(field.dataset.kind) : null;
    field.closest("tr").querySelector("output").textContent = amount === null ? "" : shown(amount);
    whole += amount ?? 0;
    any ||= amount !== null;
  }
  table.querySelector("[data-counted]").textContent = any ? shown(whole) : "";
}

document.addEventListener("input", count);
document.addEventListener("change", count);
count();
