// Loaded before the first paint (a plain script, not a module), so that a page never flashes in the other colours.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const read = () => {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto";
    }
  };
  const apply = () => {
    const choice = read();
    document.documentElement.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  document.addEventListener("clinnet:theme", apply);
})();
// Keys pressed before all of the page's scripts listen are kept until then, from those that listen already too, so that
// they are pressed in their order: ready.js hands them over.
(() => {
  const early = [];
  const keep = (event) => {
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const typing = event.target.closest?.("input, textarea, select");
    const ours = command ? ["enter", "k"].includes(key) : !typing && /^\S$/u.test(key);
    if (!ours || event.altKey || event.isComposing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    early.push(event);
  };
  addEventListener("keydown", keep, true);
  document.addEventListener("clinnet:ready", (event) => {
    removeEventListener("keydown", keep, true);
    event.detail.push(...early);
  });
})();
// Urgent calls are asked for when a page is there: what stood on the last one has its place until they come (strips.js).
(() => {
  let kept = "";
  try {
    kept = localStorage.getItem("urgent-room") || "";
  } catch {
    return;
  }
  const [height, width, at] = kept.split(" ").map(Number);
  if (width !== innerWidth || Date.now() - at > 180_000) return;
  document.documentElement.style.setProperty("--urgent-room", `${height}px`);
})();
