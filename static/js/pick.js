// Picks one of many while somebody types (templates/parts/pick.html). What is picked stays in a hidden field until the
// words are changed; where the pick leads on at once, the page or the drawer goes there.
import { listbox } from "./listbox.js";

function follow(root, url) {
  if (root.closest("#drawer")) document.dispatchEvent(new CustomEvent("drawer:open", { detail: { url } }));
  else location.assign(url);
}

// A new one is made on a page of its own, from what was typed. By POST: no name enters an address.
function make(root, url, typed) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: url, hidden: true });
  const token = root.closest("form").elements.csrfmiddlewaretoken.value;
  const on = root.dataset.on ?? ""; // where whoever is made now is wanted
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, typed, on })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

function dress(root) {
  if ("dressed" in root.dataset) return;
  root.dataset.dressed = "";
  const box = root.querySelector('[role="combobox"]');
  const answer = root.querySelector("[data-answer]");
  const picked = root.querySelector("[data-picked]");
  const said = root.querySelector("[data-said]");
  const { go } = root.dataset;

  function forget() {
    picked.disabled = true;
    said.hidden = true;
    root.querySelector("[data-choices]")?.remove(); // what a page without JavaScript showed
  }

  function take(row) {
    if (row.dataset.make) return make(root, row.dataset.make, box.value);
    if (go) return follow(root, go.replace("__id__", encodeURIComponent(row.dataset.id)));
    forget();
    picked.disabled = false;
    picked.value = row.dataset.id ?? "";
    box.value = row.dataset.name;
    said.replaceChildren(...[...row.childNodes].map((node) => node.cloneNode(true)));
    said.querySelectorAll("[id]").forEach((each) => each.removeAttribute("id"));
    said.hidden = false;
    list.hide();
    return picked.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const isPicked = () => !picked.disabled || Boolean(root.querySelector("[data-choices] input:checked"));
  const list = listbox(box, answer, { take, rests: () => !box.value.trim() || isPicked() });
  box.addEventListener("input", () => {
    forget();
    if (!box.value.trim()) list.hide();
  });
  box.addEventListener("blur", () => list.hide());
  answer.addEventListener("click", (event) => {
    const row = event.target.closest('[role="option"]:not([aria-disabled="true"])');
    if (row) take(row);
  });
}

const all = (root) => root.querySelectorAll("[data-pick]").forEach(dress);
document.addEventListener("htmx:load", (event) => all(event.target));
all(document);
