// A form that came too late waits for its person to sign in again, in another tab, and is then sent.
import { ask, hear } from "./session.js";

const { person } = document.getElementById("kept").dataset;
const form = document.querySelector("form[data-main]");
const waiting = "waiting" in document.getElementById("kept").dataset;

async function look() {
  const said = await ask();
  if (said?.state !== "open") return;
  if (person && said.person !== person) location.replace("/");
  else if (person && waiting) form.requestSubmit();
  else form.querySelector("button").focus(); // whose form it was is not known: the person decides
}

if (waiting) {
  hear(look);
  setInterval(look, 4000);
}
