// A page of ours over the one that stays: <a data-drawer href="…"> opens it in a <dialog> at the right edge. Below
// 900 px, with a modifier key or without JavaScript it is the page itself. Esc closes and keeps what was typed; the
// same link shows it again. Other scripts send "drawer:open" with {url} to the document.

const WIDE = matchMedia("(min-width: 900px)");
let entry = ""; // the link by which it was opened

function drawer() {
  let box = document.getElementById("drawer");
  if (box) return box;
  box = document.createElement("dialog");
  box.id = "drawer";
  box.className = "drawer";
  box.setAttribute("aria-labelledby", "drawer-title");
  document.body.append(box);
  box.addEventListener("click", (event) => {
    if (event.target !== box && !event.target.closest("[data-close-drawer]")) return;
    event.preventDefault();
    box.close();
  });
  return box;
}

// What the drawer's content needs, once: the page beneath does without it until then.
async function dress(box) {
  const { css, js } = box.querySelector("[data-css]")?.dataset ?? {};
  if (!css || document.querySelector(`link[href="${css}"]`)) return;
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: css });
  const script = Object.assign(document.createElement("script"), { type: "module", src: js });
  const loaded = new Promise((done) => sheet.addEventListener("load", done));
  document.head.append(sheet, script);
  await loaded;
}

const typed = (box) => [...box.querySelectorAll("input[type=text], textarea")].some((field) => field.value.trim());

async function open(url) {
  if (!WIDE.matches) return location.assign(url);
  const box = drawer();
  const again = !box.open && entry === url && typed(box);
  if (!box.open) entry = url;
  if (!again) {
    await window.htmx.ajax("GET", url, { target: "#drawer", swap: "innerHTML" });
    await dress(box);
  }
  if (!box.open) box.showModal();
  return (box.querySelector("[autofocus]") ?? box.querySelector("input:checked"))?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-drawer], #drawer [data-patient]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!WIDE.matches) return;
  event.preventDefault();
  open(link.href);
});
document.addEventListener("drawer:open", (event) => open(event.detail.url));
