// What all figures are made of: elements, sliders, choices, axes, handles. Colours are classes of style.css.
//
// Mechanisms.figures                 {name: {title, start(stage, data)}}; each file adds its own
// Mechanisms.show(box, name, data)   puts a figure into a box; stage: {controls, picture, say(text, moving), box}
//     say(text) writes the numbers below the picture, where a screen reader hears them and a printer prints them
// Mechanisms.number(value, digits)   "−0.25"
// Mechanisms.put(parent, tag, attributes, text)       appends an element (SVG inside SVG), returns it
// Mechanisms.slider(parent, label, {min, max, step, value}, words, change)   -> {show(value), input}
// Mechanisms.choice(parent, legend, options {id: title}, chosen, change)     -> {show(id)}
// Mechanisms.button(parent, text, act, more)
// Mechanisms.player(parent, {last, jump, pause, at, show})   a button that plays steps 0 to last -> stop()
//     at() is the step shown, show(step, moving) shows one, every `pause` ms; `jump` steps where nothing may move
// Mechanisms.drawn(parent, draw)     draw(width) now and whenever the width changes; -> a function that draws anew
// Mechanisms.plane(parent, width, {label, height, x, y, names, right, ticks})   axes -> {svg, x, y, X, Y}; X, Y: back
// Mechanisms.handle(svg, {at, label, words, step, move})   a thing to drag, or to move with the arrow keys
//     at: [x, y] on the screen; move(dx, dy) in pixels; step: pixels of an arrow key
// Mechanisms.arrow(svg, from, to, attributes)
// Mechanisms.restless()              may things move by themselves? no, where the reader asked for less motion
(function (M) {
  "use strict";

  M.figures = M.figures || {};

  // A line does not end before a per cent sign.
  const bound = (words) => (typeof words === "string" ? words.replace(/([\d\]]) %/g, "$1\u00a0%") : words);

  M.show = function (box, name, data) {
    const words = box.querySelector("p");
    if (words) words.remove();
    const { title, start } = M.figures[name];
    M.put(box, "p", { class: "mech-title" }, title);
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", title);
    const [controls, picture] = ["mech-controls", "mech-picture"].map((name) => M.put(box, "div", { class: name }));
    const text = M.put(box, "p", { class: "mech-text", role: "status", "aria-live": "polite" });
    // While a figure moves by itself its numbers are shown, and read out only where it stops.
    const say = (words, moving = false) => {
      text.setAttribute("aria-live", moving ? "off" : "polite");
      text.textContent = bound(words);
    };
    start({ box, controls, picture, say }, data);
  };

  M.number = (value, digits = 2) => {
    const text = Math.abs(value).toFixed(digits);
    return (value < 0 && Number(text) !== 0 ? "\u2212" : "") + text;
  };
  M.restless = () => !(typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches);

  M.put = function (parent, tag, attributes = {}, text) {
    const svg = tag === "svg" || parent instanceof SVGElement;
    const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const key in attributes) if (attributes[key] !== undefined) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = bound(text);
    return parent.appendChild(node);
  };

  let count = 0;
  const fresh = () => `mech-${++count}-${Math.random().toString(36).slice(2, 8)}`;

  M.slider = function (parent, label, { min, max, step, value }, words, change) {
    const node = M.put(parent, "div", { class: "mech-slider" }), id = fresh();
    const head = M.put(node, "label", { for: id }, `${label} `), said = M.put(head, "b");
    const input = M.put(node, "input", { type: "range", id, min, max, step });
    const show = (now) => {
      input.value = now;
      said.textContent = bound(words(Number(input.value)));
      input.setAttribute("aria-valuetext", said.textContent);
    };
    input.oninput = () => {
      show(input.value);
      change(Number(input.value));
    };
    show(value);
    return { show, input };
  };

  M.choice = function (parent, legend, options, chosen, change) {
    const group = M.put(parent, "fieldset"), name = fresh();
    M.put(group, "legend", {}, legend);
    const inputs = Object.entries(options).map(([id, title]) => {
      const label = M.put(group, "label"), input = M.put(label, "input", { type: "radio", name, value: id });
      label.append(title);
      input.checked = id === chosen;
      input.onchange = () => change(id);
      return input;
    });
    return { show: (id) => inputs.forEach((input) => (input.checked = input.value === id)) };
  };

  M.button = function (parent, text, act, more) {
    const node = M.put(parent, "button", { type: "button", ...more }, text);
    node.onclick = act;
    return node;
  };

  M.player = function (parent, { last, jump, pause, at, show }) {
    let timer = null;
    const button = M.button(parent, "Play", () => (timer ? stop() : play()), { class: "mech-main" });

    function stop() {
      clearInterval(timer);
      timer = null;
      button.textContent = "Play";
    }

    function play() {
      if (at() === last) show(0);
      if (!M.restless()) return show(Math.min(last, at() + jump));
      button.textContent = "Pause";
      timer = setInterval(() => (at() < last ? show(at() + 1, at() + 1 < last) : stop()), pause);
    }

    return stop;
  };

  M.drawn = function (parent, draw) {
    let width = 0;
    const again = () => {
      width = parent.clientWidth;
      draw(Math.max(240, Math.min(900, width || 480)));
    };
    new ResizeObserver(() => width !== parent.clientWidth && again()).observe(parent);
    again();
    return again;
  };

  function ticks([low, high], room) {
    const raw = (high - low) / Math.max(2, room / 70), power = 10 ** Math.floor(Math.log10(raw)), at = [];
    const step = power * [1, 2, 5, 10].find((m) => m * power >= raw * (1 - 1e-9));
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9; k++) at.push(Number((k * step).toFixed(9)));
    return at;
  }

  M.plane = function (parent, width, { label, height, x: [x0, x1], y: [y0, y1], names, right = 12, ticked = true }) {
    parent.replaceChildren();
    const svg = M.put(parent, "svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label });
    const left = ticked ? 46 : 22, top = 12, bottom = height - (ticked ? 38 : 22);
    const x = (v) => left + ((v - x0) / (x1 - x0)) * (width - left - right);
    const y = (v) => bottom - ((v - y0) / (y1 - y0)) * (bottom - top);
    for (const v of ticked ? ticks([y0, y1], bottom - top) : []) {
      M.put(svg, "line", { x1: left, x2: width - right, y1: y(v), y2: y(v), class: "mech-grid" });
      M.put(svg, "text", { x: left - 5, y: y(v) + 4, "text-anchor": "end" }, M.number(v, Number.isInteger(v) ? 0 : 1));
    }
    for (const v of ticked ? ticks([x0, x1], width) : [])
      M.put(svg, "text", { x: x(v), y: bottom + 15, "text-anchor": "middle" }, String(v).replace("-", "\u2212"));
    M.put(svg, "path", { d: `M${left} ${top}V${bottom}H${width - right}`, class: "mech-axis" });
    M.put(svg, "text", { x: (left + width - right) / 2, y: height - 5, "text-anchor": "middle" }, names[0]);
    M.put(svg, "text", { transform: `translate(12 ${(top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, names[1]);
    const X = (at) => x0 + ((at - left) / (width - left - right)) * (x1 - x0);
    const Y = (at) => y0 + ((bottom - at) / (bottom - top)) * (y1 - y0);
    return { svg, x, y, X, Y };
  };

  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  M.handle = function (svg, { at, label, words, step = 8, move, colour = "var(--ink)" }) {
    const node = M.put(svg, "g", { class: "mech-handle", tabindex: 0, role: "slider", "aria-label": label });
    const area = M.put(node, "circle", { r: 18 }), dot = M.put(node, "circle", { r: 7, fill: colour, stroke: "var(--paper)", "stroke-width": 2 });
    const place = ([x, y], text) => {
      for (const circle of [area, dot]) circle.setAttribute("transform", `translate(${x} ${y})`);
      node.setAttribute("aria-valuetext", text);
      node.setAttribute("aria-valuenow", 0);
    };
    place(at, words);
    let from = null;
    const scale = () => svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
    node.onpointerdown = (event) => {
      from = [event.clientX, event.clientY];
      node.setPointerCapture(event.pointerId);
      event.preventDefault();
      node.focus({ preventScroll: true });
    };
    node.onpointermove = (event) => {
      if (!from) return;
      const by = scale();
      move((event.clientX - from[0]) * by, (event.clientY - from[1]) * by);
      from = [event.clientX, event.clientY];
    };
    node.onpointerup = node.onpointercancel = () => (from = null);
    node.onkeydown = (event) => {
      if (!KEYS[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      move(...KEYS[event.key].map((direction) => direction * step * (event.shiftKey ? 0.25 : 1)));
    };
    return { node, place };
  };

  M.arrow = function (svg, [x1, y1], [x2, y2], attributes) {
    const long = Math.hypot(x2 - x1, y2 - y1) || 1, [u, v] = [(x2 - x1) / long, (y2 - y1) / long], tip = Math.min(11, long);
    const [bx, by] = [x2 - tip * u, y2 - tip * v];
    const d = `M${x1} ${y1}L${bx} ${by}M${bx - 4.5 * v} ${by + 4.5 * u}L${x2} ${y2}L${bx + 4.5 * v} ${by - 4.5 * u}Z`;
    return M.put(svg, "path", { d, "stroke-width": 2.4, ...attributes });
  };
})((globalThis.Mechanisms = globalThis.Mechanisms || {}));
