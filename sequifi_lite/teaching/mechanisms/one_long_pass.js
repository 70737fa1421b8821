// Two networks at every step of training on one corpus: one emotion at a time, and all in every batch.
// Losses of the four stages, biases and logits, side by side.
//
// data: what long_pass of long_pass.py returns: {emotions, order, steps: [P], learners: [{title, biases: [P][K],
//       losses: [P][K], logits: [P][K][K], shares: [P][K]}]}; stages of equal length
(function (M) {
  "use strict";

  const short = (word) => word.slice(0, 3);

  // Where a step lies: the number of its stage, from 0; before the first step there is none.
  function stageAt(data, step) {
    const total = data.steps[data.steps.length - 1], K = data.order.length;
    return step === 0 ? null : Math.min(K - 1, Math.floor(((step - 1) * K) / total));
  }

  class Panel {
    constructor(parent, data, learner, most) {
      Object.assign(this, { data, learner, most });
      const box = M.put(parent, "section"), { emotions } = data;
      M.put(box, "p", { class: "mech-title" }, learner.title);
      const chart = M.put(box, "div");
      this.numbers = this.table(box, "Stage by stage", ["emotion", "loss", "bias", "answers"], emotions);
      this.logits = this.table(box, "Mean logits of test clips", ["clips of", ...emotions.map(short)], emotions);
      M.drawn(chart, (width) => this.chart(chart, width));
    }

    table(parent, title, heads, rows) {
      const table = M.put(parent, "table"), head = M.put(M.put(table, "thead"), "tr"), body = M.put(table, "tbody");
      table.createCaption().textContent = title;
      heads.forEach((word) => M.put(head, "th", { scope: "col" }, word));
      return rows.map((word) => {
        const row = M.put(body, "tr");
        M.put(row, "th", { scope: "row" }, word);
        return heads.slice(1).map(() => M.put(row, "td"));
      });
    }

    // Loss on the clips of each emotion over the steps; the coloured ground is the emotion being trained.
    chart(parent, width) {
      const { data, learner, most } = this, total = data.steps[data.steps.length - 1], K = data.order.length;
      const names = ["training step", "loss on clips of"], label = `Losses of the stages: ${learner.title}`;
      const plane = M.plane(parent, width, { label, height: 210, x: [0, total], y: [0, most], names, right: 74 });
      const { svg, x, y } = plane;
      if (learner === data.learners[0])
        data.order.forEach((k, j) => {
          const at = { x: x((j * total) / K), y: y(most), width: x(total / K) - x(0), height: y(0) - y(most) };
          svg.prepend(M.put(svg, "rect", { ...at, fill: `var(--e${k})`, opacity: 0.14 }));
        });
      const ends = data.emotions.map((word, k) => {
        const points = data.steps.map((step, i) => `${x(step).toFixed(1)},${y(learner.losses[i][k]).toFixed(1)}`);
        const dash = ["", "7 3", "2 3", "9 3 2 3"][k];
        const look = { fill: "none", stroke: `var(--e${k})`, "stroke-width": 2, "stroke-dasharray": dash };
        M.put(svg, "polyline", { points: points.join(" "), ...look });
        return { word, k, at: y(learner.losses[data.steps.length - 1][k]) + 4 };
      });
      ends.sort((a, b) => b.at - a.at).forEach((end, i) => {
        if (i) end.at = Math.min(end.at, ends[i - 1].at - 14);
        M.put(svg, "text", { x: x(total) + 6, y: end.at, style: `fill: var(--e${end.k})` }, end.word);
      });
      this.cursor = M.put(svg, "line", { y1: y(0), y2: y(most), class: "mech-line" });
      this.x = x;
      this.move();
    }

    move() {
      if (this.i === undefined) return;
      const at = this.x(this.data.steps[this.i]);
      this.cursor.setAttribute("x1", at);
      this.cursor.setAttribute("x2", at);
    }

    show(i) {
      const { data, learner } = this, span = learner.logits[i].flat(), big = Math.max(...span.map(Math.abs));
      this.i = i;
      this.move();
      const stage = stageAt(data, data.steps[i]), now = stage === null ? null : data.order[stage];
      data.emotions.forEach((_, k) => {
        const [loss, bias, share] = this.numbers[k];
        loss.textContent = M.number(learner.losses[i][k], 3);
        bias.textContent = M.number(learner.biases[i][k], 3);
        share.textContent = `${M.number(100 * learner.shares[i][k], 0)} %`;
        const part = Math.min(100, (100 * learner.losses[i][k]) / this.most);
        loss.style.background = `linear-gradient(90deg, var(--wrong) ${part}%, var(--rise) ${part}%)`;
        share.style.background = `linear-gradient(90deg, var(--right) ${100 * learner.shares[i][k]}%, var(--rise) 0)`;
        const marked = k === now && learner === data.learners[0];
        this.numbers[k][0].parentElement.style.fontWeight = marked ? 700 : "";
        this.numbers[k][0].parentElement.style.outline = marked ? "2px solid var(--ink)" : "";
        this.logits[k].forEach((cell, j) => {
          const z = learner.logits[i][k][j], colour = k === j ? "--right" : "--wrong";
          cell.textContent = M.number(z, 1);
          cell.style.background = `color-mix(in srgb, var(${colour}) ${Math.max(0, (100 * z) / big)}%, var(--rise))`;
        });
      });
    }
  }

  M.figures.one_long_pass = {
    title: "One long pass, step by step",
    stageAt,
    start({ controls, picture, say }, data) {
      const last = data.steps.length - 1, most = Math.ceil(Math.max(...data.learners.flatMap(({ losses }) => losses.flat())));
      const slider = M.slider(controls, "Step", { min: 0, max: last, step: 1, value: 0 }, (i) => data.steps[i], (i) => show(i));
      const stop = M.player(controls, { last, jump: Math.ceil(last / data.order.length), pause: 80, at: () => at, show });
      const panels = M.put(picture, "div", { class: "mech-panels" });
      const sides = data.learners.map((learner) => new Panel(panels, data, learner, most));
      let at = 0;

      function show(i, moving = false) {
        at = i;
        slider.show(i);
        sides.forEach((side) => side.show(i));
        const stage = stageAt(data, data.steps[i]), words = data.emotions;
        const list = (values, digits) => values.map((value, k) => `${words[k]} ${M.number(value, digits)}`).join(", ");
        const where = stage === null ? "Before training" : `Step ${data.steps[i]}, stage of ${words[data.order[stage]]}`;
        say(`${where}. ${data.learners.map(({ title, losses, biases }) =>
          `${title}: loss on ${list(losses[i], 3)}; biases ${list(biases[i], 2)}`).join(". ")}.`, moving);
      }

      slider.input.addEventListener("input", stop);
      show(0);
    },
  };
})((globalThis.Mechanisms = globalThis.Mechanisms || {}));
