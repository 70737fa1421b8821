// Streaming linear discriminant analysis: class means and one covariance for all classes; nothing is trained.
//
// slda: {epsilon (0.01): shrinkage, above 0 up to 1}
//      score of class k: w_k x + b_k with w_k = [(1 - epsilon) Sigma + epsilon I]^-1 mu_k, b_k = -w_k mu_k / 2
(function (F) {
  "use strict";

  class SLDA extends F.Method {
    constructor({ epsilon = 0.01 }) {
      super();
      this.epsilon = Math.fround(epsilon);
    }

    schedule() {
      return null;
    }

    // Weight of a new clip's deviation: n clips of its class came before, `all` of any class.
    share(n) {
      return n / (n + 1);
    }

    // Sums of a class: its count n, its mean mu; the scatter about the means, of all classes together.
    afterCorpus(run, number) {
      const { problem } = run, { X, inputs: d } = problem, K = run.mlp.classes;
      if (number === 0) {
        this.n = new Float64Array(K);
        this.mu = new Float64Array(K * d);
        this.scatter = new Float64Array(d * d);
      }
      const shift = new Float64Array(d);
      let all = this.n.reduce((a, b) => a + b, 0);
      for (const row of problem.parts[problem.corpora[number]].train) {
        const k = problem.y[row], n = this.n[k]++, share = this.share(n, all++);
        for (let i = 0; i < d; i++) shift[i] = X[row * d + i] - this.mu[k * d + i];
        for (let i = 0; i < d; i++) this.mu[k * d + i] += shift[i] / (n + 1);
        for (let i = 0; i < d; i++)
          for (let j = 0; j < d; j++) this.scatter[i * d + j] += share * shift[i] * shift[j];
      }
      this.rule(d, K);
    }

    // W (d, K) and b (K) from the sums.
    rule(d, K) {
      const { n, mu, epsilon } = this, all = n.reduce((a, b) => a + b, 0);
      const shrunk = this.scatter.map(
        (sum, at) => ((1 - epsilon) * sum) / all + (Math.floor(at / d) === at % d ? epsilon : 0),
      );
      const means = new Float64Array(d * K).map((_, at) => mu[(at % K) * d + Math.floor(at / K)]);
      this.W = F.solve(shrunk, means, d, K);
      this.b = Array.from(n, (count, k) => {
        let product = 0;
        for (let i = 0; i < d; i++) product += this.W[i * K + k] * means[i * K + k];
        return count > 0 ? -product / 2 : -Infinity;
      });
    }

    logits(run, rows) {
      const { X, inputs: d } = run.problem, K = run.mlp.classes;
      return new Float64Array(rows.length * K).map((_, at) => {
        const from = rows[Math.floor(at / K)] * d, k = at % K;
        let score = this.b[k];
        for (let i = 0; i < d; i++) score += X[from + i] * this.W[i * K + k];
        return score;
      });
    }
  }

  F.LEARNERS.slda = SLDA;
})((globalThis.Forgetting = globalThis.Forgetting || {}));
