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
      const logSaid = F.logSoftmax(mlp.logits(this.teacher, problem.X, rows), K, T);
      const z = mlp.forward(theta, problem.X, rows), logP = F.logSoftmax(z, K, T), dz = new Float64Array(z.length);
      let loss = F.crossEntropy(z, problem.y, rows, K, dz);
      for (let at = 0; at < z.length; at++) {
        const said = Math.exp(logSaid[at]), p = Math.exp(logP[at]);
        loss += (lam * T ** 2 * said * (logSaid[at] - logP[at])) / n;
        dz[at] += (lam * T * (p - said)) / n;
      }
      mlp.backward(theta, dz, run.grad);
      return loss;
    }
  }

  F.LEARNERS.lwf = LwF;
})((globalThis.Forgetting = globalThis.Forgetting || {}));
