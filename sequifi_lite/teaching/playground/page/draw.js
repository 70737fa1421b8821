// Small helpers for what is drawn: elements, numbers in words, a chart's axes. Colours are classes of page.css.
//
// Playground.put(parent, tag, attributes, text)   appends an element (SVG inside SVG), returns it
// Playground.percent(value)                       "82.4"
// Playground.rate(value)                          "0.0003"
// Playground.chart(parent, label, [x0, x1], height, right)   axes 0 to 100 % over steps -> {svg, x, y, width}
// Playground.line(svg, points, name)              a polyline of [x, y]
// Playground.spread(labels, gap)                  moves labels {at} apart, sorted by height
// Playground.colour(element, name)                the value of a CSS colour, for canvas
// Playground.reveal(node)                         scrolls as little as needed until it is seen
(function (P) {
  "use strict";

  P.put = function (parent, tag, attributes = {}, text) {
    const svg = tag === "svg" || parent instanceof SVGElement;
    const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const key in attributes) if (attributes[key] !== undefined) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    return parent.appendChild(node);
  };

  P.percent = (value) => P.decimal(value.toFixed(1));
  P.rate = (value) => P.decimal(String(Number(value.toPrecision(3))).replace("1e-5", "0.00001").replace("3e-5", "0.00003"));
  P.colour = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();
  P.reveal = function (node) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    node.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  };
  P.short = (word) => word.slice(0, 3);

  function ticks(x0, x1, width) {
    const raw = (x1 - x0) / (width < 380 ? 4 : 6), power = 10 ** Math.floor(Math.log10(raw));
    const step = power * [1, 2, 5, 10].find((m) => m * power >= raw * (1 - 1e-9)), at = [];
    for (let v = x0; v <= x1 + 1e-9; v += step) at.push(Math.round(v));
    return at;
  }

  P.chart = function (parent, label, [x0, x1], height, right) {
    const width = Math.max(240, Math.min(1000, parent.clientWidth || 480));
    parent.replaceChildren();
    const svg = P.put(parent, "svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label });
    const x = (v) => 40 + ((v - x0) / (x1 - x0 || 1)) * (width - 40 - right);
    const y = (v) => height - 36 - (v / 100) * (height - 36 - 22);
    for (const v of [0, 25, 50, 75, 100]) {
      P.put(svg, "line", { x1: x(x0), y1: y(v), x2: x(x1), y2: y(v), class: v === 25 ? "pg-chance" : "pg-grid" });
      P.put(svg, "text", { x: 35, y: y(v) + 4, "text-anchor": "end" }, v);
    }
    for (const v of ticks(x0, x1, width)) P.put(svg, "text", { x: x(v), y: height - 20, "text-anchor": "middle" }, v);
    P.put(svg, "text", { x: (x(x0) + x(x1)) / 2, y: height - 4, "text-anchor": "middle" }, P.say("training step"));
    P.put(svg, "text", { x: 4, y: 12 }, P.say("UAR (%), dotted: chance"));
    return { svg, x, y, width };
  };

  P.line = (svg, points, name) =>
    P.put(svg, "polyline", { points: points.map(([a, b]) => `${a.toFixed(1)},${b.toFixed(1)}`).join(" "), class: name });

  P.spread = function (labels, gap) {
    labels.sort((a, b) => a.at - b.at);
    labels.forEach((label, i) => i && (label.at = Math.max(label.at, labels[i - 1].at + gap)));
    return labels;
  };
})((globalThis.Playground = globalThis.Playground || {}));
