// Learning without forgetting: on the new clips, keep saying what the model before this corpus would have said.
//
// lwf: {lam (0.1): strength, T (2): temperature}
//      loss = cross-entropy + lam T^2 KL(softmax(teacher / T) || softmax(z / T)), mean over the batch
(function (F) {
  "use strict";

  class LwF extends F.Method {
    constructor({ lam = 0.1, T = 2 }) {
      super();
      Object.assign(this, { lam, T });
    }

    afterCorpus(run) {
      this.teacher = run.theta.slice();
    }

    gradient(run) {
      const { mlp, theta, problem } = run, { lam, T } = this, K = mlp.classes;
      const rows = run.batch(), n = rows.length;
      const said = F.softmax(mlp.logits(this.teacher, problem.X, rows), K, T);
      const z = mlp.forward(theta, problem.X, rows), p = F.softmax(z, K, T), dz = new Float64Array(z.length);
      let loss = F.crossEntropy(z, problem.y, rows, n, K, dz);
      for (let at = 0; at < z.length; at++) {
        if (said[at] > 0) loss += (lam * T ** 2 * said[at] * Math.log(said[at] / p[at])) / n;
        dz[at] += (lam * T * (p[at] - said[at])) / n;
      }
      mlp.backward(theta, dz, run.grad);
      return loss;
    }
  }

  F.LEARNERS.lwf = LwF;
})((globalThis.Forgetting = globalThis.Forgetting || {}));
