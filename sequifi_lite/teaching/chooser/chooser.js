// Three questions above the table of methods; the table itself is there without this script.
const FIRST = 10; // rows that are shown at once
const table = box.querySelector("table"),
  body = table.tBodies[0];
const lines = [...body.rows];
const answers = { keeps: null, knows: null, where: null };
let all = false;
const form = document.createElement("div"),
  wide = document.createElement("div");
box.insertBefore(form, table);
wide.className = "sqp-wide";
wide.tabIndex = 0;
wide.setAttribute("role", "region");
wide.setAttribute("aria-label", "Methods that are left");
box.insertBefore(wide, table);
wide.appendChild(table);
function ask(words, key, choices) {
  const set = put(form, "fieldset", {}),
    group = unique("answer");
  put(set, "legend", {}, words);
  const row = put(set, "div", { class: "sqp-row" });
  for (const [value, text] of choices) {
    const label = put(row, "label", {});
    const input = put(label, "input", { type: "radio", name: group });
    put(label, "span", {}, text);
    input.addEventListener("change", () => {
      answers[key] = value;
      draw();
    });
  }
}
ask("1. What may you keep of earlier corpora, besides the model?", "keeps", [
  ["nothing", "nothing"],
  ["numbers", "statistics and weights"],
  ["clips", "some clips of each emotion"],
  ["everything", "every clip"],
]);
ask("2. When a clip has to be answered, do you know which corpus it comes from?", "knows", [
  [true, "yes"],
  [false, "no"],
]);
ask("3. What comes?", "where", [
  ["pairs", "one new corpus"],
  ["chains", "a chain of corpora"],
]);
const bar = put(form, "div", { class: "sqp-row" });
const again = put(bar, "button", { type: "button" }, "Start again");
const status = put(form, "p", { role: "status" });
const more = put(box, "button", { type: "button" });
const page = /\/notebooks\/[^/]*\.html$/.test(location.pathname);
lines.forEach((line, i) => {
  if (!page) return; // elsewhere a link from an output leads nowhere
  const name = line.cells[0].textContent;
  line.cells[0].textContent = "";
  put(line.cells[0], "a", { href: data.rows[i].page + ".html" }).textContent = name;
});
function draw() {
  const order = left(data.rows, data.keeps, answers);
  const shown = all ? order : order.slice(0, FIRST);
  body.replaceChildren(...shown.map((i) => lines[i]));
  for (const row of [table.tHead.rows[0], ...lines])
    data.columns.forEach((where, k) => (row.cells[k + 1].hidden = Boolean(where && answers.where && where !== answers.where)));
  say(status, spoken(data.rows, order, answers));
  more.hidden = order.length <= FIRST;
  more.textContent = all ? "Show the first " + FIRST : "Show all " + order.length;
}
more.addEventListener("click", () => {
  all = !all;
  draw();
});
again.addEventListener("click", () => {
  Object.assign(answers, { keeps: null, knows: null, where: null });
  for (const input of form.querySelectorAll("input")) input.checked = false;
  all = false;
  draw();
  form.querySelector("input").focus();
});
draw();
