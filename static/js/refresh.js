// Keeps a day's page as true as the table: while it is seen, when something changed (pulse.js, of today) and every half
// minute, of another day every ten seconds; and at once when it is looked at again.
// What was seen goes along as If-None-Match; nothing new costs half a read unit. Without a connection the page stays as
// it was, says since when, and changes are paused until there is one again.

const EVERY = 10_000;
const WITH_PULSE = 30_000;
const PATIENCE = 20_000; // a line may be broken without anybody's hearing of it
const REST = 1_000;
const QUIET = 3_000; // ms after a press: the next one would be lost
const now = () => Date.now();

// The whole page anew, once nobody has anything in hand: words, a drawer, a toast with its Undo, or was at it just now.
let comes = false;
let pressed = 0; // when a key or the pointer last was
for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => (pressed = now()), true);
export function comeAnew() {
  if (comes) return;
  // Not a warning, which stays until it is closed, nor what was sought or chosen: a screen that is left on turns its page.
  const words = document.querySelector("form:not(#find) :is(input[type=text], textarea):focus")?.value;
  const isBusy = words || document.querySelector("dialog[open], .toast-success, .toast-info");
  if (!isBusy && now() - pressed > QUIET) return location.reload();
  comes = true;
  setTimeout(() => {
    comes = false;
    comeAnew();
  }, REST);
}

export function watch(page, apply) {
  const url = page.dataset.changes;
  let seen = page.dataset.seen;
  let asking = false;
  let again = false;
  let overtaken = false; // something was done here after the question: its answer may be of before
  let lost = "";

  async function ask({ whole = false } = {}) {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    overtaken = false;
    try {
      const headers = whole ? {} : { "If-None-Match": `"${seen}"` };
      const signal = AbortSignal.timeout(PATIENCE);
      const answer = await fetch(url, { headers, signal, cache: "no-store", credentials: "same-origin" });
      await take(answer);
    } catch {
      lose();
    } finally {
      asking = false;
    }
    if (again) {
      again = false;
      ask();
    }
  }

  async function take(answer) {
    if (answer.redirected || answer.status === 401 || answer.status === 403) return; // the cover says it
    if (answer.status !== 200 && answer.status !== 304) return lose();
    found(answer.headers);
    if (answer.status === 304) return undefined;
    const text = await answer.text();
    if (overtaken) return undefined; // it is asked again
    const parts = new DOMParser().parseFromString(text, "text/html").body;
    const whole = apply(parts);
    seen = answer.headers.get("ETag").replace(/^W\//, "").replaceAll('"', "");
    if (whole) again = true; // something moved away from a column that was not sent
    if (whole) seen = "";
    return undefined;
  }

  function found(headers) {
    const { day, today } = page.dataset;
    if (day === today && headers.get("X-Today") && headers.get("X-Today") !== day) comeAnew();
    document.getElementById("updated").textContent = headers.get("X-Updated") ?? "";
    if (!lost) return;
    lost = "";
    pause(false);
  }

  function lose() {
    if (lost) return;
    lost = document.getElementById("updated").textContent;
    const strip = document.getElementById("offline");
    strip.querySelector("p").textContent =
      `No connection since ${lost}. This is the day as it was then. Changes are paused.`;
    pause(true);
  }

  function pause(on) {
    document.getElementById("offline").hidden = !on;
    document.body.classList.toggle("paused", on);
    for (const button of document.querySelectorAll("main form[method=post] button")) {
      button.toggleAttribute("disabled", on);
    }
  }

  const pulse = page.dataset.day === page.dataset.today && document.querySelector("[data-pulse]");
  const every = pulse ? WITH_PULSE : EVERY;
  let last = now();
  const soon = () => {
    last = now();
    ask();
  };
  setInterval(() => {
    if (!document.hidden && now() - last >= every) soon();
  }, 500);
  document.addEventListener("visibilitychange", () => document.hidden || soon());
  addEventListener("online", soon);
  document.addEventListener("visit-changed", () => {
    overtaken = true;
    soon();
  });
  if (pulse) document.addEventListener("day-changed", soon);
  document.addEventListener("clinnet:open", soon);
  return { soon, paused: () => lost !== "" };
}

// Nothing is changed from a page that may be old.
document.addEventListener(
  "submit",
  (event) => {
    if (!document.body.classList.contains("paused") || event.target.method !== "post") return;
    if (!event.target.closest("main, #visit")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
document.addEventListener("htmx:beforeRequest", (event) => {
  const changes = event.detail.requestConfig.verb !== "get" && event.target.closest("main");
  if (changes && document.body.classList.contains("paused")) event.preventDefault();
});
