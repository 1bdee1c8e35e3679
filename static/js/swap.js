// "John Smith" typed as people say it stands in the wrong fields: one press changes their places.
for (const box of document.querySelectorAll("[data-swap]")) {
  const [one, other] = box.dataset.swap.split(" ").map((id) => document.getElementById(id));
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    [one.value, other.value] = [other.value, one.value];
    for (const field of [one, other]) field.dispatchEvent(new Event("input", { bubbles: true }));
    one.focus();
  });
}
