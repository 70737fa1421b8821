// All 24 orders of four emotions at once: the last corpus's curves, the best and the worst named.
//
// new Playground.Fan(parent)   .reset(chain, settings, emotions)   .add({order, points, finals, left}) -> its words when all are there
(function (P) {
  "use strict";

  P.Fan = class Fan {
    constructor(parent) {
      this.box = P.put(parent, "section", { class: "pg-fan", hidden: "", "aria-label": P.say("All 24 orders") });
      P.put(this.box, "h2", {}, P.say("All 24 orders"));
      this.chart = P.put(this.box, "div", { class: "pg-chart" });
      this.words = P.put(this.box, "p");
      let width = 0;
      new ResizeObserver(() => {
        if (this.runs && width !== this.chart.clientWidth) this.draw();
        width = this.chart.clientWidth;
      }).observe(this.chart);
    }

    close() {
      this.box.hidden = true;
      this.runs = null;
    }

    reset(chain, settings, emotions) {
      Object.assign(this, { chain, settings, emotions, runs: [] });
      this.box.hidden = false;
      this.words.textContent = P.say("Training the first order…");
      this.draw();
    }

    add(run) {
      this.runs.push(run);
      this.draw();
      this.words.textContent = run.left ? P.say("{done} of 24 orders trained…", { done: this.runs.length }) : this.summary();
      return run.left ? null : this.words.textContent;
    }

    ranked() {
      const score = ({ finals }) => finals[finals.length - 1];
      return this.runs.slice().sort((a, b) => score(b) - score(a));
    }

    name({ order }) {
      return P.list(order.map((k) => this.emotions[k]));
    }

    summary() {
      const [best, ...rest] = this.ranked(), worst = rest[rest.length - 1], last = best.finals.length - 1;
      const mean = (i) => P.percent(this.runs.reduce((sum, { finals }) => sum + finals[i], 0) / this.runs.length);
      return P.say(
        "{title} ends between {low} % ({worst}) and {high} % ({best}), mean of the orders {mean} %; {first}, mean {other} %.", {
          title: P.CORPORA[this.chain[last]].title, first: P.CORPORA[this.chain[0]].title, mean: mean(last), other: mean(0),
          low: P.percent(worst.finals[last]), high: P.percent(best.finals[last]), worst: this.name(worst), best: this.name(best),
        });
    }

    draw() {
      const total = (this.chain.length - 1) * this.settings.steps, ranked = this.ranked();
      const { svg, x, y } = P.chart(this.chart, P.say("UAR of the new corpus under 24 orders"), [0, total], 240, 74);
      const end = ranked.length - 1;
      ranked.slice().reverse().forEach((run) => {
        const name = run === ranked[0] ? "pg-best" : run === ranked[end] ? "pg-worst" : "pg-one";
        P.line(svg, run.points.map((point) => [x(point.x), y(point.uar)]), `pg-line ${name}`);
      });
      if (end < 1) return;
      const at = (run) => y(run.points[run.points.length - 1].uar);
      const labels = [[P.say("best"), ranked[0], "pg-name0"], [P.say("worst"), ranked[end], "pg-name1"]];
      P.spread(labels.map(([text, run, name]) => ({ text, name, at: at(run) })), 13)
        .forEach((label) => P.put(svg, "text", { x: x(total) + 6, y: label.at + 4, class: label.name }, label.text));
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
