import "./ready.js";

// The button that prints.
const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => print());
