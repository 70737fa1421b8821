// Quadratic penalties: every weight is tied to where it was. l2-sp ties all alike, ewc by Fisher information.
//
// l2-sp, ewc: {lam (1): strength}
//
// Applied after the optimiser's step, exactly: theta <- (theta + lr lam omega theta*) / (1 + lr lam omega).
// Forgetting.fisher(run, rows)   -> Float64Array (size): exact diagonal Fisher information, mean over the rows
(function (F) {
  "use strict";

  class Springs extends F.Method {
    constructor({ lam = 1 }) {
      super();
      this.lam = lam;
    }

    afterStep(run) {
      const { theta } = run, s = run.lr * this.lam;
      for (let i = 0; i < theta.length; i++) theta[i] = (theta[i] + s * this.pulled[i]) / (1 + s * this.omega[i]);
    }
  }

  class L2SP extends Springs {
    afterCorpus(run) {
      this.omega = run.theta.map(() => 1);
      this.pulled = run.theta.slice();
    }
  }

  // The springs of all corpora so far add up to one quadratic penalty.
  class EWC extends Springs {
    afterCorpus(run, number) {
      const { problem, theta } = run;
      const F_ = F.fisher(run, problem.parts[problem.corpora[number]].train);
      const mean = F_.reduce((a, b) => a + b, 0) / F_.length || 1;
      if (number === 0) {
        this.omega = new Float64Array(theta.length);
        this.pulled = new Float64Array(theta.length);
      }
      for (let i = 0; i < theta.length; i++) {
        this.omega[i] += F_[i] / mean;
        this.pulled[i] += (F_[i] / mean) * theta[i];
      }
    }
  }

  // The gradient of a sample with respect to a weight is a product; its square is the product of the squares.
  F.fisher = function ({ mlp, theta, problem }, rows) {
    const { inputs: d, hidden: m, classes: K } = mlp, total = new Float64Array(theta.length), portion = 256;
    for (let start = 0; start < rows.length; start += portion) {
      const part = rows.subarray(start, start + portion), n = part.length;
      const p = F.logSoftmax(mlp.forward(theta, problem.X, part), K).map(Math.exp);
      const dz2 = new Float64Array(n * K), dh2 = new Float64Array(n * m);
      for (let asked = 0; asked < K; asked++) {
        const dz = p.map((share, at) => (at % K === asked ? share - 1 : share));
        mlp.hiddenDerivatives(theta, dz);
        for (let at = 0; at < n * K; at++) dz2[at] += p[Math.floor(at / K) * K + asked] * dz[at] ** 2;
        for (let at = 0; at < n * m; at++) dh2[at] += p[Math.floor(at / m) * K + asked] * mlp.dh[at] ** 2;
      }
      for (let at = 0; at < n * d; at++) mlp.x[at] **= 2;
      for (let at = 0; at < n * m; at++) mlp.h[at] **= 2;
      mlp.dh.set(dh2);
      mlp.accumulate(dz2, total);
    }
    return total.map((sum) => sum / rows.length);
  };

  Object.assign(F.LEARNERS, { "l2-sp": L2SP, ewc: EWC });
})((globalThis.Forgetting = globalThis.Forgetting || {}));
