// A file that is sent says how far it is. Where the connection breaks it is still chosen: errors.js says so. What was
// heard of last may be less than what has come: nobody knows then whether it is filed.
document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  const said = target.querySelector?.("[data-sending]");
  if (!said || !detail.lengthComputable) return;
  const [sent, all] = [detail.loaded, detail.total].map((bytes) => Math.ceil(bytes / 1024 / 1024));
  said.hidden = false;
  said.textContent = `Sending ${sent} of ${all} MB.`;
  const part = Math.floor((detail.loaded / detail.total) * 100);
  if (part < 100) target.dataset.broken = `The connection broke at ${part} %. The file is still chosen: send it again, it will not be filed twice.`;
  else delete target.dataset.broken;
});
document.addEventListener("htmx:afterRequest", ({ target }) => {
  target.querySelector?.("[data-sending]")?.toggleAttribute("hidden", true);
});

// A form that comes back refused comes without its file. It is chosen again, if it is not what was refused or asked
// about: a phone keeps no other picture of a wound.
const field = () => document.querySelector('form:has([data-sending]) input[type="file"]');
let chosen;
document.addEventListener("htmx:beforeSwap", () => {
  chosen = field()?.files;
});
document.addEventListener("htmx:afterSwap", () => {
  const fresh = field();
  const keeps = fresh && !fresh.matches('[aria-invalid="true"]') && !fresh.form.querySelector(".line-asked");
  if (keeps && chosen?.length && !fresh.files.length) fresh.files = chosen;
});
// What was refused, or the file that is asked about, has the focus then: the button that had it is gone.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const fresh = detail.xhr?.status === 422 && field();
  if (fresh) (fresh.form.querySelector('[aria-invalid="true"]') ?? fresh).focus();
});
