// A choice that shows the page anew at once, without its button: every select of a form.board-person.
for (const form of document.querySelectorAll(".board-person")) {
  form.classList.add("is-quick");
  form.addEventListener("change", () => form.requestSubmit());
}
