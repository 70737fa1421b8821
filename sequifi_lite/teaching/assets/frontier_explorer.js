// A point: [label, target, source], and where they are known the ends of both intervals.
function spread(i, points = data.flatMap((v) => v.points)) {
  const all = points.map((p) => p[i]),
    low = Math.min(...all),
    high = Math.max(...all);
  const pad = 0.06 * (high - low) || 1;
  return [low - pad, high + pad];
}
const xs = spread(1),
  ys = spread(2),
  low = Math.floor(ys[0]),
  high = Math.ceil(ys[1]),
  whole = [xs, ys],
  lists = new Map(),
  checks = [];
const row = put(box, "div", { class: "flow" }),
  left = put(row, "div", { class: "wide" }),
  side = put(row, "div", { class: "slim" });
const read = put(left, "p", { class: "read" }, "Point at a dot, or focus one and walk with the arrow keys.");
const holder = put(left, "div"),
  label = put(left, "label", { style: "display:block;margin-top:10px" }, "Source must keep at least ");
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
  check.checked = variant.shown;
  check.onchange = draw;
});
for (const [name, ticked] of [
  ["all", true],
  ["none", false],
])
  put(choice, "button", { type: "button" }, name).onclick = () => {
    zoomed = zoomed && !ticked;
    checks.forEach((check) => {
      check.checked = ticked;
    });
    draw();
  };
