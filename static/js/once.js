// A form that is on its way says so and cannot be sent again. The server is the real guard (a once token);
// this only spares people the second click.

// A page that answers a form cannot be gone back to: Chromium shows an error in its place. Its entry in the history
// becomes the page on which the form stood, where its draft is. What the page says of its own address stays as it was.
if ("answers" in document.documentElement.dataset && document.referrer.startsWith(location.origin)) {
  for (const form of document.querySelectorAll("form:not([action])")) form.setAttribute("action", location.href);
  for (const link of document.querySelectorAll('a[href^="?"]')) link.setAttribute("href", link.href);
  history.replaceState(history.state, "", document.referrer);
}

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
  for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
}

// htmx would send the second click after the first: its answer says the same again, or takes the first one's toast along.
// What a form only asks as it is changed (hx-trigger) keeps nobody from sending it.
document.addEventListener("htmx:beforeSend", ({ target }) => {
  if (target.matches("form[hx-post]:not([hx-trigger])")) target.dataset.sent = "";
});
document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("form[hx-post][data-sent]:not([hx-trigger])")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const form = target.closest("form");
  if (!form || target.matches("[hx-trigger]")) return;
  const leaves = detail.xhr?.getResponseHeader("HX-Redirect"); // another page is on its way
  if (leaves) setTimeout(() => release(form), WAIT_MS);
  else release(form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
