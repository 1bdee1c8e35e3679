// The booking page and drawer: says what will be booked, turns the days with PgDn, keeps the chosen time in the
// address. Everything also works without it.

const form = () => document.getElementById("booking");

function said() {
  const line = document.querySelector("[data-said-here]");
  const chosen = form()?.querySelector('input[name="start"]:checked');
  if (!line) return;
  line.hidden = !chosen;
  if (chosen && line.textContent !== chosen.dataset.said) line.textContent = chosen.dataset.said;
}

function remember(input) {
  if (form().querySelector('input[name="drawer"]') || !location.pathname.endsWith("/book/")) return;
  const address = new URL(location.href);
  address.searchParams.set("start", input.value);
  history.replaceState(history.state, "", address);
}

// Repeat… begins with the time that is chosen here.
function carry(input) {
  const link = document.querySelector("[data-series]");
  if (!link) return;
  const address = new URL(link.href);
  address.searchParams.set("start", input.value);
  link.href = address;
}

// A time that somebody picked stays picked while it is free; the first one only stood there.
function pick() {
  if (form().querySelector('input[name="picked"]')) return;
  form().append(Object.assign(document.createElement("input"), { type: "hidden", name: "picked", value: "1" }));
}

// The times that stand there are of what was chosen before: none of them is booked while the others are on their way.
function unchoose() {
  if (form().querySelector('input[name="picked"]')) return;
  for (const time of form().querySelectorAll('input[name="start"]:checked')) time.checked = false;
  said();
}

document.addEventListener("change", (event) => {
  if (!event.target.closest("#booking")) return;
  if (event.target.closest("#booking-ask")) unchoose();
  if (event.target.name === "start") {
    said();
    remember(event.target);
    carry(event.target);
    pick();
  }
});

// A date typed is a date meant: before htmx asks for the times.
document.addEventListener(
  "change",
  (event) => {
    const picks = event.target.dataset?.picks;
    if (picks) document.getElementById(picks).checked = true;
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (event.key === "PageDown" && event.target.closest("#booking") && !event.target.closest("textarea")) {
    const later = document.querySelector("#booking [data-later]");
    if (!later) return;
    event.preventDefault();
    later.click();
  }
});

// Repeat… goes on with the words that were typed here: by POST, as no word enters an address.
function repeat(event) {
  const link = event.target.closest("a[data-series]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const to = Object.assign(document.createElement("form"), { method: "post", action: link.href, hidden: true });
  const words = ["csrfmiddlewaretoken", "reason", "note", "tell_by"].map((name) => [name, form().elements[name]?.value ?? ""]);
  for (const [name, value] of [...words, ["repeat", "1"]]) {
    to.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(to);
  to.submit();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
  else repeat(event);
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  said();
  const wrong = detail.xhr?.status === 422 && document.querySelector("#booking [aria-invalid=true]");
  if (wrong) return wrong.focus(); // a stop alert not yet seen is far from the button
  const first = document.querySelector("#booking input[name='start']:checked");
  if (first && (document.activeElement === document.body || !document.activeElement)) first.focus();
  return undefined;
});
said();
