// Five questions: choose, check, read why; the first try of each is remembered in this browser.
const KEY = "quiz." + data.chapter;
let first = memory.read(KEY);
if (!Array.isArray(first) || first.length !== data.questions.length) first = data.questions.map(() => null);
const name = unique("quiz");
box.setAttribute("role", "region");
box.setAttribute("aria-labelledby", name);
put(box, "h3", { id: name }, data.title);
const list = put(box, "div", {});
const score = put(box, "p", { role: "status", class: "soft sqp-score" });
function total() {
  const tried = first.filter((one) => one !== null).length,
    right = first.filter((one) => one === true).length;
  score.textContent = tried
    ? right + " of " + tried + " right at the first try" + (tried < first.length ? "; " + (first.length - tried) + " to go." : ".")
    : "";
}
function draw(question, number) {
  const form = put(list, "form", {}),
    set = put(form, "fieldset", {});
  const several = question.choices.filter((choice) => choice.right).length > 1;
  put(set, "legend", {}, number + 1 + ". " + question.ask + (several ? " (Several may be right.)" : ""));
  const group = unique("answer"),
    rows = put(set, "div", {});
  const parts = question.choices.map((choice, k) => {
    const label = put(rows, "label", {});
    const input = put(label, "input", { type: several ? "checkbox" : "radio", name: group, value: k });
    put(label, "span", {}, choice.text);
    return { choice, input, note: put(rows, "p", { class: "note", hidden: "" }) };
  });
  const bar = put(set, "div", { class: "sqp-row" });
  put(bar, "button", { class: "main" }, "Check");
  const all = put(bar, "button", { type: "button", hidden: "" }, "Explain every answer");
  const told = put(set, "p", { role: "status", class: "sqp-told" });
  function explain(part) {
    const good = Boolean(part.choice.right);
    part.note.className = "note " + (good ? "good" : "bad");
    say(part.note, (good ? "✓ Right. " : "✗ Not so. ") + part.choice.why);
    part.note.hidden = false;
  }
  form.addEventListener("change", () => {
    for (const part of parts) part.note.hidden = true;
    told.textContent = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = parts.filter((part) => part.input.checked);
    if (!chosen.length) {
      told.textContent = "Choose an answer first.";
      return;
    }
    const right = parts.every((part) => part.input.checked === Boolean(part.choice.right));
    chosen.forEach(explain);
    const part = chosen.every((one) => one.choice.right);
    told.textContent = right ? "Right." : part ? "Right so far, but not all of it: more than this is right." : "Not yet: read why, and try again.";
    all.hidden = false;
    if (first[number] === null) {
      first[number] = right;
      memory.write(KEY, first);
    }
    total();
  });
  all.addEventListener("click", () => {
    parts.forEach(explain);
    all.hidden = true;
    told.textContent = "Every answer is explained.";
  });
}
function start() {
  list.textContent = "";
  data.questions.forEach(draw);
  total();
}
start();
put(box, "button", { type: "button" }, "Start again").addEventListener("click", () => {
  first = data.questions.map(() => null);
  memory.write(KEY, first);
  start();
  list.querySelector("input").focus();
});
