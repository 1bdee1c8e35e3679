// Two short tones when somebody more cannot wait. Each device can switch them off, in the person's menu.
import { comeTicked } from "./changed.js";
import { recall, remember } from "./store.js";

const TONES = [880, 1175]; // Hz
const LASTS = 0.18; // seconds each
const strip = document.getElementById("urgent");
const choice = document.querySelector("[data-sound-choice]");
const isOn = () => recall("sound") !== "off";
let context = null;

function play() {
  context ??= new AudioContext();
  TONES.forEach((pitch, place) => {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const begins = context.currentTime + place * LASTS;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.2, begins);
    volume.gain.exponentialRampToValueAtTime(0.001, begins + LASTS);
    tone.connect(volume).connect(context.destination);
    tone.start(begins);
    tone.stop(begins + LASTS);
  });
  document.documentElement.dataset.rang = String(Number(document.documentElement.dataset.rang ?? 0) + 1);
}

// How many there were is kept for the next page of this tab: it is not news there.
function heard() {
  const before = Number(sessionStorage.getItem("urgent-heard") ?? 0);
  const here = strip.querySelectorAll(".strip-urgent").length;
  sessionStorage.setItem("urgent-heard", String(here));
  if (here > before && isOn()) play();
}

strip?.addEventListener("htmx:afterSettle", heard);

if (choice) {
  choice.hidden = false;
  const box = choice.querySelector("input");
  comeTicked(box, isOn());
  box.addEventListener("change", () => {
    remember("sound", box.checked ? "on" : "off");
    if (box.checked) play();
  });
}
