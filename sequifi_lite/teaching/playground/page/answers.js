// What the page does when the simulator answers: see simulator.js for the messages.
//
// Playground.App   gains .hear(message), .say() to screen readers, .judge() of a prediction, .remember() of what was tried
(function (P) {
  "use strict";

  Object.assign(P.App.prototype, {
    hear(message) {
      if (message.token !== this.token) return;
      this[`on_${message.kind}`](message);
    },

    on_error({ text }) {
      this.player.pause();
      this.note.textContent = text;
    },

    on_ready({ emotions, maps }) {
      const words = emotions.map(P.emotion);
      this.lanes.slice(0, this.running.length).forEach((panel) => panel.ready(words, maps, this.looked));
    },

    on_frame(frame) {
      this.frame = frame;
      frame.lanes.forEach((lane, i) => this.lanes[i].update(lane));
      this.player.heard({ done: frame.lanes.every(({ done }) => done) });
      if (this.stepAtFirst) {
        this.stepAtFirst = false;
        this.player.step();
      } else if (this.player.done || this.single) this.say();
      if (this.player.done) {
        this.judge();
        this.remember();
      }
      this.buttons();
      this.onframe(frame);
    },

    on_order(message) {
      const words = this.fan.add(message);
      if (words) this.live.textContent = words;
      if (words) this.onorders(words);
    },

    say() {
      this.single = false;
      this.live.textContent = this.lanes.slice(0, this.running.length)
        .map((panel) => `${panel.title.textContent}. ${panel.sentence()}`).join(" ");
    },

    remember() {
      const { chain, seed } = this.state;
      this.running.forEach((lane, i) => {
        const { points } = this.lanes[i];
        this.tried.add({ chain, seed, lane, before: points[0].uars, uars: this.frame.lanes[i].uars });
      });
    },

    judge() {
      if (!this.guess.on) return;
      const last = this.state.chain.length - 1, name = P.CORPORA[this.state.chain[last]].title;
      const [first, second] = this.running.map((_, i) => P.percent(this.guess.distance(this.lanes[i].points, last)));
      this.note.textContent = second === undefined
        ? P.say("Your curve for {name} is {first} points away, on average.", { name, first })
        : P.say("Your curve for {name} is {first} (first learner), {second} (second) points away, on average.", { name, first, second });
      this.live.textContent += ` ${this.note.textContent}`;
    },
  });
})((globalThis.Playground = globalThis.Playground || {}));
