// How high the urgent calls of this page are, for the next page (theme.js): nothing then moves when they come.
import { remember } from "./store.js";

const strips = document.getElementById("urgent");

strips?.addEventListener("htmx:afterRequest", () => {
  requestAnimationFrame(() => {
    document.documentElement.style.removeProperty("--urgent-room");
    remember("urgent-room", `${strips.offsetHeight} ${innerWidth} ${Date.now()}`);
  });
});
