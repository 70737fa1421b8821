// A switch that lets speakers or sentences leak into training: the same clips are scored, the score moves.
//
// data: {rows: [{corpus, leak, train, leaked, clean: [value, low, high], leaky: [...], cost: [...]}]}, UAR and points in
//       %, intervals of 95 %; from results/leaks
// Mechanisms.figures.leaks
//   .row(data, corpus, leak)    the line of the table, or undefined where nothing was measured
(function (M) {
  "use strict";

  const NAMES = {
    none: "nothing", speaker: "speakers", "speaker-only": "speakers, other sentences", sentence: "sentences",
    voice: "voice types", word: "words", random: "all, as in a random split", duplicate: "the clips themselves",
  };
  const row = ({ rows }, corpus, leak) => rows.find((one) => one.corpus === corpus && one.leak === leak);

  function start({ controls, picture, say }, data) {
    const corpora = [...new Set(data.rows.map(({ corpus }) => corpus))];
    let corpus = corpora[0], leak = "none", kind = null;
    M.choice(controls, "Corpus", Object.fromEntries(corpora.map((name) => [name, name])), corpus, (id) => {
      corpus = id;
      leak = "none";
      switches();
      show();
    });
    const choices = M.put(controls, "div"), box = M.put(picture, "div");

    // What leaks in this corpus was measured; the clean score is that of the same scored clips.
    function switches() {
      choices.replaceChildren();
      const there = data.rows.filter((one) => one.corpus === corpus).map((one) => one.leak);
      kind = there.includes("speaker") ? "speaker" : there[0];
      const options = Object.fromEntries(["none", ...Object.keys(NAMES).filter((name) => there.includes(name))].map((name) => [name, NAMES[name]]));
      M.choice(choices, "Training knows", options, leak, (id) => {
        if (id !== "none") kind = id;
        leak = id;
        show();
      });
    }

    function draw(width) {
      const one = row(data, corpus, kind), on = leak !== "none", ends = data.rows.flatMap(({ clean, leaky }) => [...clean, ...leaky]);
      const low = Math.floor(Math.min(...ends) / 5) * 5, names = ["UAR on the scored clips (%)", ""], label = "UAR without and with the leak";
      const { svg, x } = M.plane(box, width, { label, height: 150, x: [low, 100], y: [0, 2], names, ticked: false });
      for (let v = low; v <= 100; v += width < 500 ? 10 : 5) {
        M.put(svg, "line", { x1: x(v), x2: x(v), y1: 12, y2: 108, class: "mech-grid" });
        M.put(svg, "text", { x: x(v), y: 122, "text-anchor": "middle", class: "mech-soft" }, v);
      }
      const bar = ([value, from, to], y, colour, text, shown) => {
        const group = M.put(svg, "g", { opacity: shown ? 1 : 0 });
        M.put(group, "line", { x1: x(from), x2: x(to), y1: y, y2: y, stroke: colour, "stroke-width": 5, opacity: 0.5 });
        M.put(group, "circle", { cx: x(value), cy: y, r: 8, fill: colour, stroke: "var(--paper)", "stroke-width": 2 });
        const right = x(value) > width * 0.55;
        M.put(group, "text", { x: right ? x(from) - 8 : x(to) + 8, y: y + 4, "text-anchor": right ? "end" : "start", class: "mech-halo" }, text);
      };
      bar(one.clean, 45, "var(--e3)", "not known", true);
      bar(one.leaky, 88, "var(--e0)", on ? `${NAMES[leak]} known` : "", on);
    }

    const count = (clips) => String(clips).replace(/\B(?=(\d{3})+$)/g, ",");
    const span = ([value, low, high], digits = 1) => `${M.number(value, digits)} [${M.number(low, digits)}, ${M.number(high, digits)}]`;

    function show() {
      redraw();
      const one = row(data, corpus, kind);
      if (leak === "none") return say(`${corpus}, nothing leaks: UAR ${span(one.clean)} %, ${count(one.train)} training clips. Now let training know something.`);
      const sign = one.cost[1] > 0 || one.cost[2] < 0 ? "" : " The interval holds zero.";
      say(`${corpus}, ${NAMES[leak]} known: UAR ${span(one.leaky)} % instead of ${span(one.clean)} %, on the same scored clips and with as many ` +
        `training clips (${count(one.leaked)} of ${count(one.train)} leak). The leak is worth ${span(one.cost)} points.${sign}`);
    }

    let redraw = () => {};
    switches();
    redraw = M.drawn(box, draw);
    show();
  }

  M.figures.leaks = { title: "What a leak does to a score", row, start };
})((globalThis.Mechanisms = globalThis.Mechanisms || {}));
