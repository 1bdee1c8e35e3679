// Covers the page when its session is over. The page stays beneath as it was, hidden and out of reach; when the same
// person has signed in again (in a window of its own, at Cognito, with the password), it is shown again. For anybody
// else it is left. The server refuses everything meanwhile: this is what the eyes are kept from, not the lock.
import { unsaved } from "./drafts.js";
import { ask, hear, tell } from "./session.js";

const HERE = "What you typed last is on this page alone: do not close it.";
const WARN = 60; // seconds before
const STAY_EVERY = 60; // how often "somebody is here" is told to the server
const LOOK_EVERY = 120; // and how often we ask whether the session still stands
const LEAVES = 10; // in which a sign-out in another tab has reached the server

const cover = document.getElementById("cover");
const warning = document.getElementById("cover-warning");
const me = cover.dataset.person;
const title = document.title;
const soon = (seconds) => Date.now() + seconds * 1000; // wall time: a sleeping computer's timers stand still

let end = soon(Number(cover.dataset.left));
let look = soon(LOOK_EVERY);
let stayed = soon(0);
let stays = 0; // goes up when a stay is told and when it is answered
let leaving = 0; // another tab signs out: until then, "open" was said before

const left = () => (end - Date.now()) / 1000;
const covered = () => cover.open;

async function check() {
  look = soon(covered() ? 4 : LOOK_EVERY);
  const before = stays;
  const said = await ask();
  return before === stays ? follow(said) : check(); // else it may tell the end that the stay has just moved
}

function follow(said) {
  if (!said) return; // unreachable: the page's own clock decides
  if (said.state === "token") return void check();
  if (said.state !== "open") return leaving ? location.replace("/accounts/login/") : hide(said.state);
  if (said.person !== me) return location.replace("/");
  if (Date.now() < leaving) return undefined;
  leaving = 0;
  end = soon(said.left);
  return show();
}

function hide(state) {
  for (const words of cover.querySelectorAll("[data-state]")) words.hidden = words.dataset.state !== state;
  if (covered()) return;
  warning.hidePopover();
  if (unsaved()) for (const words of cover.querySelectorAll("[data-work]")) words.textContent = HERE;
  document.documentElement.dataset.covered = "";
  document.title = "Locked";
  look = soon(4);
  cover.showModal();
}

function show() {
  if (!covered()) return;
  delete document.documentElement.dataset.covered;
  document.title = title;
  cover.close(); // gives the focus back to where it was
  document.dispatchEvent(new CustomEvent("clinnet:open"));
}

function tick() {
  if (Date.now() > look) check();
  if (covered()) return;
  const seconds = Math.ceil(left());
  if (seconds <= 0) {
    hide("locked");
    check(); // another tab may have been busy: then it opens again at once
  } else if (seconds <= WARN) {
    if (!warning.matches(":popover-open")) warn();
    warning.querySelector("[data-seconds]").textContent = seconds;
  } else {
    warning.hidePopover();
  }
}

async function warn() {
  warning.showPopover();
  await check();
}

// Typing and pointing is being here, also where nothing is sent.
async function stay(event) {
  if (!event.isTrusted || covered() || left() <= 0) return;
  const urgent = left() <= WARN;
  if (Date.now() < stayed + (urgent ? 2 : STAY_EVERY) * 1000) return;
  stayed = Date.now();
  stays++;
  const said = await ask("/accounts/cover/stay/", "POST");
  stays++;
  follow(said);
}

for (const kind of ["keydown", "pointerdown", "wheel"]) document.addEventListener(kind, stay, { capture: true, passive: true });
document.addEventListener("visibilitychange", () => document.hidden || tick());
document.body.addEventListener("clinnet:check", check); // HX-Trigger of a refused htmx request
cover.addEventListener("cancel", (event) => event.preventDefault());
cover.addEventListener("close", () => "covered" in document.documentElement.dataset && cover.showModal());

// The password is asked in a window of its own; where that is blocked, in a tab.
cover.querySelector("[data-sign-in]").addEventListener("submit", (event) => {
  const popup = window.open("", "clinnet-sign-in", "popup,width=520,height=720");
  event.target.target = popup ? "clinnet-sign-in" : "_blank";
});

document.addEventListener("submit", (event) => event.target.matches("[data-sign-out]") && tell("signed-out"));
hear((word) => {
  if (word !== "signed-out") {
    leaving = 0;
    return check();
  }
  leaving = soon(LEAVES);
  hide("out");
  look = soon(2); // when the sign-out has reached the server
  return undefined;
});

// A page that the browser kept for Back: hidden when it was left, and asked for anew.
window.addEventListener("pagehide", () => {
  document.documentElement.dataset.covered = "";
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

setInterval(tick, 1000);
