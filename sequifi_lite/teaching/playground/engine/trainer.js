// One learner on a chain of corpora, step by step: the loop of sequifi_lite.learning, one run of it.
//
// new Forgetting.Trainer(problem, settings)   problem: see data.js; settings, each with a default:
//     learner ("vanilla")   a name of Forgetting.LEARNERS; its own numbers stand beside it (perClass, lam, ...)
//     stream ("shuffled")   "shuffled", "balanced" or "class by class", with order, cycles, reset, sees (schedules.js)
//     steps (200)           updates per corpus; for "class by class" also an array of stage lengths
//     lr (1e-3), optimiser ("adam"), seed (0)
//   .step()      one update -> what `state` gives; null when the chain has been learnt
//   .run()       all that is left; -> the last state
//   .state()     {corpus, number, step, steps, stage, loss, ended, done}: number counts the chain from 1;
//                ended: the corpus has just been learnt; done: so has the chain
//   .logits(rows), .said(rows)        what the learner says of rows: Float64Array (n, K), Uint8Array (n)
//   .confusion(corpus, part)          K x K, part "test" unless given
//   .biases()                         Float64Array (K): of the output layer
//   .theta, .grad, .schedule, .mlp    weights, last gradient, what is seen (schedules.js), the network (mlp.js)
(function (F) {
  "use strict";

  const DEFAULTS = { learner: "vanilla", stream: "shuffled", steps: 200, lr: 1e-3, optimiser: "adam", seed: 0 };

  F.Trainer = class Trainer {
    constructor(problem, settings = {}) {
      this.settings = { ...DEFAULTS, ...settings };
      const { learner, optimiser, lr, seed } = this.settings;
      if (!F.LEARNERS[learner]) throw new Error(`There is no learner ${learner}.`);
      Object.assign(this, { problem, lr, seed, number: 0, t: 0, loss: NaN, ended: true, schedule: null });
      this.mlp = new F.MLP(problem.inputs, problem.hidden, problem.emotions.length);
      this.theta = Float64Array.from(problem.theta0);
      this.grad = new Float64Array(this.mlp.size);
      this.optimiser = F.OPTIMISERS[optimiser](this.mlp.size);
      this.learner = new F.LEARNERS[learner](this.settings);
      this.learner.afterCorpus(this, 0);
    }

    get steps() {
      return this.schedule ? this.schedule.stage.length : 0;
    }

    get done() {
      return this.ended && this.number === this.problem.corpora.length - 1;
    }

    // Vanilla's stream of the present corpus, or what the settings ask for.
    plain() {
      const { problem, settings, seed } = this, rows = problem.parts[problem.corpora[this.number]].train;
      if (settings.stream === "class by class")
        return F.classByClass(rows, problem.y, settings.order, settings);
      if (settings.stream === "balanced") return F.balanced(rows, problem.y, settings.steps, seed);
      return F.shuffled(rows, settings.steps, seed);
    }

    begin() {
      this.number++;
      Object.assign(this, { t: 0, loss: NaN, ended: false });
      this.schedule = this.learner.schedule(this.plain(), this);
      if (this.schedule) this.learner.beforeCorpus(this);
    }

    // Rows of this step: all of them, the stream's (0) or the memory's (1).
    batch(part) {
      const { rows, width, parts } = this.schedule, start = this.t * width;
      if (part === undefined) return rows.subarray(start, start + width);
      const from = start + (part === 1 ? parts[0] : 0);
      return rows.subarray(from, from + parts[part]);
    }

    step() {
      if (this.done) return null;
      if (this.ended) this.begin();
      if (this.schedule) this.update();
      if (this.t === this.steps) {
        this.learner.afterCorpus(this, this.number);
        this.ended = true;
      }
      return this.state();
    }

    update() {
      if (this.t === 0 || this.schedule.reset[this.t]) this.optimiser.reset();
      this.grad.fill(0);
      this.loss = this.learner.gradient(this);
      this.learner.bend(this);
      this.optimiser.step(this.theta, this.grad, this.lr);
      this.learner.afterStep(this);
      this.t++;
    }

    run() {
      while (!this.done) this.step();
      return this.state();
    }

    state() {
      const { number, t, steps, loss, ended, done, problem } = this;
      const stage = this.schedule ? this.schedule.stage[t - 1] : 0;
      return { corpus: problem.corpora[number], number, step: t, steps, stage, loss, ended, done };
    }

    logits(rows) {
      return this.learner.logits(this, rows);
    }

    said(rows) {
      return F.argmax(this.logits(rows), this.mlp.classes);
    }

    confusion(corpus, part = "test") {
      const rows = this.problem.parts[corpus][part], { y } = this.problem;
      return F.confusion(Array.from(rows, (row) => y[row]), this.said(rows), this.mlp.classes);
    }

    biases() {
      return this.theta.slice(this.mlp.b2);
    }
  };
})((globalThis.Forgetting = globalThis.Forgetting || {}));
