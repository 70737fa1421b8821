// Gaussian replay: of a class that is over, keep a Gaussian and train on draws from it.
//
// gaussian-seen:   classes of the corpus being learnt whose stage is over
// gaussian-replay: all classes of the corpora before
// gaussian-both:   both; {rank (8): axes of a Gaussian}
//
// Forgetting.gaussians(problem, rows, rank)   -> [{k, mu (d), axes: F (r * d), sigma (d)}] by class:
//     x = mu + z F + sigma e with z, e standard normal
(function (F) {
  "use strict";

  function gaussian(problem, rows, k, rank) {
    const { X, inputs: d } = problem, n = rows.length, mu = new Float64Array(d);
    for (const row of rows) for (let i = 0; i < d; i++) mu[i] += X[row * d + i] / n;
    const S = new Float64Array(d * d), residual = new Float64Array(d);
    for (const row of rows) {
      for (let i = 0; i < d; i++) residual[i] = X[row * d + i] - mu[i];
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++) S[i * d + j] += (residual[i] * residual[j]) / Math.max(n - 1, 1);
    }
    const found = F.principalAxes(S, d, Math.min(rank, n)), r = found.values.length;
    const axes = found.axes.map((value, at) => value * Math.sqrt(Math.max(found.values[Math.floor(at / d)], 0)));
    const sigma = mu.map((_, i) => {
      let left = S[i * d + i];
      for (let a = 0; a < r; a++) left -= axes[a * d + i] ** 2;
      return Math.sqrt(Math.max(left, 0));
    });
    return { k, mu, axes, sigma };
  }

  F.gaussians = function (problem, rows, rank) {
    return F.classesOf(rows, problem.y).map((k) => gaussian(problem, F.ofClass(rows, problem.y, k), k, rank));
  };

  class GaussianReplay extends F.Method {
    constructor({ rank = 8 }) {
      super();
      Object.assign(this, { rank, kept: [], past: true, seen: false });
    }

    of(run, number) {
      return F.gaussians(run.problem, run.problem.parts[run.problem.corpora[number]].train, this.rank);
    }

    afterCorpus(run, number) {
      if (this.past) this.kept = this.kept.concat(this.of(run, number));
    }

    // Which Gaussians are at hand in every stage: of past corpora, and of classes shown before and not now.
    schedule(plain, run) {
      const own = this.seen ? this.of(run, run.number) : [], over = new Set();
      this.draws = new F.TorchGenerator(new F.Generator([run.seed, run.number]).below(2 ** 31 - 1));
      let start = 0;
      this.hands = F.ends(plain).map((end) => {
        const rows = plain.rows.subarray(start * plain.width, end * plain.width);
        const shown = new Set(Array.from(rows, (row) => run.problem.y[row]));
        const hand = this.kept.concat(own.filter(({ k }) => over.has(k) && !shown.has(k)));
        shown.forEach((k) => over.add(k));
        start = end;
        return hand;
      });
      return plain;
    }

    gradient(run) {
      const hand = this.hands[run.schedule.stage[run.t]];
      if (hand.length === 0) return this.crossEntropy(run, run.batch());
      const { X, y } = this.draw(hand, run.t, run.problem.inputs), all = Int32Array.from(y.keys());
      const loss = this.crossEntropy(run, run.batch(), run.grad, 0.5);
      return (loss + this.crossEntropy(run, all, run.grad, 0.5, X, y)) / 2;
    }

    // As many draws as rows in a batch; who gives more takes turns from step to step.
    draw(hand, t, d) {
      const B = F.BATCH, X = this.draws.normals(B * d), y = new Uint8Array(B);
      hand.forEach(({ k, mu, axes, sigma }, i) => {
        const mine = Array.from(y.keys()).filter((b) => (t * B + b) % hand.length === i), r = axes.length / d;
        const z = this.draws.normals(mine.length * r);
        mine.forEach((b, number) => {
          y[b] = k;
          for (let j = 0; j < d; j++) {
            let x = mu[j] + sigma[j] * X[b * d + j];
            for (let a = 0; a < r; a++) x += z[number * r + a] * axes[a * d + j];
            X[b * d + j] = x;
          }
        });
      });
      return { X, y };
    }
  }

  class GaussianSeen extends GaussianReplay {
    constructor(settings) {
      super(settings);
      Object.assign(this, { past: false, seen: true });
    }
  }

  class GaussianBoth extends GaussianReplay {
    constructor(settings) {
      super(settings);
      this.seen = true;
    }
  }

  Object.assign(F.LEARNERS, {
    "gaussian-replay": GaussianReplay,
    "gaussian-seen": GaussianSeen,
    "gaussian-both": GaussianBoth,
  });
})((globalThis.Forgetting = globalThis.Forgetting || {}));
