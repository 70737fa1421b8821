"""Two figures for readers to work in: class orders to drag, and frontiers to filter.

Each is one piece of HTML that holds its numbers, styles and script, so that it runs in a static page, in Jupyter and in Colab,
fetches nothing, and stands on a page as often as one likes. Colours are Okabe and Ito's; dashes and markers say the same in grey.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..errors import SequifiError

SETTING = ["source_corpus", "target_corpus", "lr", "T"]
REFERENCES = ("zero-shot", "joint")

# Whatever a table says is put in as text (`textContent`) or as an attribute, never as markup.
_PAGE = r"""<div class="sqx">
<style>
.sqx { box-sizing: border-box; max-width: 60em; padding: 10px; font: 14px/1.4 sans-serif; color: #111; background: #fff;
  color-scheme: light; }
.sqx :focus-visible { outline: 3px solid #0072B2; outline-offset: 2px; }
.sqx p { margin: 0 0 6px; color: inherit; } .sqx .read { min-height: 2.8em; }
.sqx .flow { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: flex-start; margin: 0 0 8px; }
.sqx .wide { flex: 3 1 300px; min-width: 0; } .sqx .slim { flex: 1 1 210px; min-width: 0; }
.sqx button, .sqx select { font: inherit; color: #111; background: #f4f4f4; border: 1px solid #767676; border-radius: 4px;
  padding: 3px 9px; max-width: 100%; }
.sqx svg { display: block; width: 100%; height: auto; font: 12px sans-serif; overflow: visible; }
.sqx .words { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5em, 1fr)); gap: 6px; margin: 0 0 8px; }
.sqx .words button { touch-action: none; user-select: none; cursor: grab; padding: 8px; overflow-wrap: anywhere; }
.sqx .words .held { background: #cfe6f5; border-color: #0072B2; cursor: grabbing; }
.sqx .bars { display: grid; grid-template-columns: auto 1fr 3em; gap: 3px 8px; align-items: center; margin: 0 0 8px; }
.sqx .bars div { background: #e6e6e6; } .sqx .bars i { display: block; height: 12px; background: #0072B2; }
.sqx .bars b { font-weight: normal; text-align: right; }
.sqx fieldset { border: 1px solid #ccc; margin: 0 0 6px; padding: 2px 8px 4px; min-width: 0; }
.sqx legend { float: none; width: auto; margin: 0; padding: 0 4px; font: inherit; font-weight: bold; }
.sqx fieldset label { display: flex; gap: 6px; align-items: center; margin: 0; } .sqx span { overflow-wrap: anywhere; }
.sqx fieldset svg { flex: none; width: 36px; } .sqx .point { outline: none; }
</style><p>This figure needs its script: run the cell, or trust the notebook.</p>
<script>(function () {
const box = document.currentScript.parentElement;
const data = DATA;
const one = value => value.toFixed(1) + " %";
const SHAPES = ["M-1 0A1 1 0 1 0 1 0A1 1 0 1 0-1 0Z", "M-.9-.9H.9V.9H-.9Z", "M0-1.2L1.1.9H-1.1Z", "M0-1.3L1.1 0 0 1.3-1.1 0Z",
  "M0 1.2L1.1-.9H-1.1Z", "M-.4-1.2H.4V-.4H1.2V.4H.4V1.2H-.4V.4H-1.2V-.4H-.4Z"];
const HALO = {stroke: "#fff", "stroke-width": 3, "paint-order": "stroke"};
const STAR = "M0-1.6L.5-.5 1.6-.4 .8 .4 1 1.5 0 .9-1 1.5-.8 .4-1.6-.4-.5-.5Z";
const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"];
const DASHES = ["", "7 3", "2 2", "9 3 2 3"];
function put(parent, tag, attributes, text) {
  const svg = tag === "svg" || parent instanceof SVGElement;
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
  if (text !== undefined) node.textContent = text;
  return parent.appendChild(node);
}
function line(parent, x1, y1, x2, y2, stroke, dash = "", more) {
  return put(parent, "line", {x1, y1, x2, y2, stroke, "stroke-dasharray": dash, ...more});
}
function write(parent, x, y, anchor, text, more) { return put(parent, "text", {x, y, "text-anchor": anchor, ...more}, text); }
function path(parent, points, stroke, dash, more) {
  put(parent, "polyline", {points: points.join(" "), fill: "none", stroke, "stroke-width": 2, "stroke-dasharray": dash, ...more});
}
function mark(parent, shape, x, y, size, fill) {
  put(parent, "path", {d: shape, transform: `translate(${x} ${y}) scale(${size})`, fill, stroke: "#fff",
    "vector-effect": "non-scaling-stroke"});
}
function ticks(low, high, count) {
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw)), found = [];
  const step = power * [1, 2, 5, 10].find(m => m * power >= raw * (1 - 1e-9));
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9; k++) found.push(+(k * step).toFixed(6));
  return found;
}
// Text keeps its size on a narrow page: a chart is drawn anew for the width there is, not shrunk.
function chart(parent, label, top, right, [x0, x1], [y0, y1], names) {
  const width = Math.max(260, Math.min(700, parent.clientWidth || 560)), height = Math.round(Math.min(400, 150 + 0.42 * width));
  parent.replaceChildren();
  const svg = put(parent, "svg", {viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label});
  const x = v => 48 + (v - x0) / (x1 - x0) * (width - 48 - right);
  const y = v => height - 40 - (v - y0) / (y1 - y0) * (height - 40 - top);
  for (const v of ticks(y0, y1, 5)) { line(svg, x(x0), y(v), x(x1), y(v), "#ddd"); write(svg, 42, y(v) + 4, "end", v); }
  for (const v of ticks(x0, x1, width < 400 ? 4 : 7)) {
    line(svg, x(v), y(y0), x(v), y(y0) + 5, "#333");
    write(svg, x(v), height - 21, "middle", v);
  }
  path(svg, [[x(x0), y(y1)], [x(x0), y(y0)], [x(x1), y(y0)]], "#333", "", {"stroke-width": 1});
  write(svg, (x(x0) + x(x1)) / 2, height - 4, "middle", names[0]);
  write(svg, 0, 0, "middle", names[1], {transform: `translate(11 ${(y(y0) + y(y1)) / 2}) rotate(-90)`});
  return {svg, x, y};
}
function redrawn(parent, draw) {
  let width = parent.clientWidth;
  new ResizeObserver(() => { if (width !== parent.clientWidth) { width = parent.clientWidth; draw(); } }).observe(parent);
}
box.querySelector("p").remove();
SCRIPT
})();</script></div>"""

_ORDERS = r"""
const head = put(box, "div", {class: "flow"}), buttons = {}, groups = new Map();
const select = put(put(head, "label", {style: "margin:0"}, "Corpora and setting "), "select");
data.sets.forEach((set, i) => {
  const name = `${set.source} \u2192 ${set.target}`;
  if (!groups.has(name)) groups.set(name, put(select, "optgroup", {label: name}));
  put(groups.get(name), "option", {value: i}, `${name}, lr ${set.lr}, T ${set.T}`);
});
select.value = data.start;
for (const name of ["best order", "worst order", "random"]) buttons[name] = put(head, "button", {type: "button"}, name);
put(box, "p", {}, "Drag the words, or focus one and press the left or right arrow key. The first word is learnt first.");
const words = put(box, "div", {class: "words", role: "group", "aria-label": "Order of the classes"});
const status = put(box, "p", {role: "status", "aria-live": "polite", style: "font-weight:bold"});
const row = put(box, "div", {class: "flow"});
const left = put(row, "div", {class: "wide"}), side = put(row, "div", {class: "slim"}), K = data.words.length;
put(box, "p", {}, "Curves: UAR on small subsets of the test clips. Sentence, bars and strip: all test clips.");
const nodes = data.words.map(() => put(words, "button", {type: "button", "aria-roledescription": "movable word"}));
let order = data.words.map((_, k) => k), held = null;
function nth(n) { return n + (n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] || "th"); }
function draw() {
  const set = data.sets[select.value], found = set.orders[order.join()], named = order.map(k => data.words[k]);
  const {svg, x, y} = chart(left, "UAR over training steps, classes in the order " + named.join(", "), 38, 48,
    [0, Math.max(set.T, ...set.steps)], [0, 100], ["training step", "UAR (%)"]);
  const tight = (x(set.T) - x(0)) / K < 7 * Math.max(...data.words.map(word => word.length)), end = x(set.T) + 6;
  named.forEach((word, k) => {
    const a = x(k ? set.ends[k - 1] : 0), b = x(set.ends[k]), size = {x: a, width: b - a, y: y(100), height: y(0) - y(100)};
    if (k % 2 === 0) svg.prepend(put(svg, "rect", {...size, fill: "#f1f1f1"}));
    line(svg, b, y(100), b, y(0), "#777", "3 3");
    write(svg, (a + b) / 2, y(100) - (tight && k % 2 ? 21 : 7), "middle", word, {class: "stage"});
  });
  line(svg, x(0), y(100 / K), x(set.T), y(100 / K), "#555", "1 4");
  side.replaceChildren();
  if (!found) { status.textContent = `${named.join(", ")}: this order was not run in this setting.`; return; }
  const [target, source, rank, recalls, ...curves] = found;
  const every = Object.values(set.orders).map(o => o[0]), count = every.length;
  const names = [["source", "#D55E00", "6 3"], ["target", "#0072B2", ""], ["chance", "#555", ""]];
  const labels = names.map((name, i) => ({name, at: 4 + y(i < 2 ? curves[i][curves[i].length - 1] : 100 / K)}));
  labels.sort((a, b) => a.at - b.at).forEach((label, i) => {  // labels at the right end, one below the other
    if (i) label.at = Math.max(label.at, labels[i - 1].at + 13);
    write(svg, end, label.at, "start", label.name[0], {fill: label.name[1]});
  });
  curves.forEach((values, i) => {
    const places = set.steps.map((step, j) => [x(step), y(values[j])]);
    path(svg, places, names[i][1], names[i][2], {class: names[i][0]});
    for (const [a, b] of places) mark(svg, SHAPES[1 - i], a, b, 3.2, names[i][1]);
  });
  const scores = `target UAR ${one(target)}, source UAR ${one(source)}, ${nth(rank)} of ${count}`;
  status.textContent = `${named.join(", ")}: ${scores} by target UAR.`;
  put(side, "p", {}, "Recall on the target (%)");
  const bars = put(side, "div", {class: "bars"});
  for (const k of order) {
    put(bars, "span", {}, data.words[k]);
    put(put(bars, "div"), "i", {style: `width:${recalls[k]}%`});
    put(bars, "b", {}, recalls[k].toFixed(1));
  }
  put(side, "p", {}, `Target UAR of ${count} orders (%), this one marked`);
  const strip = put(side, "svg", {viewBox: "0 0 220 46", "aria-hidden": true, style: "max-width:250px"});
  const low = Math.floor(Math.min(...every)), high = Math.ceil(Math.max(...every));
  const at = v => 10 + 200 * (v - low) / (high - low || 1);
  for (const v of every) line(strip, at(v), 14, at(v), 27, "#777");
  line(strip, at(target), 11, at(target), 30, "#0072B2", "", {"stroke-width": 3});
  mark(strip, SHAPES[4], at(target), 6, 4.5, "#0072B2");
  for (const v of [low, high]) write(strip, at(v), 43, "middle", v);
}
function arrange(next, mover) {
  order = next;
  order.forEach((k, place) => {
    nodes[k].textContent = `${place + 1} ${data.words[k]}`;
    nodes[k].setAttribute("aria-label", `${data.words[k]}, ${nth(place + 1)} of ${K}; move with the left and right arrow keys`);
    if (words.children[place] !== nodes[k]) words.insertBefore(nodes[k], words.children[place]);
  });
  if (mover !== undefined) nodes[mover].focus();  // a node that is moved loses the focus
  draw();
}
function move(k, place) {
  const next = order.filter(other => other !== k);
  next.splice(Math.max(0, Math.min(K - 1, place)), 0, k);
  if (next.join() !== order.join()) arrange(next, k);
}
words.onkeydown = event => {
  const k = nodes.indexOf(event.target), shift = {ArrowLeft: -1, ArrowRight: 1}[event.key];
  if (k < 0 || !shift) return;
  event.preventDefault(); event.stopPropagation(); move(k, order.indexOf(k) + shift);
};
words.onpointerdown = event => {  // the row keeps the pointer, since a word that changes its place would lose it
  const k = nodes.indexOf(event.target);
  if (k < 0 || event.button) return;
  held = k; nodes[k].classList.add("held"); words.setPointerCapture(event.pointerId);
};
words.onpointermove = event => {
  const under = held === null ? -1 : nodes.indexOf(document.elementFromPoint(event.clientX, event.clientY));
  if (under >= 0 && under !== held) move(held, order.indexOf(under));
};
words.onlostpointercapture = () => { if (held !== null) nodes[held].classList.remove("held"); held = null; };
// The orders that were run here, from the best to the worst.
const ranked = () => Object.entries(data.sets[select.value].orders).sort((a, b) => a[1][2] - b[1][2]);
const show = choose => () => { const all = ranked(); arrange(all[choose(all.length)][0].split(",").map(Number)); };
buttons["best order"].onclick = show(() => 0);
buttons["worst order"].onclick = show(n => n - 1);
buttons.random.onclick = show(n => Math.floor(Math.random() * n));
select.onchange = draw;
arrange(order); redrawn(left, draw);
"""

_FRONTIER = r"""
function spread(i) {
  const all = data.flatMap(v => v.points.map(p => p[i])), low = Math.min(...all), high = Math.max(...all);
  const pad = 0.06 * (high - low) || 1;
  return [low - pad, high + pad];
}
const xs = spread(1), ys = spread(2), low = Math.floor(ys[0]), high = Math.ceil(ys[1]), lists = new Map(), checks = [];
const row = put(box, "div", {class: "flow"}), left = put(row, "div", {class: "wide"}), side = put(row, "div", {class: "slim"});
const read = put(left, "p", {class: "read"}, "Point at a dot, or focus one and walk with the arrow keys.");
const holder = put(left, "div"), label = put(left, "label", {style: "display:block"}, "Source must keep at least ");
const value = put(label, "output"), range = {type: "range", min: low, max: high, step: 0.5, value: low};
const slider = put(label, "input", {...range, style: "display:block;width:100%"});
const best = put(left, "p", {role: "status", "aria-live": "polite", class: "read"}), choice = put(side, "div", {class: "flow"});
data.forEach((variant, i) => {
  variant.colour = variant.reference ? "#000" : variant.name === "vanilla" ? "#555" : COLOURS[i % 7];
  variant.shape = variant.reference ? STAR : SHAPES[i % 6]; variant.dash = DASHES[i % 4];
  if (variant.reference) return;
  if (!lists.has(variant.family)) {
    lists.set(variant.family, put(side, "fieldset"));
    put(lists.get(variant.family), "legend", {}, variant.family);
  }
  const item = put(lists.get(variant.family), "label"), check = checks[i] = put(item, "input", {type: "checkbox"});
  const key = put(item, "svg", {viewBox: "0 0 36 14", "aria-hidden": true});
  path(key, [[0, 7], [36, 7]], variant.colour, variant.dash); mark(key, variant.shape, 18, 7, 5, variant.colour);
  put(item, "span", {}, variant.name);
  check.checked = true; check.onchange = draw;
});
for (const [name, ticked] of [["all", true], ["none", false]])
  put(choice, "button", {type: "button"}, name).onclick = () => { checks.forEach(check => { check.checked = ticked; }); draw(); };
