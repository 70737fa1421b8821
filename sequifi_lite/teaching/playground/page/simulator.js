// Trains what the page asks for and says what came of it. Runs in the worker, or in the page where there is none.
//
// new Playground.Simulator(post)   post(message) is called with answers
//   .receive(message)
//     {kind: "records", records}                     corpora, as their files handed them over
//     {kind: "start", token, chain, lanes: [settings of Forgetting.Trainer], order: [per lane]}
//         -> {kind: "ready", token, emotions, maps: {corpus: {xy, truth}}} and the first frame
//     {kind: "next", token, steps, budget}           so many steps of every lane, fewer where ms run out
//         -> {kind: "frame", token, lanes: [{x, done, number, corpus, stage, loss, points: new ones since the last
//            frame [{x, uars: [per corpus, %]}], matrices: [per corpus], biases, said: [per corpus]}]}
//     {kind: "fan", token, chain, settings}          -> 24 times {kind: "order", order, points, finals: [per corpus]}
(function (P) {
  "use strict";

  const POINTS = 50; // of a curve

  // Where a run stands on the axis of steps; a longer training (joint) is drawn as long as the others.
  function place(run) {
    const T = run.settings.steps, { number, t, steps, ended } = run;
    return number === 0 ? 0 : (number - 1) * T + (ended ? T : (T * t) / steps);
  }

  function evaluate(run, problem) {
    const said = problem.corpora.map((name) => run.said(problem.parts[name].test));
    const K = problem.emotions.length;
    const matrices = problem.corpora.map((name, i) =>
      Forgetting.confusion(Array.from(problem.parts[name].test, (row) => problem.y[row]), said[i], K));
    return { said, matrices, uars: matrices.map((matrix) => 100 * Forgetting.uar(matrix)) };
  }

  // Clips in two dimensions that never change: along the main directions between the class means of a corpus.
  function map(problem, name) {
    const { X, y, inputs: d, emotions } = problem, { train, test } = problem.parts[name], K = emotions.length;
    const means = Array.from({ length: K }, () => new Float64Array(d));
    for (const row of train) {
      const rows = Forgetting.ofClass(train, y, y[row]).length;
      for (let i = 0; i < d; i++) means[y[row]][i] += X[row * d + i] / rows;
    }
    const centre = means[0].map((_, i) => means.reduce((sum, mean) => sum + mean[i] / K, 0));
    const off = means.map((mean) => mean.map((value, i) => value - centre[i]));
    // Main directions of K points from their K x K products: d x d numbers are not needed.
    const products = off.flatMap((a) => off.map((b) => a.reduce((sum, value, i) => sum + value * b[i], 0)));
    const { axes: shares, values } = Forgetting.principalAxes(products, K, 2);
    const axes = [0, 1].map((a) => centre.map((_, i) =>
      off.reduce((sum, mean, k) => sum + (mean[i] * shares[a * K + k]) / Math.sqrt(values[a]), 0)));
    const xy = new Float32Array(2 * test.length);
    test.forEach((row, n) => {
      for (let i = 0; i < d; i++) {
        xy[2 * n] += (X[row * d + i] - centre[i]) * axes[0][i];
        xy[2 * n + 1] += (X[row * d + i] - centre[i]) * axes[1][i];
      }
    });
    return { xy, truth: Uint8Array.from(test, (row) => y[row]) };
  }

  P.Simulator = class Simulator {
    constructor(post) {
      Object.assign(this, { post, known: {}, problems: new Map(), lanes: [], token: 0 });
    }

    receive(message) {
      try {
        this[message.kind](message);
      } catch (error) {
        this.post({ kind: "error", token: message.token, text: error.message });
      }
    }

    records({ records }) {
      Object.assign(this.known, records);
    }

    problem(chain) {
      const key = chain.join();
      if (!this.problems.has(key)) {
        this.problems.clear(); // one chain at a time: coordinates of all five are 5 MB
        this.problems.set(key, Forgetting.problem(chain, this.known));
      }
      return this.problems.get(key);
    }

    start({ token, chain, lanes }) {
      this.token = token;
      const problem = this.problem(chain);
      this.lanes = lanes.map((settings) => {
        const run = new Forgetting.Trainer(problem, settings);
        return { run, every: Math.max(1, Math.round(((chain.length - 1) * settings.steps) / POINTS)), count: 0, points: [] };
      });
      const maps = Object.fromEntries(chain.map((name) => [name, map(problem, name)]));
      this.post({ kind: "ready", token, emotions: problem.emotions, maps });
      this.lanes.forEach((lane) => this.mark(lane));
      this.frame();
    }

    mark(lane) {
      lane.last = evaluate(lane.run, lane.run.problem);
      lane.last.count = lane.count;
      lane.points.push({ x: place(lane.run), uars: lane.last.uars });
    }

    next({ token, steps, budget }) {
      if (token !== this.token) return;
      const end = Date.now() + budget;
      for (let n = 0; n < steps && this.lanes.some(({ run }) => !run.done); n++) {
        this.lanes.forEach((lane) => this.advance(lane));
        // A point that has been evaluated is a frame at no cost.
        if (Date.now() > end && this.lanes.every((lane) => lane.last.count === lane.count)) break;
      }
      this.frame();
    }

    // A step of joint training is a small one: several go into one.
    advance(lane) {
      const { run } = lane, from = place(run);
      if (run.done) return;
      do {
        run.step();
        lane.count++;
      } while (!run.ended && place(run) < from + 1 - 1e-9);
      if (run.ended || Math.round(place(run)) % lane.every === 0) this.mark(lane);
    }

    frame() {
      const lanes = this.lanes.map((lane) => {
        if (lane.last.count !== lane.count) lane.last = { ...evaluate(lane.run, lane.run.problem), count: lane.count };
        const { said, matrices, uars } = lane.last, { number, corpus, stage, loss } = lane.run.state();
        const points = lane.points.splice(0);
        const biases = Array.from(lane.run.biases());
        return { x: place(lane.run), done: lane.run.done, number, corpus, stage, loss, points, matrices, uars, biases, said };
      });
      this.post({ kind: "frame", token: this.token, lanes });
    }

    fan({ token, chain, settings }) {
      this.token = token;
      const problem = this.problem(chain), orders = Forgetting.allOrders(problem.emotions.length);
      const target = chain.length - 1, rows = problem.parts[chain[target]].test;
      const marks = Math.max(1, Math.round((target * settings.steps) / (rows.length > 200 ? 8 : 20))), truth = Array.from(rows, (row) => problem.y[row]);
      const one = () => {
        if (token !== this.token) return;
        const order = orders.shift(), run = new Forgetting.Trainer(problem, { ...settings, order }), points = [];
        const mark = () => {
          const matrix = Forgetting.confusion(truth, run.said(rows), problem.emotions.length);
          points.push({ x: place(run), uar: 100 * Forgetting.uar(matrix) });
        };
        for (mark(); run.step(); ) if (run.ended || Math.round(place(run)) % marks === 0) mark();
        const finals = problem.corpora.map((name) => 100 * Forgetting.uar(run.confusion(name)));
        this.post({ kind: "order", token, order, points, finals, left: orders.length });
        if (orders.length) setTimeout(one, 0);
      };
      one();
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
