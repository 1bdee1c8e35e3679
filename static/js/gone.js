// Who asked may be gone from the page when the answer comes: the board has drawn its card anew, its toast has left, or
// somebody else's details stand there. What is said is heard all the same, as htmx looks for the toasts where the asker
// is; but what was asked for takes the place of nothing that came later. Only a refusal does: it holds what was typed.
import { isDone } from "./load.js";

document.addEventListener("htmx:beforeRequest", ({ target, detail: { xhr } }) => {
  const box = Object.assign(document.createElement("div"), { hidden: true });
  box.dataset.gone = "";
  xhr.addEventListener("readystatechange", () => {
    if (xhr.readyState !== XMLHttpRequest.DONE || target.isConnected) return;
    box.append(target.getRootNode());
    document.body.append(box);
  });
  xhr.addEventListener("loadend", () => box.remove());
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (isDone(detail.xhr) && detail.requestConfig.elt.closest("[data-gone]")) detail.swapOverride = "none";
});
