// Play, pause, step: asks the simulator for the next frame when the browser is about to draw, never earlier.
//
// new Playground.Player(send, {calm})   calm: few frames, for readers who want little to move
//   .begin(token, speed)    a run that stands at its beginning
//   .play() .pause() .step(n)
//   .heard({done})          its frame has arrived
//   .playing, .change       change() is called when playing begins or ends
(function (P) {
  "use strict";

  const BUDGET = 24, CALM = 400; // ms of training in a frame

  P.Player = class Player {
    constructor(send, { calm = () => false, change = () => {} } = {}) {
      Object.assign(this, { send, calm, change, playing: false, waiting: false, done: false, token: 0 });
    }

    begin(token) {
      Object.assign(this, { token, waiting: true, done: false, owed: 0, time: null });
    }

    play() {
      if (this.playing || this.done) return;
      Object.assign(this, { playing: true, time: null, owed: 1 });
      this.change();
      this.ask();
    }

    pause() {
      if (!this.playing) return;
      this.playing = false;
      this.change();
    }

    step(n = 1) {
      this.pause();
      if (this.done || this.waiting) return;
      this.next(n, 10000);
    }

    next(steps, budget) {
      this.waiting = true;
      this.send({ kind: "next", token: this.token, steps, budget });
    }

    ask() {
      if (this.frame) return;
      this.frame = requestAnimationFrame((time) => {
        this.frame = null;
        if (!this.playing) return;
        const calm = this.calm(), rate = P.SPEEDS[this.speed];
        if (this.time !== null) this.owed += (Math.min(time - this.time, 100) / 1000) * rate;
        this.time = time;
        const steps = calm || rate === Infinity ? 1e6 : Math.floor(this.owed);
        if (!this.waiting && steps >= 1) {
          this.owed = rate === Infinity ? 0 : Math.max(0, this.owed - steps);
          this.next(steps, calm ? CALM : BUDGET);
        }
        this.ask();
      });
    }

    heard({ done }) {
      this.waiting = false;
      this.done = done;
      if (done) this.pause();
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
