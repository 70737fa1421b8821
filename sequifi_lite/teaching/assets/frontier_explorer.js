function spread(i) {
  const all = data.flatMap((v) => v.points.map((p) => p[i])),
    low = Math.min(...all),
    high = Math.max(...all);
  const pad = 0.06 * (high - low) || 1;
  return [low - pad, high + pad];
}
const xs = spread(1),
  ys = spread(2),
  low = Math.floor(ys[0]),
  high = Math.ceil(ys[1]),
  lists = new Map(),
  checks = [];
const row = put(box, "div", { class: "flow" }),
  left = put(row, "div", { class: "wide" }),
  side = put(row, "div", { class: "slim" });
const read = put(left, "p", { class: "read" }, "Point at a dot, or focus one and walk with the arrow keys.");
const holder = put(left, "div"),
  label = put(left, "label", { style: "display:block" }, "Source must keep at least ");
const value = put(label, "output"),
  range = { type: "range", min: low, max: high, step: 0.5, value: low };
const slider = put(label, "input", { ...range, style: "display:block;width:100%" });
const best = put(left, "p", { role: "status", "aria-live": "polite", class: "read" }),
  choice = put(side, "div", { class: "flow" });
data.forEach((variant, i) => {
  variant.colour = variant.reference ? "#000" : variant.name === "vanilla" ? "#555" : COLOURS[i % 7];
  variant.shape = variant.reference ? STAR : SHAPES[i % 6];
  variant.dash = DASHES[i % 4];
  if (variant.reference) return;
  if (!lists.has(variant.family)) {
    lists.set(variant.family, put(side, "fieldset"));
    put(lists.get(variant.family), "legend", {}, variant.family);
  }
  const item = put(lists.get(variant.family), "label"),
    check = (checks[i] = put(item, "input", { type: "checkbox" }));
  const key = put(item, "svg", { viewBox: "0 0 36 14", "aria-hidden": true });
  path(
    key,
    [
      [0, 7],
      [36, 7],
    ],
    variant.colour,
    variant.dash,
  );
  mark(key, variant.shape, 18, 7, 5, variant.colour);
  put(item, "span", {}, variant.name);
  check.checked = true;
  check.onchange = draw;
});
for (const [name, ticked] of [
  ["all", true],
  ["none", false],
])
  put(choice, "button", { type: "button" }, name).onclick = () => {
    checks.forEach((check) => {
      check.checked = ticked;
    });
    draw();
  };
function draw() {
  const least = +slider.value,
    drawn = data.filter((v, i) => v.reference || checks[i].checked),
    dots = [];
  const { svg, x, y } = chart(holder, "Source UAR against target UAR", 12, 14, xs, ys, [
    "target UAR (%)",
    "source UAR (%)",
  ]);
  for (const v of drawn)
    path(
      svg,
      v.points.map((p) => [x(p[1]), y(p[2])]),
      v.colour,
      v.dash,
    );
  if (least > ys[0]) {
    const a = x(xs[0]) + 1,
      b = x(xs[1]),
      edge = y(Math.min(least, ys[1]));
    put(svg, "rect", {
      x: a,
      width: b - a,
      y: edge,
      height: y(ys[0]) - edge - 1,
      fill: "#eee",
      "fill-opacity": 0.75,
    });
    line(svg, a, edge, b, edge, "#333", "4 3");
  }
  function ring(stroke, dash) {
    const node = put(svg, "circle", {
      r: 10,
      fill: "none",
      stroke,
      "stroke-width": 2,
      "stroke-dasharray": dash,
      opacity: 0,
    });
    return (p) => {
      node.setAttribute("transform", `translate(${x(p[1])} ${y(p[2])})`);
      node.setAttribute("opacity", 1);
    };
  }
  const pointed = ring("#000", ""),
    crown = ring("#000", "3 2");
  const focus = (dot) => {
    for (const other of dots) other.tabIndex = other === dot ? 0 : -1;
  };
  let top = null;
  for (const v of drawn)
    for (const p of v.points) {
      const [name, a, b] = [p[0] && ", " + p[0], x(p[1]), y(p[2])];
      const text = `${v.name}${name}: target ${one(p[1])}, source ${one(p[2])}`;
      const kept = p[2] >= least,
        dot = put(svg, "g", { class: "point", role: "img", "aria-label": text, opacity: kept ? 1 : 0.3 });
      put(dot, "circle", { cx: a, cy: b, r: 11, fill: "#fff", "fill-opacity": 0 });
      mark(dot, v.shape, a, b, 5, v.colour);
      const anchor = a > x(xs[1]) - 40 ? "end" : a < x(xs[0]) + 40 ? "start" : "middle";
      if (v.reference)
        write(dot, a, b + (b < 40 ? 22 : -11), anchor, v.name, { "font-weight": "bold", ...HALO });
      dot.onpointerover =
        dot.onclick =
        dot.onfocus =
          () => {
            read.textContent = text + ".";
            pointed(p);
          };
      if (read.textContent === text + ".") pointed(p);
      if (kept && !v.reference && (!top || p[1] > top.p[1] || (p[1] === top.p[1] && p[2] > top.p[2])))
        top = { p, text };
      dots.push(dot);
    }
  focus(dots[0]); // one stop for the tab key, arrow keys from dot to dot
  svg.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = dots[dots.indexOf(document.activeElement) + step];
    if (step) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (next) {
      focus(next);
      next.focus();
    }
  };
  if (top) crown(top.p);
  value.textContent = one(least);
  best.textContent = top
    ? `Best target that remains (dashed ring): ${top.text}.`
    : `No ticked dot keeps ${one(least)} on the source.`;
}
slider.oninput = draw;
draw();
redrawn(holder, draw);