function draw() {
  const least = +slider.value, drawn = data.filter((v, i) => v.reference || checks[i].checked), dots = [];
  const {svg, x, y} = chart(holder, "Source UAR against target UAR", 12, 14, xs, ys, ["target UAR (%)", "source UAR (%)"]);
  for (const v of drawn) path(svg, v.points.map(p => [x(p[1]), y(p[2])]), v.colour, v.dash);
  if (least > ys[0]) {
    const a = x(xs[0]) + 1, b = x(xs[1]), edge = y(Math.min(least, ys[1]));
    put(svg, "rect", {x: a, width: b - a, y: edge, height: y(ys[0]) - edge - 1, fill: "#eee", "fill-opacity": 0.75});
    line(svg, a, edge, b, edge, "#333", "4 3");
  }
  function ring(stroke, dash) {
    const node = put(svg, "circle", {r: 10, fill: "none", stroke, "stroke-width": 2, "stroke-dasharray": dash, opacity: 0});
    return p => { node.setAttribute("transform", `translate(${x(p[1])} ${y(p[2])})`); node.setAttribute("opacity", 1); };
  }
  const pointed = ring("#000", ""), crown = ring("#000", "3 2");
  const focus = dot => { for (const other of dots) other.tabIndex = other === dot ? 0 : -1; };
  let top = null;
  for (const v of drawn) for (const p of v.points) {
    const [name, a, b] = [p[0] && ", " + p[0], x(p[1]), y(p[2])];
    const text = `${v.name}${name}: target ${one(p[1])}, source ${one(p[2])}`;
    const kept = p[2] >= least, dot = put(svg, "g", {class: "point", role: "img", "aria-label": text, opacity: kept ? 1 : 0.3});
    put(dot, "circle", {cx: a, cy: b, r: 11, fill: "#fff", "fill-opacity": 0});
    mark(dot, v.shape, a, b, 5, v.colour);
    const anchor = a > x(xs[1]) - 40 ? "end" : a < x(xs[0]) + 40 ? "start" : "middle";
    if (v.reference) write(dot, a, b + (b < 40 ? 22 : -11), anchor, v.name, {"font-weight": "bold", ...HALO});
    dot.onpointerover = dot.onclick = dot.onfocus = () => { read.textContent = text + "."; pointed(p); };
    if (read.textContent === text + ".") pointed(p);
    if (kept && !v.reference && (!top || p[1] > top.p[1] || (p[1] === top.p[1] && p[2] > top.p[2]))) top = {p, text};
    dots.push(dot);
  }
  focus(dots[0]);  // one stop for the tab key, arrow keys from dot to dot
  svg.onkeydown = event => {
    const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    const next = dots[dots.indexOf(document.activeElement) + step];
    if (step) { event.preventDefault(); event.stopPropagation(); }
    if (next) { focus(next); next.focus(); }
  };
  if (top) crown(top.p);
  value.textContent = one(least);
  best.textContent = top ? `Best target that remains (dashed ring): ${top.text}.`
    : `No ticked dot keeps ${one(least)} on the source.`;
}
slider.oninput = draw;
draw(); redrawn(holder, draw);
"""


def _page(script: str, data):
    from IPython.display import HTML

    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    for mark in "<>&":  # so that no word of a table can end the script
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return HTML(_PAGE.replace("SCRIPT", script.strip()).replace("DATA", text, 1))


def _check(table: pd.DataFrame, name: str, columns: Sequence[str], numbers: Sequence[str]) -> None:
    if missing := [column for column in columns if column not in table]:
        raise SequifiError(
            f"The table {name} lacks {', '.join(missing)}; give it the columns {', '.join(columns)}."
        )
    if table.empty:
        raise SequifiError(f"The table {name} is empty; give it rows with {', '.join(columns)}.")
    for column in numbers:
        if not np.isfinite(pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float)).all():
            raise SequifiError(
                f"The column {column} of the table {name} has values that are no numbers; fill or drop these rows."
            )


def _tenths(values) -> list:
    return np.asarray(values, dtype=float).round(1).tolist()


def order_explorer(orders: pd.DataFrame, curves: pd.DataFrame, pair: tuple[str, str] | None = None):
    """Drag the classes into an order and see how it is learnt: curves, final UAR, recall of each class, rank of the order.

    Parameters
    ----------
    orders : DataFrame
        One row per setting and order: ``source_corpus``, ``target_corpus``, ``lr``, ``T`` (steps), ``order`` (words joined by
        ``>``), final UAR ``target`` and ``source`` (%), and a column with the recall on the target (%) named after each word.
    curves : DataFrame
        UAR over steps: the same first five columns, ``step``, ``source`` and ``target`` (%).
    pair : (source, target), optional
        Corpora to begin with; the first of `orders` unless given.

    Returns
    -------
    IPython.display.HTML
        Self-contained; numbers rounded to one decimal. Ranks are by target UAR as it stands in `orders`, ties share the better
        one. Stages are the canonical ones: T steps cut into K equal stages.

    Raises
    ------
    SequifiError
        If a table is empty or lacks columns or numbers, if the orders are not of the same words, if an order has several rows or
        no whole curve, or if `pair` is not there.
    """
    scores = ["target", "source"]
    _check(orders, "orders", [*SETTING, "order", *scores], ["lr", "T", *scores])
    first = str(orders["order"].iloc[0]).split(">")
    _check(orders, "orders", [*SETTING, "order", *scores, *first], first)
    _check(curves, "curves", [*SETTING, "order", "step", *scores], ["lr", "T", "step", *scores])
    if odd := [order for order in orders["order"] if sorted(str(order).split(">")) != sorted(set(first))]:
        raise SequifiError(
            f"The table orders has {odd[0]!r}, no order of the words {', '.join(first)}; use each of them once."
        )
    for name, table, columns in (
        ("orders", orders, [*SETTING, "order"]),
        ("curves", curves, [*SETTING, "order", "step"]),
    ):
        if table.duplicated(columns).any():
            raise SequifiError(
                f"The table {name} has several rows for one {', '.join(columns)}; take their mean first."
            )
    words = [column for column in orders.columns if column in first]
    paths, sets = dict(list(curves.groupby(SETTING))), []
    for key, found in orders.groupby(SETTING, sort=False):
        what = f"{key[0]} to {key[1]}, lr {key[2]:g}, T {key[3]:g}"
        if key not in paths:
            raise SequifiError(
                f"The table curves has no rows for {what}; give it the settings of the table orders."
            )
        lines = [
            paths[key].pivot(index="order", columns="step", values=score).reindex(found["order"])
            for score in ("source", "target")
        ]
        if lines[0].isna().any(axis=None):
            raise SequifiError(
                f"The table curves has not the same steps for every order of {what}; give it one row per order and step."
            )
        ranks = found["target"].rank(ascending=False, method="min").astype(int)
        rows = zip(
            found["order"],
            *map(_tenths, (found["target"], found["source"])),
            ranks.tolist(),
            _tenths(found[words]),
            *map(_tenths, lines),
        )
        T = int(key[3])
        sets.append(
            {"source": str(key[0]), "target": str(key[1]), "lr": f"{key[2]:g}", "T": T}
            | {"ends": np.bincount(np.arange(T) % len(words), minlength=len(words)).cumsum().tolist()}
            | {"steps": lines[0].columns.tolist()}
            | {
                "orders": {
                    ",".join(str(words.index(word)) for word in row[0].split(">")): row[1:] for row in rows
                }
            }
        )
    pairs = [(one["source"], one["target"]) for one in sets]
    if pair is not None and tuple(pair) not in pairs:
        there = "; ".join(sorted({" to ".join(one) for one in pairs}))
        raise SequifiError(f"The table orders has no pair {' to '.join(pair)}; choose one of: {there}.")
    return _page(
        _ORDERS, {"words": words, "start": 0 if pair is None else pairs.index(tuple(pair)), "sets": sets}
    )


def frontier_explorer(points: pd.DataFrame):
    """Source against target of many variants: tick them on and off, ask what remains if the source has to keep a score.

    Parameters
    ----------
    points : DataFrame
        One row per dot: ``variant``, ``label`` (its strength in words, such as "lam 10, lr 0.001"), UAR ``source`` and ``target``
        (%), optionally ``family`` (heading in the list). The line of a variant goes through its dots in the order of the rows.
        The variants "zero-shot" and "joint" are references: stars that are always shown and never named the best.

    Returns
    -------
    IPython.display.HTML
        Self-contained; numbers rounded to one decimal. Axes as in `plots.frontier`: up and right is better.

    Raises
    ------
    SequifiError
        If the table is empty or lacks columns or numbers.
    """
    _check(points, "points", ["variant", "label", "source", "target"], ["source", "target"])
    texts = points.reindex(columns=["variant", "label", "family"]).astype(object)
    texts = texts.fillna(
        {"variant": "", "label": "", "family": "other" if "family" in points else "variants"}
    ).astype(str)
    table = texts.assign(target=_tenths(points["target"]), source=_tenths(points["source"]))
    variants = [
        {"name": name, "family": found["family"].iloc[0], "reference": name.lower() in REFERENCES}
        | {"points": found[["label", "target", "source"]].to_numpy().tolist()}
        for name, found in table.groupby("variant", sort=False)
    ]
    return _page(_FRONTIER, sorted(variants, key=lambda variant: variant["reference"]))  # drawn last, on top
