// Ten minutes after something was typed into a note, what is written so far comes into the chart, not signed: colleagues
// read it, and it stands among the note's versions. What is typed before and after is its draft (drafts.js).

const note = document.querySelector("[data-note]");
const EVERY = 10 * 60_000; // ms
const LOOK = 15_000;
let typed; // when the first words were typed that are not in the chart
let last; // what was sent last, until it is answered
let onItsWay; // until then the note is not sent, and not discarded

async function send() {
  last ??= { body: new FormData(note), typed };
  const answer = await answered(last.body).catch(() => null);
  if (answer?.said.version) {
    note.elements.version.value = answer.said.version; // drafts.js keeps it with the text
    note.elements.version.dispatchEvent(new Event("change", { bubbles: true }));
    note.querySelector("[data-checkpoint-said]").textContent = answer.said.said;
  } else if (!answer || answer.status >= 500) return; // not reached: the same once more
  if (typed === last.typed) typed = undefined;
  last = undefined;
}

// Rejects also where the answer breaks off.
async function answered(body) {
  const answer = await fetch(note.dataset.checkpoint, { method: "POST", body, signal: AbortSignal.timeout(10_000) });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  return { status: answer.status, said: isJson ? await answer.json() : {} };
}

function ask() {
  onItsWay ??= send().finally(() => {
    onItsWay = undefined;
  });
  return onItsWay;
}

// One whose answer was lost may be in the chart: its version is asked for once more.
async function settled() {
  await onItsWay;
  if (last) await ask();
}

function look() {
  const due = last || (typed && Date.now() - typed >= EVERY);
  if (due && !document.querySelector("dialog:modal")) ask(); // else it may be discarded in this moment
}

if (note) {
  note.addEventListener("input", ({ target }) => {
    if (target.matches("[data-section]") && (!typed || typed === last?.typed)) typed = Date.now();
  });
  setInterval(look, LOOK);
  note.addEventListener("focusout", look); // a sleeping computer's timers stand still
  // Before dialog.js asks: what is discarded may not come into the chart afterwards.
  addEventListener(
    "submit",
    (event) => {
      if (!event.target.matches("[data-note], #discard-note") || (!onItsWay && !last)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      settled().then(() => {
        last = undefined;
        event.target.requestSubmit(event.submitter);
      });
    },
    true,
  );
}
