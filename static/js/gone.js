// Who asked may be gone from the page when the answer comes: the board has drawn its card anew, its toast has left, or
// somebody else's details stand there. What is said is heard all the same, as htmx looks for the toasts where the asker
// is; but what was asked for takes the place of nothing that came later. Only a refusal does: it holds what was typed. Of
// a list that says of what it is and when it was read (data-of, data-read) it is known what came later.
import { sentenceOf } from "./errors.js";
import { isDone } from "./load.js";
import { toast } from "./toast.js";

const REFUSED = "it was refused, and nothing is done. Open it again.";

document.addEventListener("htmx:beforeRequest", ({ target, detail }) => {
  const { xhr, target: place } = detail;
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
  if (!isDone(detail.xhr) || !detail.requestConfig.elt.closest("[data-gone]")) return;
  const { id, dataset } = detail.target;
  const fresh = new DOMParser().parseFromString(detail.serverResponse, "text/html").getElementById(id)?.dataset;
  if (!fresh || fresh.of !== dataset.of || !(fresh.read > dataset.read)) detail.swapOverride = "none";
});
// Nor does a choice that comes beside it take back what was chosen since.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const fresh = detail.fragment.querySelector("select");
  if (fresh?.id === detail.target.id && fresh.value !== detail.target.value) detail.shouldSwap = false;
});
