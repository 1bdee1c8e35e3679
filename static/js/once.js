// A form that is on its way says so and cannot be sent again. The server is the real guard (a once token);
// this only spares people the second click.

const WAIT_MS = 8_000; // a download leaves the page as it is: after this the form may be sent again

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.id === "find" || form.target) return;
  if ("sent" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  const button = event.submitter;
  button?.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), WAIT_MS);
});

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
}

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("form");
  if (form) release(form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
