// Asks every second, while the page is seen, whether anything of the clinic's day changed, and tells the page so by
// "day-changed". The red strip, the board and the lists then ask what.
const EVERY = 1_000;
const RESTS = 10_000; // without a connection or a session
const PATIENCE = 20_000; // a line may be broken without anybody's hearing of it

const place = document.querySelector("[data-pulse]");
let seen = "";
let failed = false;
let asking = false;
let next = 0;

async function ask() {
  if (document.hidden || asking || Date.now() < next) return;
  asking = true;
  const news = await heard();
  asking = false;
  next = failed ? Date.now() + RESTS : 0;
  if (news) document.dispatchEvent(new Event("day-changed"));
}

// Is there news? That there is no connection is news too, and that there is one again.
async function heard() {
  const before = failed;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(`${place.dataset.pulse}?seen=${seen}`, { signal, cache: "no-store", credentials: "same-origin" });
    failed = answer.redirected || ![200, 204].includes(answer.status);
    if (failed || answer.status === 204) return before !== failed;
    seen = await answer.text();
    return true;
  } catch {
    failed = true;
    return !before;
  }
}

function wake() {
  next = 0;
  ask();
}

if (place) {
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
}
