// Who asked may be gone from the page when the answer comes: the board has drawn its card anew, its toast has left, or
// somebody else's details stand there. What is said is heard all the same, as htmx looks for the toasts where the asker
// is; but what was asked for takes the place of nothing that came later. Only a refusal does: it holds what was typed. Of
// a list that says of what it is and when it was read (data-of, data-read) it is known what came later. Nor does a form
// that shows what it would do (data-looks) take what was typed into it since: it is to be looked at again.
import { say, sentenceOf } from "./errors.js";
import { isDone } from "./load.js";
import { toast } from "./toast.js";

const REFUSED = "it was refused, and nothing is done. Open it again.";
const TYPED_SINCE = "You changed this meanwhile, so what would come of it is not shown. Look again.";

const stands = ({ name, value, checked }) => [name, value, checked];
const typed = (form) => JSON.stringify([...form.querySelectorAll("input:not([type=hidden]), select, textarea")].map(stands));
const sent = new WeakMap(); // of a request, what stood in its form

document.addEventListener("htmx:beforeRequest", ({ target, detail }) => {
  const { xhr, target: place } = detail;
  if (target.matches("form[data-looks]")) sent.set(xhr, typed(target));
  const box = Object.assign(document.createElement("div"), { hidden: true });
  const seen = () => place.checkVisibility();
  let unseen = false;
  box.dataset.gone = "";
  xhr.addEventListener("readystatechange", () => {
    if (xhr.readyState !== XMLHttpRequest.DONE) return;
    unseen = !seen();
    if (place.dataset.read) detail.target = document.getElementById(place.id) ?? place; // as it stands there now
    if (target.isConnected) return;
    box.append(target.getRootNode());
    document.body.append(box);
  });
  xhr.addEventListener("loadend", () => {
    box.remove();
    // A form with its errors, in a drawer that was closed meanwhile: whoever sent it takes it for done.
    if (xhr.status === 422 && unseen && !seen() && !sentenceOf(xhr)) toast(`${place.dataset.about ?? "What you sent last"}: ${REFUSED}`);
  });
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { xhr, requestConfig } = detail;
  if (sent.has(xhr) && sent.get(xhr) !== typed(requestConfig.elt)) {
    detail.shouldSwap = false;
    say(requestConfig.elt, TYPED_SINCE);
  }
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { xhr, target, serverResponse, requestConfig } = detail;
  if (!isDone(xhr)) return;
  const isGone = requestConfig.elt.closest("[data-gone]") !== null;
  const there = isGone || target.matches("[data-read]") ? target : target.querySelector("[data-read]");
  if (!there) return;
  const { of, read } = there.dataset;
  const fresh = new DOMParser().parseFromString(serverResponse, "text/html").getElementById(there.id)?.dataset;
  const isSame = fresh !== undefined && fresh.of === of;
  if (isGone ? !(isSame && fresh.read > read) : isSame && fresh.read < read) detail.swapOverride = "none";
});
// Nor does a choice that comes beside it take back what was chosen since.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const fresh = detail.fragment.querySelector("select");
  if (fresh?.id === detail.target.id && fresh.value !== detail.target.value) detail.shouldSwap = false;
});
