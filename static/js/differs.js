// Two states of a form beside each other: each field that differs, with what lies between the words that both begin and
// end with marked.
export function differs(form, here, other) {
  const list = document.createElement("dl");
  list.className = "draft-differs";
  for (const name of new Set([...here, ...other].map(([each]) => each))) {
    const [mine, theirs] = [here, other].map((state) => said(state, name));
    const control = [form.elements[name]].flatMap((each) => (each instanceof RadioNodeList ? [...each] : each))[0];
    if (mine === theirs || !control || control.type === "hidden") continue;
    const field = document.createElement("dt");
    field.textContent = control.closest("fieldset")?.querySelector("legend")?.textContent ?? control.labels?.[0]?.textContent ?? name;
    list.append(field, side("Here", mine, theirs), side("The other", theirs, mine));
  }
  return list;
}

const said = (state, name) => state.filter(([each]) => each === name).map(([, value]) => value).join(", ");

function side(whose, text, beside) {
  const [words, others] = [text, beside].map((each) => each.split(/(\s+)/));
  let first = 0;
  while (first < words.length && words[first] === others[first]) first += 1;
  let last = 0;
  const most = Math.min(words.length, others.length) - first;
  while (last < most && words.at(-1 - last) === others.at(-1 - last)) last += 1;
  const mark = document.createElement("mark");
  mark.textContent = words.slice(first, words.length - last).join("");
  const head = document.createElement("span");
  head.className = "quiet";
  head.textContent = `${whose}: `;
  const line = document.createElement("dd");
  const after = words.slice(words.length - last).join("");
  line.append(head, words.slice(0, first).join(""), ...(mark.textContent ? [mark] : []), after || (text ? "" : "nothing"));
  return line;
}
