// A part of the page comes from the server into its place. What was on its way there before is given up, so that the
// last one asked for stands there in the end. Whether it came: where it did not, there still stands what was there
// before, about somebody else perhaps. errors.js has said so then.
export async function load(place, url) {
  const before = place.firstChild;
  window.htmx.trigger(place, "htmx:abort");
  // By itself, or body would be asking for it: of all that body asks for, one is on its way and one waits.
  await window.htmx.ajax("GET", url, { source: place, target: place, swap: "innerHTML" }).catch(() => undefined);
  return place.firstChild !== before;
}

// What is answered; null where it is refused, does not come, or breaks off.
export async function textFrom(url, options) {
  const answer = await fetch(url, options).catch(() => null);
  return answer?.ok ? answer.text().catch(() => null) : null;
}

// Whether a request was answered, and not refused: where no answer came at all, its status is 0.
export const isDone = ({ status }) => status >= 200 && status < 300;
