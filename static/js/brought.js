// Bring forward: sections of the last signed note of this kind. What came keeps a bar and its date until it is changed,
// or confirmed one by one; nobody signs before. What was brought stands as JSON in a hidden field beside its section.
import { TYPING } from "./keys.js";
import { textFrom } from "./load.js";
import { toast } from "./toast.js";

const note = document.querySelector("[data-note]");
const place = document.getElementById("last-note");
const opener = document.querySelector('[data-turn="last-note"]');
const section = (key) => note.querySelector(`[data-section][name="${key}"]`);
const hidden = (key) => note.querySelector(`[data-brought="${key}"]`);
const passages = (key) => JSON.parse(hidden(key).value || "[]");
const days = {}; // of an ISO date, as this clinic writes it
const written = (on) => days[on] ?? new Date(on).toLocaleDateString(document.documentElement.lang, { dateStyle: "medium" });

function keep(key, found) {
  hidden(key).value = found.length ? JSON.stringify(found) : "";
  hidden(key).dispatchEvent(new Event("input", { bubbles: true }));
}

// Everything of one key; `.last` asks for that of the section in which it is typed.
export async function bring(key) {
  if (!(await load())) return toast("The last note did not come. Try again.");
  const from = place.querySelector(`[data-bring="${key}"]`);
  const none = place.querySelector("p.last-note")?.textContent ?? "The last note says nothing here.";
  if (!from) return toast(none, { level: "info" });
  const [box, about] = [section(key), place.querySelector("[data-note-id]").dataset];
  const text = from.dataset.text.trim();
  const isElsewhere = document.activeElement !== box && document.activeElement.matches(TYPING);
  const start = box.selectionStart;
  const before = box.value.slice(0, start);
  const came = `${before && !/\s$/.test(before) ? "\n" : ""}${text}`;
  box.setRangeText(came, start, start, "end");
  const others = passages(key).filter((each) => each.text !== text);
  keep(key, [...others, { note: about.noteId, on: about.on, text, so: false }]);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  return isElsewhere || box.focus(); // it came late, and somebody types there by now
}

// Whether it is there: an answer that did not come is asked for again.
async function load() {
  if (place.querySelector(".last-note")) return true;
  const text = await textFrom(opener.dataset.url, { headers: { "HX-Request": "true" } });
  if (text) place.innerHTML = text;
  const { on, day } = place.querySelector("[data-note-id]")?.dataset ?? {};
  if (on) days[on] = day;
  return Boolean(place.querySelector(".last-note"));
}

function mark(box) {
  const key = box.dataset.marks;
  const text = section(key).value;
  const found = passages(key);
  section(key).closest(".note-part").classList.toggle("is-brought", found.some((each) => stands(each, text)));
  box.replaceChildren(...found.map((each) => line(key, each, text)));
}

const stands = (each, text) => !each.so && text.includes(each.text);

function line(key, each, text) {
  const row = Object.assign(document.createElement("p"), { className: "brought" });
  const said = stands(each, text) ? "" : text.includes(each.text) ? ", still so" : ", changed";
  row.append(`from ${written(each.on)}${said}`);
  if (stands(each, text)) {
    const others = () => passages(key).filter((one) => one.text !== each.text);
    row.append(
      button("Still so", () => keep(key, [...others(), { ...each, so: true }])),
      button("Take out", () => {
        const box = section(key);
        box.value = box.value.replace(each.text, "").trim();
        keep(key, others());
        box.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    );
  }
  return row;
}

function button(words, press) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-small" });
  made.textContent = words;
  made.addEventListener("click", press);
  return made;
}

if (note && opener) {
  const forward = note.querySelector("[data-bring-forward]");
  forward.hidden = false;
  forward.addEventListener("click", () => opener.click());
  const boxes = [...note.querySelectorAll("[data-marks]")];
  const draw = () => boxes.forEach(mark);
  note.addEventListener("input", draw);
  draw();
  opener.addEventListener("click", load);
  place.addEventListener("click", ({ target }) => {
    if (target.closest("[data-bring]")) bring(target.closest("[data-bring]").dataset.bring);
  });
}
