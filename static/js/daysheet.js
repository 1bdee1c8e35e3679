import "./ready.js";

// The button that prints; Ctrl P of the board does so at once.
const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => print());
if (location.hash === "#print") print();
