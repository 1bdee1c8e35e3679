// The search box at the top of every page: "/", a few letters and Enter open a patient; Shift+Enter books, Ctrl+Enter
// takes their next step of today.
import { listbox } from "./listbox.js";

const box = document.getElementById("find-box");
const answer = document.getElementById("find-answer");

function go(row, { shift, ctrl }) {
  if (ctrl) step(row);
  else if (shift && row.dataset.book) location.assign(row.dataset.book);
  else if (!shift) row.click();
}

// What is next for this patient today: arrive, to room, … The server knows which.
function step(row) {
  const form = document.getElementById("find-step");
  if (!form || !row.dataset.id) return;
  form.elements.patient.value = row.dataset.id;
  form.requestSubmit();
}

if (box) {
  const { hide } = listbox(box, answer, {
    take: go,
    onEscape() {
      box.blur();
      return true;
    },
  });
  // After Esc the box still has the focus, and what was sought: the key that finds begins anew. Dates have it in them.
  box.addEventListener("keydown", (event) => {
    if (event.key !== "/" || !answer.hidden || /\d/.test(box.value)) return;
    event.preventDefault();
    box.select();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".find")) hide();
  });
  box.form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !event.relatedTarget.closest(".find")) hide();
  });
}
