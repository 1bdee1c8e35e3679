// <… data-open="id"> opens a dialog. A form or button with data-confirm="Sentence" asks before it is sent;
// data-confirm-yes and data-confirm-no are the words on the two buttons.

const ask = document.getElementById("confirm");
const agreed = new WeakSet();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) open(opener.dataset.open);
});

export function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  for (const menu of document.querySelectorAll("[popover]:popover-open")) menu.hidePopover();
  dialog.showModal();
}

// In the capture phase: before htmx or the double-submit guard sees the form.
document.addEventListener(
  "submit",
  (event) => {
    const source = event.submitter?.dataset.confirm ? event.submitter : event.target;
    if (!source.dataset.confirm || agreed.delete(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    question(source, () => {
      agreed.add(event.target);
      event.target.requestSubmit(event.submitter ?? undefined);
    });
  },
  true,
);

function question({ dataset }, onYes) {
  if (ask.open) return; // one that comes late: the answer is to what was asked first
  const [no, yes] = ask.querySelectorAll("button");
  ask.querySelector("p").textContent = dataset.confirm;
  yes.textContent = dataset.confirmYes ?? "Yes";
  no.textContent = dataset.confirmNo ?? "Keep it";
  ask.returnValue = "no";
  ask.addEventListener("close", () => ask.returnValue === "yes" && onYes(), { once: true });
  ask.showModal();
}
