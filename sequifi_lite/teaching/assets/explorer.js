const box = document.currentScript.parentElement;
const data = DATA;
const one = (value) => value.toFixed(1) + "\u00a0%";
const SHAPES = [
  "M-1 0A1 1 0 1 0 1 0A1 1 0 1 0-1 0Z",
  "M-.9-.9H.9V.9H-.9Z",
  "M0-1.2L1.1.9H-1.1Z",
  "M0-1.3L1.1 0 0 1.3-1.1 0Z",
  "M0 1.2L1.1-.9H-1.1Z",
  "M-.4-1.2H.4V-.4H1.2V.4H.4V1.2H-.4V.4H-1.2V-.4H-.4Z",
];
const HALO = { stroke: "#fff", "stroke-width": 3, "paint-order": "stroke" };
const STAR = "M0-1.6L.5-.5 1.6-.4 .8 .4 1 1.5 0 .9-1 1.5-.8 .4-1.6-.4-.5-.5Z";
const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"];
const DASHES = ["", "7 3", "2 2", "9 3 2 3"];
function put(parent, tag, attributes, text) {
  const svg = tag === "svg" || parent instanceof SVGElement;
  const node = svg
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
  if (text !== undefined) node.textContent = text;
  return parent.appendChild(node);
}
function line(parent, x1, y1, x2, y2, stroke, dash = "", more) {
  return put(parent, "line", { x1, y1, x2, y2, stroke, "stroke-dasharray": dash, ...more });
}
function write(parent, x, y, anchor, text, more) {
  return put(parent, "text", { x, y, "text-anchor": anchor, ...more }, text);
}
function path(parent, points, stroke, dash, more) {
  put(parent, "polyline", {
    points: points.join(" "),
    fill: "none",
    stroke,
    "stroke-width": 2,
    "stroke-dasharray": dash,
    ...more,
  });
}
function mark(parent, shape, x, y, size, fill) {
  put(parent, "path", {
    d: shape,
    transform: `translate(${x} ${y}) scale(${size})`,
    fill,
    stroke: "#fff",
    "vector-effect": "non-scaling-stroke",
  });
}
function ticks(low, high, count) {
  const raw = (high - low) / count,
    power = 10 ** Math.floor(Math.log10(raw)),
    found = [];
  const step = power * [1, 2, 5, 10].find((m) => m * power >= raw * (1 - 1e-9));
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9; k++) found.push(+(k * step).toFixed(6));
  return found;
}
// Text keeps its size on a narrow page: a chart is drawn anew for the width there is, not shrunk.
function chart(parent, label, top, right, [x0, x1], [y0, y1], names) {
  const width = Math.max(260, Math.min(700, parent.clientWidth || 560)),
    height = Math.round(Math.min(400, 150 + 0.42 * width));
  parent.replaceChildren();
  const svg = put(parent, "svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label });
  const x = (v) => 48 + ((v - x0) / (x1 - x0)) * (width - 48 - right);
  const y = (v) => height - 40 - ((v - y0) / (y1 - y0)) * (height - 40 - top);
  for (const v of ticks(y0, y1, 5)) {
    line(svg, x(x0), y(v), x(x1), y(v), "#ddd");
    write(svg, 42, y(v) + 4, "end", v);
  }
  for (const v of ticks(x0, x1, width < 400 ? 4 : 7)) {
    line(svg, x(v), y(y0), x(v), y(y0) + 5, "#333");
    write(svg, x(v), height - 21, "middle", v);
  }
  path(
    svg,
    [
      [x(x0), y(y1)],
      [x(x0), y(y0)],
      [x(x1), y(y0)],
    ],
    "#333",
    "",
    { "stroke-width": 1 },
  );
  write(svg, (x(x0) + x(x1)) / 2, height - 4, "middle", names[0]);
  write(svg, 0, 0, "middle", names[1], { transform: `translate(11 ${(y(y0) + y(y1)) / 2}) rotate(-90)` });
  return { svg, x, y };
}
function redrawn(parent, draw) {
  let width = parent.clientWidth;
  new ResizeObserver(() => {
    if (width !== parent.clientWidth) {
      width = parent.clientWidth;
      draw();
    }
  }).observe(parent);
}
box.querySelector("p").remove();
