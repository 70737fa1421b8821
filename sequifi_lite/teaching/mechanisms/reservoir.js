// A reservoir while a stream goes by: one clip after the other, a few slots, Algorithm R.
//
// data: {classes: class of each clip of the stream, emotions, slots, seed}; all may be left out
// Mechanisms.figures.reservoir
//   .slotsOf(offered, size, seen, generator)   slot of each of `offered` clips, -1 where it is not kept, as the
//       library draws them; generator: Forgetting.Generator
//   .reservoir(rows, size, seed)   the rows held in the end; the library's memory.reservoir
//   .kept(n, size, times, seed)    how often each of n places of a stream is held in the end, in `times` streams
(function (M) {
  "use strict";

  const F = globalThis.Forgetting, STREAM = 2 ** 20 + 1;

  function slotsOf(offered, size, seen, generator) {
    return Array.from({ length: offered }, (_, i) => {
      const number = seen + i, drawn = generator.below(number), slot = number < size ? number : drawn;
      return slot < size ? slot : -1;
    });
  }

  function reservoir(rows, size, seed) {
    const generator = new F.Generator([seed, STREAM, 0]), held = new Array(size).fill(-1);
    const slots = slotsOf(rows.length, size, 0, generator), offered = generator.permutation(rows);
    slots.forEach((slot, i) => slot >= 0 && (held[slot] = offered[i]));
    return held;
  }

  function kept(n, size, times, seed) {
    const counts = new Array(n).fill(0), generator = new F.Generator([seed, STREAM, 1]);
    for (let time = 0; time < times; time++) {
      const held = new Array(size).fill(-1);
      slotsOf(n, size, 0, generator).forEach((slot, i) => slot >= 0 && (held[slot] = i));
      held.forEach((i) => i >= 0 && counts[i]++);
    }
    return counts;
  }

  const TIMES = 2000;

  function start({ box, controls, picture, say }, data) {
    const emotions = data.emotions || ["anger", "happiness", "neutral", "sadness"], size = data.slots || 8;
    const classes = data.classes || Array.from({ length: 60 }, (_, i) => Math.floor(i / 15)), n = classes.length;
    let seed = data.seed || 0, seen = 0, slots = [], timer = null;
    const play = M.button(controls, "Play", () => (timer ? stop() : run()), { class: "mech-main" });
    M.button(controls, "One clip", () => (stop(), step()));
    M.button(controls, "To the end", () => (stop(), (seen = n), show()));
    M.button(controls, "Another draw", () => (stop(), seed++, begin()));
    M.button(controls, `${TIMES.toLocaleString("en")} streams`, () => (stop(), many()));
    const chart = M.put(picture, "div"), redraw = () => draw(chart, chart.clientWidth || 480);
    let counts = null;

    function begin() {
      Object.assign(box.dataset, { seed });
      seen = 0;
      counts = null;
      slots = slotsOf(n, size, 0, new F.Generator([seed, STREAM, 0]));
      show();
    }

    function held() {
      const now = new Array(size).fill(-1);
      slots.slice(0, seen).forEach((slot, i) => slot >= 0 && (now[slot] = i));
      return now;
    }

    function many() {
      counts = kept(n, size, TIMES, seed);
      redraw();
      const shares = counts.map((count) => (100 * count) / TIMES), exact = (100 * size) / n;
      say(`In ${TIMES.toLocaleString("en")} streams each clip was held in the end in ${M.number(Math.min(...shares), 1)} to ` +
        `${M.number(Math.max(...shares), 1)} % of them; ${size} slots for ${n} clips are ${M.number(exact, 1)} %. Early or late makes no difference.`);
    }

    function draw(parent, width) {
      parent.replaceChildren();
      const columns = Math.max(10, Math.min(30, Math.floor(width / 22))), side = Math.min(24, (width - 4) / columns);
      const rows = Math.ceil(n / columns), top = 28, bars = counts ? 40 : 0;
      const memory = top + rows * (side + bars) + 34, height = memory + side + 22, now = held();
      const svg = M.put(parent, "svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "The stream, clip by clip, and the slots of the memory" });
      M.put(svg, "text", { x: 0, y: 22 }, counts ? `The stream; bars: how often a clip was held in the end` : `The stream: ${n} clips`);
      const cell = (x, y, i, inside) => {
        const gone = i >= seen && !counts, fill = `var(--e${classes[i]})`;
        M.put(svg, "rect", { x: x + 1, y: y + 1, width: side - 2, height: side - 2, rx: 3, fill: inside || now.includes(i) || counts ? fill : "none", stroke: gone ? "var(--rule)" : fill, "stroke-width": 1.5 });
        if (inside) M.put(svg, "text", { x: x + side / 2, y: y + side / 2 + 4, "text-anchor": "middle", style: "fill: var(--on); font-size: 11px" }, i + 1);
      };
      classes.forEach((_, i) => {
        const x = (i % columns) * side, y = top + Math.floor(i / columns) * (side + bars) + bars;
        cell(x, y, i, false);
        if (!counts) return;
        const high = (counts[i] / TIMES) / ((2 * size) / n) * (bars - 4);
        M.put(svg, "rect", { x: x + 4, y: y - high, width: side - 8, height: high, fill: "var(--edge)" });
      });
      M.put(svg, "text", { x: 0, y: memory - 8 }, `The memory: ${size} slots (numbers: place in the stream)`);
      now.forEach((i, slot) => {
        const x = slot * (side + 4);
        if (i >= 0) cell(x, memory, i, true);
        else M.put(svg, "rect", { x: x + 1, y: memory + 1, width: side - 2, height: side - 2, rx: 3, fill: "none", stroke: "var(--edge)", "stroke-dasharray": "3 3" });
      });
      let x = 0;
      emotions.forEach((word, k) => {
        M.put(svg, "rect", { x, y: height - 13, width: 11, height: 11, rx: 2, fill: `var(--e${k})` });
        M.put(svg, "text", { x: x + 16, y: height - 3 }, word);
        x += 30 + 7 * word.length;
      });
    }

    function show(moving = false) {
      redraw();
      const now = held().filter((i) => i >= 0), slot = slots[seen - 1];
      const counted = emotions.map((word, k) => `${now.filter((i) => classes[i] === k).length} ${word}`).join(", ");
      const chance = `${M.number((100 * Math.min(size, seen + 1)) / (seen + 1), 0)} %`;
      const what = seen === 0 ? "Nothing has been seen." : `Clip ${seen} (${emotions[classes[seen - 1]]}) ${slot < 0 ? "is not kept" : `goes to slot ${slot + 1}`}.`;
      const next = seen < n ? ` The next one will be kept with a chance of ${chance}.` : ` Each of the ${n} clips had a chance of ${M.number((100 * size) / n, 1)} % to be here.`;
      say(`${what} Held: ${now.length ? counted : "none"}.${next}`, moving);
    }

    function step() {
      counts = null;
      if (seen < n) seen++;
      else stop();
      show(timer !== null && seen < n);
    }

    function stop() {
      clearInterval(timer);
      timer = null;
      play.textContent = "Play";
    }

    function run() {
      if (seen === n) begin();
      if (!M.restless()) return (seen = n), show();
      play.textContent = "Pause";
      timer = setInterval(() => (seen < n ? step() : stop()), 180);
    }

    begin();
    M.drawn(chart, redraw);
  }

  M.figures.reservoir = { title: "A memory that is filled from a stream", slotsOf, reservoir, kept, start };
})((globalThis.Mechanisms = globalThis.Mechanisms || {}));
