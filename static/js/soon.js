// The page that answers has the next one's button in the same place: a second press so soon is not for them, counted from
// when it came, however slow it was. For the links, forms and buttons within [data-soon].
const SOON = 600;
const LAST = "list-sent";

let answered = "answers" in document.documentElement.dataset ? Date.now() : 0; // this page answers a press
if (sessionStorage.getItem(LAST)) sessionStorage.setItem(LAST, Date.now());

// What has the focus since now, because it is probably what comes next.
export const comes = () => {
  answered = Date.now();
};

document.addEventListener("click", ({ target }) => {
  if (target.closest("a")?.closest("[data-soon]")) sessionStorage.setItem(LAST, Date.now());
});
document.addEventListener("submit", (event) => {
  if (!(event.submitter ?? event.target).closest("[data-soon]")) return;
  const now = Date.now();
  if (now - Math.max(answered, Number(sessionStorage.getItem(LAST))) < SOON) event.preventDefault();
  else sessionStorage.setItem(LAST, now);
}, true);
