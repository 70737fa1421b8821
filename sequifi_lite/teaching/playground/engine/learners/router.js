// Router: one head per corpus, each from theta_0, and the nearest corpus mean chooses the head for a clip.
//
// While a corpus is being learnt its head is the model of the moment.
(function (F) {
  "use strict";

  class Router extends F.Method {
    constructor() {
      super();
      Object.assign(this, { heads: [], means: [] });
    }

    learnMean({ problem }, number) {
      const { X, inputs: d } = problem, rows = problem.parts[problem.corpora[number]].train;
      const mean = new Float64Array(d);
      for (const row of rows) for (let i = 0; i < d; i++) mean[i] += X[row * d + i] / rows.length;
      this.means[number] = mean;
    }

    afterCorpus(run, number) {
      if (number === 0) this.learnMean(run, 0);
      this.heads[number] = run.theta.slice();
    }

    beforeCorpus(run) {
      run.theta.set(this.heads[0]);
      this.learnMean(run, run.number);
      this.heads[run.number] = run.theta;
    }

    // Number of the corpus whose mean is nearest to a row.
    route({ X, inputs: d }, row) {
      const distances = this.means.map((mean) => mean.reduce((sum, m, i) => sum + (X[row * d + i] - m) ** 2, 0));
      return distances.indexOf(Math.min(...distances));
    }

    logits(run, rows) {
      const { problem, mlp } = run, K = mlp.classes, all = new Float64Array(rows.length * K);
      const chosen = Array.from(rows, (row) => this.route(problem, row));
      this.heads.forEach((theta, number) => {
        const places = [...chosen.keys()].filter((i) => chosen[i] === number);
        const z = mlp.logits(theta, problem.X, Int32Array.from(places, (i) => rows[i]));
        places.forEach((place, i) => all.set(z.subarray(i * K, (i + 1) * K), place * K));
      });
      return all;
    }
  }

  F.LEARNERS.router = Router;
})((globalThis.Forgetting = globalThis.Forgetting || {}));
