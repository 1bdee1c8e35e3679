// Check-out. What somebody hands over in cash: a button writes its sum into the field, as if it was typed.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-given]");
  const field = button && document.getElementById(button.dataset.given);
  if (!field) return;
  field.value = button.value;
  field.focus();
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

// The sums of a change, which come with their lines, would be written over what was typed meanwhile: they are left, and
// come with the next change, which that is once its field is left.
const typed = () => JSON.stringify([...new FormData(document.querySelector("form.checkout"))]);
let asked;
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.matches("form.checkout")) asked = typed();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id === "checkout-lines" && typed() !== asked) event.detail.shouldSwap = false;
});
