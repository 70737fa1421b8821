// Test clips in two dimensions that never change, coloured by what the model says; a ring is a wrong answer.
//
// new Playground.ClipMap(parent)   .reset(map, emotions, title)   map: {xy, truth}, see simulator.js
//                                  .draw(said)
(function (P) {
  "use strict";

  P.ClipMap = class ClipMap {
    constructor(parent) {
      const box = P.put(parent, "figure", { class: "pg-map" });
      this.canvas = P.put(box, "canvas", { role: "img" });
      this.legend = P.put(box, "figcaption");
      let width = 0;
      new ResizeObserver(() => {
        if (this.said && width !== this.canvas.clientWidth) this.draw(this.said);
        width = this.canvas.clientWidth;
      }).observe(this.canvas);
      this.redraw = () => this.said && this.draw(this.said);
    }

    reset(map, emotions, title) {
      Object.assign(this, { map, emotions, title, said: null });
      this.legend.replaceChildren();
      P.put(this.legend, "span", {}, P.say("Called: "));
      emotions.forEach((name, k) => {
        const word = P.put(this.legend, "span");
        P.put(word, "i", { class: `pg-key pg-fill${k}` });
        word.append(name);
      });
      P.put(this.legend, "span", {}, P.say("dot: right, ring: wrong"));
      const order = Array.from({ length: 2 }, (_, axis) => {
        const values = Array.from(map.truth, (_, n) => map.xy[2 * n + axis]).sort((a, b) => a - b);
        return [values[Math.floor(0.01 * values.length)], values[Math.ceil(0.99 * (values.length - 1))]];
      });
      this.range = order; // the farthest clips stand at the border
    }

    draw(said) {
      this.said = said;
      const { canvas, map, range, emotions } = this, { truth, xy } = map, ratio = window.devicePixelRatio || 1;
      const width = canvas.clientWidth || 300, height = 210, size = truth.length > 300 ? 2.6 : 4;
      if (canvas.width !== Math.round(width * ratio)) Object.assign(canvas, { width: Math.round(width * ratio), height: height * ratio });
      const brush = canvas.getContext("2d"), colours = emotions.map((_, k) => P.colour(canvas, `--e${k}`));
      brush.setTransform(ratio, 0, 0, ratio, 0, 0);
      brush.clearRect(0, 0, width, height);
      brush.lineWidth = 1.4;
      const at = (n, axis, room) => {
        const [low, high] = range[axis];
        return 8 + Math.max(0, Math.min(1, (xy[2 * n + axis] - low) / (high - low))) * (room - 16);
      };
      const counts = emotions.map(() => 0);
      truth.forEach((k, n) => {
        counts[said[n]]++;
        brush.beginPath();
        brush.arc(at(n, 0, width), at(n, 1, height), size, 0, 7);
        if (said[n] === k) {
          brush.fillStyle = colours[said[n]];
          brush.fill();
        } else {
          brush.strokeStyle = colours[said[n]];
          brush.stroke();
        }
      });
      const words = P.list(emotions.map((name, k) => `${counts[k]} ${name}`));
      canvas.setAttribute("aria-label", P.say("Map of {n} test clips of {title}; called: {words}", { n: truth.length, title: this.title, words }));
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
