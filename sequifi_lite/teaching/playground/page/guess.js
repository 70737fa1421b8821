// Predict first: the curve that the reader expects, drawn with the pointer or moved by keys at nine places.
//
// new Playground.Guess()
//   .on                          is there something to draw?
//   .attach(owner, chart, total)   called by curves.js for every new background
//   .distance(points, i)         mean distance in points of UAR to the curve of corpus i
(function (P) {
  "use strict";

  const PLACES = 9;

  P.Guess = class Guess {
    constructor() {
      Object.assign(this, { on: false, open: true, values: null, views: new Map() });
    }

    begin() {
      Object.assign(this, { on: true, open: true, values: new Array(PLACES).fill(50) });
    }

    end() {
      Object.assign(this, { on: false, values: null });
      this.views.clear();
    }

    at(x) {
      const place = Math.max(0, Math.min(PLACES - 1, (x / this.total) * (PLACES - 1)));
      const left = Math.min(Math.floor(place), PLACES - 2);
      return this.values[left] + (place - left) * (this.values[left + 1] - this.values[left]);
    }

    distance(points, i) {
      return points.reduce((sum, { x, uars }) => sum + Math.abs(this.at(x) - uars[i]), 0) / points.length;
    }

    // Every chart shows the curve and can be drawn into; `owner` has one chart at a time.
    attach(owner, chart, total) {
      this.total = total;
      this.views.delete(owner);
      if (!this.on) return;
      const { svg, x, y } = chart, view = { chart };
      view.line = P.line(svg, [], "pg-guess");
      view.knobs = this.values.map((_, n) => {
        const step = Math.round((n * total) / (PLACES - 1));
        const label = P.say("Expected UAR of the new corpus at step {step}, in percent", { step });
        const knob = P.put(svg, "circle", { cx: x(step), r: 7, class: "pg-knob", role: "slider", "aria-label": label });
        knob.onkeydown = (event) => this.key(event, n);
        return knob;
      });
      const paper = { x: x(0) - 10, y: y(100), width: x(total) - x(0) + 20, height: y(0) - y(100), class: "pg-paper" };
      view.paper = P.put(svg, "rect", paper);
      view.paper.onpointerdown = (event) => {
        view.paper.setPointerCapture(event.pointerId);
        this.before = null;
        this.pull(event, chart);
      };
      view.paper.onpointermove = (event) => event.buttons && this.pull(event, chart);
      this.views.set(owner, view);
      this.show(view);
    }

    lock() {
      this.open = false;
      this.views.forEach((view) => this.show(view));
    }

    key(event, n) {
      const by = { ArrowUp: 5, ArrowDown: -5, PageUp: 20, PageDown: -20 }[event.key], goal = { Home: 0, End: 100 }[event.key];
      if (!this.open || (by === undefined && goal === undefined)) return;
      event.preventDefault();
      event.stopPropagation();
      this.values[n] = Math.max(0, Math.min(100, goal === undefined ? this.values[n] + by : goal));
      this.views.forEach((view) => this.show(view));
    }

    // All places between two events of a quick stroke are set.
    pull(event, chart) {
      if (!this.open) return;
      const { svg, x, y } = chart, box = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / box.width;
      const px = (event.clientX - box.left) * scale, py = (event.clientY - box.top) * scale;
      const here = { place: ((px - x(0)) / (x(this.total) - x(0))) * (PLACES - 1), value: (100 * (y(0) - py)) / (y(0) - y(100)) };
      const from = this.before || here;
      for (let n = 0; n < PLACES; n++) {
        const nearest = Math.round(here.place) === n, low = Math.min(from.place, here.place), high = Math.max(from.place, here.place);
        if (!nearest && (n < low || n > high)) continue;
        const share = high > low && !nearest ? (n - from.place) / (here.place - from.place) : 1;
        this.values[n] = Math.max(0, Math.min(100, from.value + share * (here.value - from.value)));
      }
      this.before = here;
      this.views.forEach((view) => this.show(view));
    }

    show({ chart: { x, y }, line, knobs, paper }) {
      const points = this.values.map((value, n) => [x((n * this.total) / (PLACES - 1)), y(value)]);
      line.setAttribute("points", points.map((point) => point.join()).join(" "));
      knobs.forEach((knob, n) => {
        knob.setAttribute("cy", points[n][1]);
        knob.setAttribute("tabindex", this.open ? 0 : -1);
        const all = { "aria-valuenow": Math.round(this.values[n]), "aria-valuemin": 0, "aria-valuemax": 100, "aria-disabled": !this.open };
        for (const key in all) knob.setAttribute(key, all[key]);
      });
      paper.style.display = this.open ? "" : "none";
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
