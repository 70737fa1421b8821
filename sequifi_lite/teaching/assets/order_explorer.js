const head = put(box, "div", { class: "flow" }),
  buttons = {},
  groups = new Map();
const select = put(put(head, "label", { style: "margin:0" }, "Corpora and setting "), "select");
data.sets.forEach((set, i) => {
  const name = `${set.source} \u2192 ${set.target}`;
  if (!groups.has(name)) groups.set(name, put(select, "optgroup", { label: name }));
  // What is chosen has to fit on a phone.
  put(groups.get(name), "option", { value: i }, `${name.replace(" (speech)", "")}, lr ${set.lr}, T ${set.T}`);
});
select.value = data.start;
const turns = put(head, "div", { class: "flow", style: "margin:0" });
for (const name of ["best order", "worst order", "random"])
  buttons[name] = put(turns, "button", { type: "button" }, name);
put(
  box,
  "p",
  {},
  "Drag the words, or focus one and press the left or right arrow key. The first word is learnt first.",
);
const words = put(box, "div", { class: "words", role: "group", "aria-label": "Order of the classes" });
const status = put(box, "p", { role: "status", "aria-live": "polite", style: "font-weight:bold" });
const row = put(box, "div", { class: "flow" });
const left = put(row, "div", { class: "wide" }),
  side = put(row, "div", { class: "slim" }),
  K = data.words.length;
put(
  box,
  "p",
  {},
  "Curves: UAR on small subsets of the test clips. Sentence, bars and strip: all test clips.",
);
const nodes = data.words.map(() =>
  put(words, "button", { type: "button", "aria-roledescription": "movable word" }),
);
let order = data.words.map((_, k) => k),
  held = null;
function nth(n) {
  return n + (n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] || "th");
}
function draw() {
  const set = data.sets[select.value],
    found = set.orders[order.join()],
    named = order.map((k) => data.words[k]);
  const { svg, x, y } = chart(
    left,
    "UAR over training steps, classes in the order " + named.join(", "),
    38,
    48,
    [0, Math.max(set.T, ...set.steps)],
    [0, 100],
    ["training step", "UAR (%)"],
  );
  const tight = (x(set.T) - x(0)) / K < 7 * Math.max(...data.words.map((word) => word.length)),
    end = x(set.T) + 6;
  named.forEach((word, k) => {
    const a = x(k ? set.ends[k - 1] : 0),
      b = x(set.ends[k]),
      size = { x: a, width: b - a, y: y(100), height: y(0) - y(100) };
    if (k % 2 === 0) svg.prepend(put(svg, "rect", { ...size, fill: "#f1f1f1" }));
    line(svg, b, y(100), b, y(0), "#777", "3 3");
    write(svg, (a + b) / 2, y(100) - (tight && k % 2 ? 21 : 7), "middle", word, { class: "stage" });
  });
  line(svg, x(0), y(100 / K), x(set.T), y(100 / K), "#555", "1 4");
  side.replaceChildren();
  if (!found) {
    status.textContent = `${named.join(", ")}: this order was not run in this setting.`;
    return;
  }
  const [target, source, rank, recalls, ...curves] = found;
  const every = Object.values(set.orders).map((o) => o[0]),
    count = every.length;
  const names = [
    ["source", "#D55E00", "6 3"],
    ["target", "#0072B2", ""],
    ["chance", "#555", ""],
  ];
  const labels = names.map((name, i) => ({
    name,
    at: 4 + y(i < 2 ? curves[i][curves[i].length - 1] : 100 / K),
  }));
  labels
    .sort((a, b) => a.at - b.at)
    .forEach((label, i) => {
      // labels at the right end, one below the other
      if (i) label.at = Math.max(label.at, labels[i - 1].at + 13);
      write(svg, end, label.at, "start", label.name[0], { fill: label.name[1] });
    });
  curves.forEach((values, i) => {
    const places = set.steps.map((step, j) => [x(step), y(values[j])]);
    path(svg, places, names[i][1], names[i][2], { class: names[i][0] });
    for (const [a, b] of places) mark(svg, SHAPES[1 - i], a, b, 3.2, names[i][1]);
  });
  const scores = `target UAR ${one(target)}, source UAR ${one(source)}, ${nth(rank)} of ${count}`;
  status.textContent = `${named.join(", ")}: ${scores} by target UAR.`;
  put(side, "p", {}, "Recall on the target (%)");
  const bars = put(side, "div", { class: "bars" });
  for (const k of order) {
    put(bars, "span", {}, data.words[k]);
    put(put(bars, "div"), "i", { style: `width:${recalls[k]}%` });
    put(bars, "b", {}, recalls[k].toFixed(1));
  }
  put(side, "p", {}, `Target UAR of ${count} orders (%), this one marked`);
  const strip = put(side, "svg", { viewBox: "0 0 220 46", "aria-hidden": true, style: "max-width:250px" });
  const low = Math.floor(Math.min(...every)),
    high = Math.ceil(Math.max(...every));
  const at = (v) => 10 + (200 * (v - low)) / (high - low || 1);
  for (const v of every) line(strip, at(v), 14, at(v), 27, "#777");
  line(strip, at(target), 11, at(target), 30, "#0072B2", "", { "stroke-width": 3 });
  mark(strip, SHAPES[4], at(target), 6, 4.5, "#0072B2");
  for (const v of [low, high]) write(strip, at(v), 43, "middle", v);
}
function arrange(next, mover) {
  order = next;
  order.forEach((k, place) => {
    nodes[k].textContent = `${place + 1} ${data.words[k]}`;
    nodes[k].setAttribute(
      "aria-label",
      `${place + 1} ${data.words[k]}, ${nth(place + 1)} of ${K}; move with the left and right arrow keys`,
    );
    if (words.children[place] !== nodes[k]) words.insertBefore(nodes[k], words.children[place]);
  });
  if (mover !== undefined) nodes[mover].focus(); // a node that is moved loses the focus
  draw();
}
function move(k, place) {
  const next = order.filter((other) => other !== k);
  next.splice(Math.max(0, Math.min(K - 1, place)), 0, k);
  if (next.join() !== order.join()) arrange(next, k);
}
words.onkeydown = (event) => {
  const k = nodes.indexOf(event.target),
    shift = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (k < 0 || !shift) return;
  event.preventDefault();
  event.stopPropagation();
  move(k, order.indexOf(k) + shift);
};
words.onpointerdown = (event) => {
  // the row keeps the pointer, since a word that changes its place would lose it
  const k = nodes.indexOf(event.target);
  if (k < 0 || event.button) return;
  held = k;
  nodes[k].classList.add("held");
  words.setPointerCapture(event.pointerId);
};
words.onpointermove = (event) => {
  const under = held === null ? -1 : nodes.indexOf(document.elementFromPoint(event.clientX, event.clientY));
  if (under >= 0 && under !== held) move(held, order.indexOf(under));
};
words.onlostpointercapture = () => {
  if (held !== null) nodes[held].classList.remove("held");
  held = null;
};
// The orders that were run here, from the best to the worst.
const ranked = () => Object.entries(data.sets[select.value].orders).sort((a, b) => a[1][2] - b[1][2]);
const show = (choose) => () => {
  const all = ranked();
  arrange(all[choose(all.length)][0].split(",").map(Number));
};
buttons["best order"].onclick = show(() => 0);
buttons["worst order"].onclick = show((n) => n - 1);
buttons.random.onclick = show((n) => Math.floor(Math.random() * n));
select.onchange = draw;
arrange(order);
redrawn(left, draw);
