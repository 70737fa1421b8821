// All that is seen of one learner: title, curves, matrices, map, biases, the book's number.
//
// new Playground.Lane(parent, guess)
//   .reset({chain, lane, total, title})
//   .ready(emotions, maps)        .update(of a frame)        .look(corpus)
//   .points                       all so far
(function (P) {
  "use strict";

  P.Lane = class Lane {
    constructor(parent, guess) {
      this.box = P.put(parent, "section", { class: "pg-lane" });
      this.title = P.put(this.box, "h2");
      this.state = P.put(this.box, "p", { class: "pg-state" });
      this.curves = new P.Curves(this.box, guess);
      this.results = P.put(this.box, "div", { class: "pg-results" });
      this.matrixBox = P.put(this.results, "div", { class: "pg-matrices" });
      const side = P.put(this.results, "div", { class: "pg-side" });
      this.mapTitle = P.put(side, "h3");
      this.map = new P.ClipMap(side);
      this.biases = new P.Biases(side);
      this.book = P.put(this.box, "details", { class: "pg-book" });
      P.put(this.book, "summary", {}, P.say("The book’s number for this"));
      this.bookText = P.put(this.book, "div");
    }

    reset(what) {
      Object.assign(this, { what, points: [], last: null, maps: null, matrices: [] });
      const { chain, lane, title } = what;
      this.title.textContent = title;
      this.box.setAttribute("aria-label", title);
      this.state.textContent = P.say("Not trained yet.");
      this.results.hidden = true;
      this.matrixBox.replaceChildren();
      this.curves.reset(what);
      this.bookText.replaceChildren();
      const found = P.bookFor(chain, lane);
      if (!found.length) found.push(P.say("The book’s tables of pairs have no run like this one."));
      for (const text of found) P.put(this.bookText, "p", {}, text);
    }

    ready(emotions, maps, corpus) {
      Object.assign(this, { emotions, maps });
      this.results.hidden = false;
      this.matrices = this.what.chain.map(() => new P.Matrix(this.matrixBox));
      this.look(corpus);
    }

    look(corpus) {
      this.looked = this.what.chain.indexOf(corpus);
      const { title } = P.CORPORA[corpus];
      this.mapTitle.textContent = P.say("Test clips of {title}", { title });
      if (!this.maps) return;
      this.map.reset(this.maps[corpus], this.emotions, title);
      if (this.last) this.map.draw(this.last.said[this.looked]);
    }

    // The emotion trained last so far, where emotions come one at a time.
    lastClass({ stage, number }) {
      const { lane } = this.what, staged = P.STREAMS[lane.stream].stages && !P.LEARNERS[lane.learner].free;
      return staged && number > 0 && stage !== undefined ? lane.order[stage % lane.order.length] : null;
    }

    update(frame) {
      const { chain, lane } = this.what;
      this.last = frame;
      this.points.push(...frame.points);
      const now = { x: frame.x, uars: frame.uars }, ends = this.points[this.points.length - 1];
      const points = ends && ends.x === now.x && !frame.done ? this.points : [...this.points, now];
      this.curves.draw(points);
      const last = this.lastClass(frame);
      this.matrices.forEach((matrix, i) => matrix.show(P.CORPORA[chain[i]].title, this.emotions, frame.matrices[i], last));
      this.map.draw(frame.said[this.looked]);
      this.biases.show(this.emotions, lane.learner === "slda" ? null : frame.biases);
      this.state.textContent = this.sentence();
    }

    // What a screen reader is told, too.
    sentence() {
      const frame = this.last, { chain, lane } = this.what;
      if (!frame) return "";
      const score = (name, i) => {
        const said = `${P.CORPORA[name].title} ${P.percent(frame.uars[i])} %`;
        return frame.done ? P.say("{score} (before: {first} %)", { score: said, first: P.percent(this.points[0].uars[i]) }) : said;
      };
      const scores = P.list(chain.map(score));
      const last = this.lastClass(frame), matrix = frame.matrices[Math.max(1, frame.number)];
      let text = frame.done ? P.say("Trained: UAR {scores}.", { scores })
        : frame.number ? P.say("Step {step}: UAR {scores}.", { step: Math.round(frame.x), scores })
          : P.say("Before training: UAR {scores}.", { scores });
      if (last !== null && frame.number) {
        const all = matrix.flat().reduce((a, b) => a + b, 0), share = (100 * matrix.reduce((sum, row) => sum + row[last], 0)) / all;
        const { title } = P.CORPORA[chain[frame.number]], emotion = this.emotions[last];
        text += ` ${P.say("{share} % of the answers on {title} are {emotion}, the last one shown.", { share: P.percent(share), title, emotion })}`;
      }
      if (Number.isNaN(frame.loss) || lane.learner === "slda" || !frame.number) return text;
      return `${text} ${P.say("Loss {loss}.", { loss: P.decimal(frame.loss.toFixed(3)) })}`;
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
