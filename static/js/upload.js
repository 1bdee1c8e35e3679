// A file that is sent says how far it is. Where the connection breaks it is still chosen: errors.js says so.
document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  const said = target.querySelector?.("[data-sending]");
  if (!said || !detail.lengthComputable) return;
  const [sent, all] = [detail.loaded, detail.total].map((bytes) => Math.ceil(bytes / 1024 / 1024));
  said.hidden = false;
  said.textContent = `Sending ${sent} of ${all} MB.`;
  const part = Math.floor((detail.loaded / detail.total) * 100);
  if (part < 100) target.dataset.broken = `Not filed: the connection broke at ${part} %. The file is still chosen.`;
  else delete target.dataset.broken;
});
document.addEventListener("htmx:afterRequest", ({ target }) => {
  target.querySelector?.("[data-sending]")?.toggleAttribute("hidden", true);
});
