// Whose session this browser holds: asked of the server, told from tab to tab, and its CSRF token put in place.
const channel = new BroadcastChannel("clinnet-session");

export const tell = (word) => channel.postMessage(word);
export const hear = (listen) => channel.addEventListener("message", (event) => listen(event.data));

// {state, csrf, person, left}; null while the server cannot be reached.
export async function ask(address = "/accounts/cover/state/", method = "GET") {
  const headers = { Accept: "application/json" };
  if (method === "POST") headers["X-CSRFToken"] = token();
  try {
    const answer = await fetch(address, { method, headers, cache: "no-store" });
    if (![200, 401, 403, 503].includes(answer.status)) return null;
    const said = await answer.json();
    if (said.csrf) place(said.csrf);
    return said;
  } catch {
    return null;
  }
}

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

// A sign-in, in whichever tab, makes all tokens void: forms and htmx get the new one.
function place(csrf) {
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = csrf;
  for (const element of document.querySelectorAll("[hx-headers*=CSRF]")) {
    const headers = JSON.parse(element.getAttribute("hx-headers"));
    element.setAttribute("hx-headers", JSON.stringify({ ...headers, "X-CSRFToken": csrf }));
  }
}
