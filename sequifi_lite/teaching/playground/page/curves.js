// UAR of every corpus over the steps, and over it the curve that the reader expects for the last one.
//
// new Playground.Curves(parent, guess)   guess: see guess.js
//   .reset({chain, lane, total, title})  total: steps on the axis
//   .draw(points)                        [{x, uars: [per corpus, %]}]
(function (P) {
  "use strict";

  P.Curves = class Curves {
    constructor(parent, guess) {
      Object.assign(this, { box: P.put(parent, "div", { class: "pg-chart" }), guess, points: [] });
      let width = 0;
      new ResizeObserver(() => {
        if (this.what && width !== this.box.clientWidth) this.draw(this.points, true);
        width = this.box.clientWidth;
      }).observe(this.box);
    }

    reset(what) {
      this.what = what;
      this.frame = null;
      this.draw([], true);
    }

    // What stays while a run goes on.
    background() {
      const { chain, lane, total, title } = this.what, labels = 74;
      const chart = P.chart(this.box, P.say("UAR over training steps: {title}", { title }), [0, total], 250, labels);
      const { svg, x, y } = chart;
      chain.slice(1).forEach((name, i) => {
        const from = i * lane.steps;
        if (i) P.put(svg, "line", { x1: x(from), x2: x(from), y1: y(0), y2: y(100), class: "pg-border" });
        if (!P.STREAMS[lane.stream].stages || P.LEARNERS[lane.learner].free || lane.passes > 1 || chain.length > 2) return;
        lane.order.forEach((k, j) => {
          const [a, b] = [j, j + 1].map((stage) => x(from + (stage * lane.steps) / 4));
          const at = { x: a, y: y(100), width: b - a, height: y(0) - y(100), class: `pg-stage pg-fill${k}` };
          svg.prepend(P.put(svg, "rect", at));
          P.put(svg, "text", { x: (a + b) / 2, y: y(0) - 4, "text-anchor": "middle", class: "pg-small" }, this.word(k, b - a));
        });
      });
      chart.lines = P.put(svg, "g");
      this.frame = chart;
      this.guess.attach(this, chart, total);
    }

    word(k, room) {
      const word = Object.values(P.EMOTIONS)[k];
      return room < 60 ? P.short(word) : word;
    }

    draw(points, anew = false) {
      this.points = points;
      if (anew || !this.frame) this.background();
      const { lines, x, y } = this.frame, { chain } = this.what, labels = [];
      lines.replaceChildren();
      chain.forEach((name, i) => {
        P.line(lines, points.map((point) => [x(point.x), y(point.uars[i])]), `pg-line pg-corpus${i}`);
        const last = points[points.length - 1];
        if (last) labels.push({ i, name, right: x(last.x), at: y(last.uars[i]), value: last.uars[i] });
      });
      const gap = 13, top = y(100), bottom = y(0);
      P.spread(labels, gap).forEach((label, number) => {
        label.at = Math.max(top, Math.min(label.at, bottom - gap * (labels.length - 1 - number)));
        P.put(lines, "circle", { cx: label.right, cy: y(label.value), r: 3, class: `pg-dot${label.i}` });
        P.put(lines, "text", { x: label.right + 6, y: label.at + 4, class: `pg-name${label.i}` }, P.CORPORA[label.name].title);
      });
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
