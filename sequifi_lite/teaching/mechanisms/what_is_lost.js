// What is lost while a second corpus is learnt: two curves with a cursor, and the recalls of both corpora below it.
//
// data: what what_is_lost of what_is_lost.py returns: {emotions, order, corpora: [old, new], steps: [P], learners:
//       [{title, stages: true where one emotion comes at a time, recalls: [P][2][K], uars: [P][2]}]}; stages of equal
//       length
// Mechanisms.figures.what_is_lost
//   .stageAt(data, step)     number of the stage of a step, from 0; null before the first step
//   .lost(learner, i)        points of UAR that the old corpus has lost by look i; below 0 where it has gained
(function (M) {
  "use strict";

  const COLOURS = ["var(--e3)", "var(--e0)"], DASHES = ["", "7 3"];

  function stageAt(data, step) {
    const total = data.steps[data.steps.length - 1], K = data.order.length;
    return step === 0 ? null : Math.min(K - 1, Math.floor(((step - 1) * K) / total));
  }

  const lost = (learner, i) => learner.uars[0][0] - learner.uars[i][0];

  function start({ controls, picture, say }, data) {
    const { steps, corpora, emotions, learners } = data, last = steps.length - 1, total = steps[last], K = data.order.length;
    let learner = learners[0], at = 0, plane = null, cursor = null;
    const options = Object.fromEntries(learners.map(({ title }, i) => [String(i), title]));
    M.choice(controls, `${corpora[1]} is learnt with`, options, "0", (i) => {
      stop();
      learner = learners[i];
      again();
      show(at);
    });
    const slider = M.slider(controls, "Step", { min: 0, max: last, step: 1, value: 0 }, (i) => steps[i], (i) => show(i));
    const stop = M.player(controls, { last, jump: Math.ceil(last / K), pause: 100, at: () => at, show });
    const chart = M.put(picture, "div"), again = M.drawn(chart, draw);
    const table = M.put(picture, "table"), head = M.put(M.put(table, "thead"), "tr"), body = M.put(table, "tbody");
    table.createCaption().textContent = "Of 100 test clips of each emotion, how many are still called by its name";
    ["", ...corpora].forEach((word) => M.put(head, "th", { scope: "col" }, word));
    const bars = [...emotions, "mean"].map((word) => {
      const row = M.put(body, "tr");
      M.put(row, "th", { scope: "row" }, word);
      return corpora.map(() => M.put(row, "td"));
    });

    function draw(width) {
      const names = ["training step", "mean recall (UAR), %"], label = `Mean recall on both corpora: ${learner.title}`;
      plane = M.plane(chart, width, { label, height: 230, x: [0, total], y: [0, 100], names, right: 70 });
      const { svg, x, y } = plane;
      // Where one name has no room in its stage, all are cut alike.
      const room = x(total / K) - x(0), whole = Math.max(...emotions.map((word) => 7 * word.length)) < room;
      if (learner.stages)
        data.order.forEach((k, j) => {
          const place = { x: x((j * total) / K), y: y(100), width: room, height: y(0) - y(100) };
          svg.prepend(M.put(svg, "rect", { ...place, fill: `var(--e${k})`, opacity: 0.14 }));
          M.put(svg, "text", { x: place.x + place.width / 2, y: y(3), "text-anchor": "middle" }, whole ? emotions[k] : emotions[k].slice(0, 3));
        });
      const ends = corpora.map((word, c) => {
        const points = steps.map((step, i) => `${x(step).toFixed(1)},${y(learner.uars[i][c]).toFixed(1)}`).join(" ");
        M.put(svg, "polyline", { points, fill: "none", stroke: COLOURS[c], "stroke-width": 2.5, "stroke-dasharray": DASHES[c] });
        return { word, colour: COLOURS[c], at: y(learner.uars[last][c]) + 4 };
      });
      ends.sort((a, b) => a.at - b.at);
      ends[1].at = Math.max(ends[1].at, ends[0].at + 14);
      for (const { word, colour, at } of ends) M.put(svg, "text", { x: x(total) + 6, y: at, style: `fill: ${colour}` }, word);
      cursor = M.put(svg, "line", { y1: y(0), y2: y(100), class: "mech-line" });
      move();
    }

    function move() {
      for (const end of ["x1", "x2"]) cursor.setAttribute(end, plane.x(steps[at]));
    }

    function show(i, moving = false) {
      at = i;
      slider.show(i);
      move();
      corpora.forEach((_, c) =>
        [...learner.recalls[i][c], learner.uars[i][c]].forEach((value, k) => {
          const cell = bars[k][c], colour = k < K ? "--right" : "--rule";
          cell.textContent = M.number(value, k < K ? 0 : 1);
          cell.style.background = `linear-gradient(90deg, var(${colour}) ${value}%, var(--rise) 0) 0 0 / calc(100% - 2.7em) 100% no-repeat`;
        }));
      const stage = stageAt(data, steps[i]), [old, fresh] = corpora, gone = lost(learner, i);
      const now = stage === null || !learner.stages ? "" : `, stage of ${emotions[data.order[stage]]}`;
      const change = Math.abs(gone) < 0.05 ? "has lost nothing yet" : `has ${gone > 0 ? "lost" : "gained"} ${M.number(Math.abs(gone), 1)} points`;
      say(`Step ${steps[i]} of ${total}${now}. ${old} ${change}: ${M.number(learner.uars[i][0], 1)} %. ` +
        `${fresh}: ${M.number(learner.uars[i][1], 1)} %, ${M.number(learner.uars[0][1], 1)} % before training.`, moving);
    }

    slider.input.addEventListener("input", stop);
    show(0);
  }

  M.figures.what_is_lost = { title: "What is lost while something new is learnt?", stageAt, lost, start };
})((globalThis.Mechanisms = globalThis.Mechanisms || {}));
