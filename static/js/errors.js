// When the server says no, or cannot be reached, people read its sentence where they are; what they typed stays.
// Answers of ours carry the sentence in an element with data-sentence.
import { icon } from "./icon.js";
import { toast } from "./toast.js";

const UNSURE = "We did not hear back. Try again: it will not be done twice.";
const BUSY = "Not saved yet: the system is busy. Your entries are here. Try again.";

export function sentenceOf(xhr) {
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  if (type.startsWith("text/plain") && xhr.responseText.length < 400) return xhr.responseText;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  return page.querySelector("[data-sentence]")?.textContent.trim() ?? "";
}

// A refused form comes back as a form with its errors: that is shown. A mere sentence must not replace the form.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status !== 422 || sentenceOf(xhr)) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 401) return; // the cover says it, and the page goes on beneath
  const sentence = sentenceOf(xhr);
  if (xhr.status === 422 && !sentence) return; // the form is not there any more: gone.js says so
  say(event.target, sentence || BUSY);
});
for (const kind of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(kind, (event) => say(event.target, event.target.dataset?.broken ?? UNSURE));
}

export function say(element, sentence) {
  if (element.closest("[data-quiet]")) return undefined; // asked by the page itself, and asked again soon
  const form = element.closest("form:not(#find)");
  if (!form) return toast(sentence);
  form.querySelector(":scope > .say[data-from-server]")?.remove();
  const line = document.createElement("div");
  line.className = "say strip-danger";
  line.dataset.fromServer = "";
  line.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = sentence;
  line.append(icon("alert-triangle"), words);
  form.prepend(line);
  if (line.checkVisibility()) return line.scrollIntoView({ block: "nearest" });
  line.remove(); // a form that nobody sees
  return toast(sentence);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  event.target.closest("form")?.querySelector(":scope > .say[data-from-server]")?.remove();
});

// What a field was refused for is over once it is changed; the next press looks anew. Nothing moves under the pointer.
document.addEventListener("input", ({ target }) => {
  const box = target.closest?.(":has(> .field-error)");
  const said = box?.querySelector(":scope > .field-error");
  if (!said || box.matches("form, main") || said.classList.contains("is-over")) return;
  said.classList.add("is-over");
  for (const field of box.querySelectorAll(".is-invalid, [aria-invalid]")) {
    field.classList.remove("is-invalid");
    field.removeAttribute("aria-invalid");
  }
  for (const tied of box.querySelectorAll(`[aria-describedby~="${said.id}"], [aria-errormessage="${said.id}"]`)) {
    const others = (tied.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id !== said.id);
    tied.setAttribute("aria-describedby", others.join(" "));
    tied.removeAttribute("aria-errormessage");
  }
});
