#!/usr/bin/env bash
# htmx.ajax gives a promise that is kept, as its documentation says, once the answer stands in its place. Where the call names no
# `source`, body asks, and of one element one request is on its way: a second call is put off and its promise kept at once, though
# nothing was asked; a third takes the second's place, which is then never asked at all, and nobody hears of it. Whoever then
# acts on what stands in the place acts on what stood there before. Clinnet names the place as the source, gives up what was on
# its way there, and looks whether something new came (static/js/load.js).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" htmx.org@2.0.10 jsdom@26.1.0 >/dev/null
cd "$folder"
node - <<'NODE'
const { createServer } = require("node:http");
const { readFileSync } = require("node:fs");
const { JSDOM } = require("jsdom");

// jsdom wants to be told the kind of an XPath's result, which browsers take to be any.
const WITHOUT_KIND = `const real = XPathEvaluator.prototype.createExpression;
XPathEvaluator.prototype.createExpression = function (text) {
  const made = real.call(this, text);
  return { evaluate: (node) => made.evaluate(node, 0, null) };
};`;
const places = ["one", "two", "three"];
const asked = [];
const server = createServer((request, answer) => {
  asked.push(request.url.slice(1));
  setTimeout(() => answer.end(`<p>new ${request.url.slice(1)}</p>`), 200);
});

server.listen(0, "127.0.0.1", async () => {
  const page = places.map((id) => `<div id="${id}"><p>old ${id}</p></div>`).join("");
  const url = `http://127.0.0.1:${server.address().port}/`;
  const { window } = new JSDOM(`<body>${page}</body>`, { url, runScripts: "outside-only" });
  window.eval(WITHOUT_KIND);
  window.eval(readFileSync("node_modules/htmx.org/dist/htmx.js", "utf-8"));
  await new Promise((go) => window.addEventListener("load", go));
  const shown = (id) => window.document.getElementById(id).textContent;
  const seen = {};
  const load = async (id) => {
    await window.htmx.ajax("GET", `${url}${id}`, { target: `#${id}` });
    seen[id] = shown(id);
  };
  await Promise.all(places.map(load));
  await new Promise((go) => setTimeout(go, 3000));

  console.log(`htmx ${window.htmx.version}, three parts of a page asked for at once by htmx.ajax`);
  console.log("expected: each promise is kept when its part is there");
  console.log("seen when it was kept:", JSON.stringify(seen), "asked of the server:", asked.join(", "), "in the end:", shown("two"));
  const same = seen.one === "new one" && seen.two === "old two" && seen.three === "old three" && shown("two") === "old two";
  process.exit(same && asked.join() === "one,three" ? 0 : 1);
});
NODE
