// Clips in a plane, a Gaussian for each class, and the border between them: linear discriminant analysis, clip by clip.
//
// data: {emotions, train: {points: [[x, y]], labels}, test: {points, labels}, shuffled: an order of the training clips}
// Mechanisms.figures.gaussian_border
//   .fit(data, rows, epsilon)    the engine's SLDA after these training clips, one after the other
//   .said(learner, points)       the class of each point
//   .covariance(learner)         [[a, b], [b, c]] within classes, shrunk
(function (M) {
  "use strict";

  const F = globalThis.Forgetting;
  const flat = (points) => Float64Array.from(points.flat());

  function fit({ emotions, train }, rows, epsilon) {
    const learner = new F.LEARNERS.slda({ epsilon }), parts = { plane: { train: Int32Array.from(rows) } };
    const problem = { X: flat(train.points), y: train.labels, inputs: 2, parts, corpora: ["plane"] };
    learner.afterCorpus({ problem, mlp: { classes: emotions.length } }, 0);
    return learner;
  }

  function said(learner, points) {
    const K = learner.n.length, run = { problem: { X: flat(points), inputs: 2 }, mlp: { classes: K } };
    return Array.from(F.argmax(learner.logits(run, Int32Array.from(points.keys())), K));
  }

  function covariance({ n, scatter, epsilon }) {
    const all = n.reduce((a, b) => a + b, 0), at = (i) => ((1 - epsilon) * scatter[i]) / all;
    return [[at(0) + epsilon, at(1)], [at(2), at(3) + epsilon]];
  }

  // Points of the ellipse of two standard deviations.
  function ellipse([[a, b], [, c]], [x, y]) {
    const mean = (a + c) / 2, apart = Math.hypot((a - c) / 2, b), turn = Math.atan2(2 * b, a - c) / 2;
    const [long, wide] = [mean + apart, mean - apart].map((value) => 2 * Math.sqrt(Math.max(value, 0)));
    return Array.from({ length: 49 }, (_, i) => {
      const t = (i * Math.PI) / 24, [u, v] = [long * Math.cos(t), wide * Math.sin(t)];
      return [x + u * Math.cos(turn) - v * Math.sin(turn), y + u * Math.sin(turn) + v * Math.cos(turn)];
    });
  }

  function start({ controls, picture, say }, data) {
    const { emotions, train, test } = data, n = train.labels.length, K = emotions.length;
    const orders = { class: [...train.labels.keys()].sort((a, b) => train.labels[a] - train.labels[b]), shuffled: data.shuffled };
    let order = "class", seen = n, power = -2;
    M.choice(controls, "Clips come", { class: "one emotion at a time", shuffled: "shuffled" }, order, (id) => ((order = id), show()));
    M.slider(controls, "Clips seen", { min: 1, max: n, step: 1, value: n }, (value) => `${value} of ${n}`, (value) => ((seen = value), show()));
    const epsilon = () => Number((10 ** power).toPrecision(2));
    M.slider(controls, "Shrinkage ε (1: nearest mean)", { min: -2, max: 0, step: 0.1, value: power }, (value) => ((power = value), String(epsilon())), () => show());
    const box = M.put(picture, "div", { style: "max-width: 36em; margin: 0 auto" }), legend = M.put(picture, "p", { class: "mech-hint" });
    emotions.forEach((word, k) => {
      const item = M.put(legend, "span", { style: "margin-right: 1em; font-weight: 600; white-space: nowrap; display: inline-block" });
      M.put(item, "span", { style: `color: var(--e${k})`, "aria-hidden": "true" }, "●▲■◆"[k]);
      item.append(` ${word}`);
    });
    legend.append("filled: test clips called right; ground: what a clip there would be called");
    const all = [...train.points, ...test.points], span = (axis) => {
      const values = all.map((point) => point[axis]), low = Math.min(...values), high = Math.max(...values);
      return [low - 0.05 * (high - low), high + 0.05 * (high - low)];
    };
    const range = { x: span(0), y: span(1) }, shapes = [
      "M4 0A4 4 0 1 1-4 0A4 4 0 1 1 4 0Z", "M0-5L5 4H-5Z", "M-4-4H4V4H-4Z", "M0-5.5L5 0 0 5.5-5 0Z",
    ];
    let plane, layer;

    function begin(width) {
      const names = ["first direction between the class means", "second direction"], label = "Clips in a plane, Gaussians of the classes, borders between them";
      plane = M.plane(box, width, { label, height: width * 0.8, ...range, names, ticked: false });
      layer = M.put(plane.svg, "g");
      show();
    }

    function ground(learner) {
      const { x, y } = plane, columns = 60, rows = 48, places = [], paths = new Array(K).fill("");
      const [dx, dy] = [(range.x[1] - range.x[0]) / columns, (range.y[1] - range.y[0]) / rows];
      for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) places.push([range.x[0] + (c + 0.5) * dx, range.y[0] + (r + 0.5) * dy]);
      const [w, h] = [x(dx) - x(0) + 0.4, y(0) - y(dy) + 0.4];
      said(learner, places).forEach((k, i) => {
        const [a, b] = places[i];
        paths[k] += `M${x(a - dx / 2).toFixed(1)} ${y(b + dy / 2).toFixed(1)}h${w.toFixed(1)}v${h.toFixed(1)}h${(-w).toFixed(1)}Z`;
      });
      paths.forEach((d, k) => d && M.put(layer, "path", { d, fill: `var(--e${k})`, opacity: 0.2 }));
    }

    function show() {
      if (!plane) return;
      const learner = fit(data, orders[order].slice(0, seen), epsilon()), { x, y } = plane, called = said(learner, test.points);
      layer.replaceChildren();
      ground(learner);
      const clip = `mech-clip-${Math.random().toString(36).slice(2)}`;
      const inside = { x: x(range.x[0]), y: y(range.y[1]), width: x(range.x[1]) - x(range.x[0]), height: y(range.y[0]) - y(range.y[1]) };
      M.put(M.put(layer, "clipPath", { id: clip }), "rect", inside);
      test.points.forEach(([a, b], i) => {
        const k = test.labels[i], right = called[i] === k;
        M.put(layer, "path", { d: shapes[k], transform: `translate(${x(a)} ${y(b)})`, fill: right ? `var(--e${k})` : "none", stroke: `var(--e${k})`, "stroke-width": 1.4 });
      });
      const S = covariance(learner);
      for (let k = 0; k < K; k++) {
        if (!learner.n[k]) continue;
        const mean = [learner.mu[2 * k], learner.mu[2 * k + 1]];
        const points = ellipse(S, mean).map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(" ");
        M.put(layer, "polyline", { points, fill: "none", stroke: `var(--e${k})`, "stroke-width": 2.5, "clip-path": `url(#${clip})` });
        M.put(layer, "path", { d: shapes[k], transform: `translate(${x(mean[0])} ${y(mean[1])}) scale(1.9)`, fill: `var(--e${k})`, stroke: "var(--paper)" });
      }
      const matrix = F.confusion(test.labels, called, K), recalls = F.recalls(matrix);
      const words = emotions.map((word, k) => `${word} ${M.number(100 * recalls[k], 1)} %`).join(", ");
      const counts = emotions.map((word, k) => `${learner.n[k]} ${word}`).join(", ");
      say(`${seen} clips seen (${counts}), ε ${epsilon()}: UAR on test clips in this plane ${M.number(100 * F.uar(matrix), 1)} %; recalls: ${words}.`);
    }

    M.drawn(box, begin);
  }

  M.figures.gaussian_border = { title: "Gaussians and their border", fit, said, covariance, start };
})((globalThis.Mechanisms = globalThis.Mechanisms || {}));
