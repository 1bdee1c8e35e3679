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
  else decide();
}

// Whose form it was is not known: the person decides.
function decide() {
  clearInterval(asking);
  document.querySelector("[data-sentence]").textContent = "You are signed in again. Your text is still here: send it.";
  document.querySelector("[data-sign-in]").hidden = true;
  form.querySelector("button").focus();
}

let asking = 0;
if (waiting) {
  hear(look);
  asking = setInterval(look, 4000);
}
