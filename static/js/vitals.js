// Measurements on a phone: a field for each, with the number pad, one below the other. What is typed there is written
// into the line, which says beneath what was understood, and records it. "Next" of the keyboard goes to the next field.
// What is asked about and was not meant is mended where it was typed.

const pad = document.querySelector("[data-pad]");
const line = document.querySelector("[data-line] input[name=text]");
const fields = pad ? [...pad.querySelectorAll("[data-name]")] : [];
const phone = window.matchMedia("(width < 56.25rem)");

// "bp 142/86 p 74": a lower number alone says so, and is not understood.
function text() {
  const value = (field) => field.value.trim().replaceAll(/\s/g, "");
  const [upper, lower, ...others] = fields;
  const pressure = value(upper) || value(lower) ? [`bp ${value(upper)}${value(lower) && `/${value(lower)}`}`] : [];
  return [...pressure, ...others.filter(value).map((field) => `${field.dataset.name} ${value(field)}`)].join(" ");
}

// A line that was refused comes back, and its numbers with it, if it holds nothing else.
function fill() {
  const words = line.value.split(" ");
  for (let at = 0; at < words.length; at += 2) {
    const first = fields.findIndex((each) => each.dataset.name === words[at]);
    const values = (words[at + 1] ?? "").split("/");
    if (first < 0) continue;
    for (const field of fields.slice(first, first + values.length)) field.value = values.shift();
  }
  if (text() !== line.value) for (const field of fields) field.value = "";
}

function show() {
  pad.hidden = false;
  fields[0].focus();
  pad.scrollIntoView({ block: "start" });
}

function mend(event) {
  event.preventDefault();
  event.target.closest(".line-asked").remove();
  if (phone.matches && text()) return show();
  line.focus();
  return line.setSelectionRange(line.value.length, line.value.length);
}

if (pad && line) {
  fill();
  document.querySelector("[data-not-that]")?.addEventListener("click", mend);
  document.addEventListener("click", ({ target }) => {
    if (!phone.matches || !target.closest?.('[data-begin="vitals "]')) return;
    line.value = text();
    show();
  });
  pad.addEventListener("input", () => {
    line.value = text();
    line.dispatchEvent(new Event("input", { bubbles: true }));
  });
  pad.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const next = fields[fields.indexOf(event.target) + 1];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