let zoomed = data.some((v) => !v.reference && !v.shown);
const NEAR = 12; // points of UAR below the best mean that a zoomed chart still shows
const zoom = put(choice, "button", { type: "button" });
zoom.onclick = () => {
  zoomed = !zoomed;
  draw();
};
const both = (p) => (p[1] + p[2]) / 2;
// The best dot of each ticked line, and what is near the best of all; all there is where nothing is ticked.
const top = (v) => v.points.reduce((a, p) => (both(p) > both(a) ? p : a));
function near(lines) {
  const named = lines.filter((v) => !v.reference),
    best = Math.max(...named.map((v) => both(top(v))));
  const chosen = named.flatMap((v) => [top(v), ...v.points.filter((p) => both(p) > best - NEAR)]);
  return chosen.length ? [spread(1, chosen), spread(2, chosen)] : [xs, ys];
}
// Names of few lines, each near its best dot, where they cover the fewest dots and no other name.
function name(svg, lines, x, y, seen) {
  const named = lines.filter((v) => !v.reference);
  if (named.length > 6) return;
  const placed = (v) => v.points.filter(seen).map((p) => [x(p[1]), y(p[2])]);
  const dots = lines.flatMap(placed);
  // Places along the lines, eight px from each other: a name on a line of another is hard to read.
  const way = (v) =>
    v.points.slice(1).flatMap((q, i) => {
      const [a, b, c, d] = [x(v.points[i][1]), y(v.points[i][2]), x(q[1]), y(q[2])],
        n = Math.ceil(Math.hypot(c - a, d - b) / 8);
      return Array.from({ length: n }, (_, k) => [a + ((c - a) * k) / n, b + ((d - b) * k) / n]);
    });
  const ways = lines.flatMap(way);
  // Words that have their place: the middle, and half the width.
  const taken = lines
    .filter((v) => v.reference)
    .flatMap(placed)
    .flatMap(([a, b]) => [
      [a, b, 9],
      [a, b < 40 ? b + 18 : b - 15, 28],
    ]);
  for (const v of named) {
    const best = v.points.filter(seen).sort((a, b) => both(b) - both(a))[0];
    if (!best) continue;
    const half = 3.1 * v.name.length;
    const places = [0, 16, -16, 30, -30, 44, -44, 58].flatMap((up) =>
      (up ? [0, 1, -1] : [1, -1]).map((side) => [x(best[1]) + side * (half + 9), y(best[2]) + up]),
    );
    const over = ([a, b], [p, q, wide]) => Math.abs(a - p) < half + wide && Math.abs(b - q) < 12;
    const costs = places.map((place, rank) => {
      const outside = place[0] + half > x.end + 14 || place[0] - half < 48;
      const covered = dots.filter(([a, b]) => over(place, [a, b, 5])).length,
        crossed = ways.filter(([a, b]) => over(place, [a, b, 0])).length;
      return 1.5 * rank + 18 * covered + 5 * crossed + 60 * taken.filter((word) => over(place, word)).length + (outside ? 500 : 0);
    });
    const [a, b] = places[costs.indexOf(Math.min(...costs))];
    taken.push([a, b, half]);
    write(svg, a, b + 4, "middle", v.name, { fill: v.colour, "font-weight": "bold", ...HALO });
  }
}
const clipped = "sqx-" + Math.random().toString(36).slice(2);
function draw() {
  const least = +slider.value,
    drawn = data.filter((v, i) => v.reference || checks[i].checked),
    dots = [];
  zoom.textContent = zoomed ? "whole chart" : "zoom to the best";
  const [xs, ys] = zoomed ? near(drawn) : whole;
  const { svg, x, y } = chart(holder, "Source UAR against target UAR", 12, 14, xs, ys, [
    "target UAR (%)",
    "source UAR (%)",
  ]);
  x.end = x(xs[1]);
  const seen = (p) => p[1] >= xs[0] && p[1] <= xs[1] && p[2] >= ys[0] && p[2] <= ys[1];
  const frame = { x: x(xs[0]), y: y(ys[1]), width: x(xs[1]) - x(xs[0]), height: y(ys[0]) - y(ys[1]) };
  put(put(svg, "clipPath", { id: clipped }), "rect", frame);
  for (const v of drawn)
    path(
      svg,
      v.points.map((p) => [x(p[1]), y(p[2])]),
      v.colour,
      v.dash,
      { "clip-path": `url(#${clipped})` },
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
      if (!seen(p)) return;
      node.setAttribute("transform", `translate(${x(p[1])} ${y(p[2])})`);
      node.setAttribute("opacity", 1);
    };
  }
  const cross = put(svg, "path", { fill: "none", stroke: "#000", "stroke-width": 1.5, "clip-path": `url(#${clipped})` });
  const circle = ring("#000", ""),
    pointed = (p) => {
      circle(p);
      if (p.length < 7) return;
      const [a, b, c, d] = [x(p[3]), x(p[4]), y(p[5]), y(p[6])];
      cross.setAttribute("d", `M${a} ${y(p[2])}H${b}M${x(p[1])} ${c}V${d}`);
    },
    crown = ring("#000", "3 2");
  const focus = (dot) => {
    for (const other of dots) other.tabIndex = other === dot ? 0 : -1;
  };
  let leader = null;
  for (const v of drawn)
    for (const p of v.points.filter(seen)) {
      const [name, a, b] = [p[0] && ", " + p[0], x(p[1]), y(p[2])];
      const span = (low) => (p.length < 7 ? "" : ` [${p[low].toFixed(1)}, ${p[low + 1].toFixed(1)}]`);
      const text = `${v.name}${name}: target ${one(p[1])}${span(3)}, source ${one(p[2])}${span(5)}`;
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
      if (kept && !v.reference && (!leader || p[1] > leader.p[1] || (p[1] === leader.p[1] && p[2] > leader.p[2])))
        leader = { p, text };
      dots.push(dot);
    }
  name(svg, drawn, x, y, seen);
  if (dots.length) focus(dots[0]); // one stop for the tab key, arrow keys from dot to dot
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
  if (leader) crown(leader.p);
  value.textContent = one(least);
  best.textContent = leader
    ? `Best target that remains (dashed ring): ${leader.text}.`
    : `No ticked dot keeps ${one(least)} on the source.`;
}
slider.oninput = draw;
draw();
redrawn(holder, draw);
