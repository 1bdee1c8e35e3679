// What somebody hands over in cash: a button of the check-out writes its sum into the field, as if it was typed.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-given]");
  const field = button && document.getElementById(button.dataset.given);
  if (!field) return;
  field.value = button.value;
  field.focus();
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
