// A form that came too late waits for its person to sign in again, in another tab, and is then sent.
import { ask, hear } from "./session.js";

const { person, waiting, onceMore } = document.getElementById("kept").dataset;
const form = document.querySelector("form[data-main]");
const sentence = document.querySelector("[data-sentence]");

async function look() {
  const said = await ask();
  if (said?.state !== "open" || (onceMore !== undefined && !said.fresh)) return;
  if (person && said.person !== person) location.replace("/");
  else if (person) send();
  else decide();
}

// Where a file is the answer, this page stays.
function send() {
  clearInterval(asking);
  if (sent) return;
  sent = true;
  form.requestSubmit();
  sentence.textContent = "Sent. If it was for a file, the file is on its way.";
  document.querySelector("[data-sign-in]").hidden = true;
}

// Whose form it was is not known: the person decides.
function decide() {
  clearInterval(asking);
  sentence.textContent = "You are signed in again. Your text is still here: send it.";
  document.querySelector("[data-sign-in]").hidden = true;
  form.querySelector("button").focus();
}

let asking = 0;
let sent = false;
if (waiting !== undefined) {
  hear(look);
  asking = setInterval(look, 4000);
}
