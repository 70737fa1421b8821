// What a learner is: vanilla fine-tuning with some of these answers changed. The names are the library's.
//
// Every answer is given the run (see trainer.js): its problem, mlp, theta, grad, schedule, t, lr, seed, number.
//   schedule(plain, run)       what is seen, and in which order? null trains nothing
//   gradient(run)              adds to run.grad, and returns the loss
//   bend(run)                  changes run.grad before the step
//   afterStep(run)             changes run.theta after the optimiser's step
//   beforeCorpus(run)          changes run.theta before a corpus is learnt
//   afterCorpus(run, number)   takes what is wanted of a corpus that has been learnt; 0 is the source
//   logits(run, rows)          -> Float64Array (n, K): what is said of these rows; n: any number
//
// Forgetting.LEARNERS          learners by name; a page makes them through Forgetting.Trainer
(function (F) {
  "use strict";

  F.Method = class Method {
    schedule(plain) {
      return plain;
    }

    gradient(run) {
      return this.crossEntropy(run, run.batch());
    }

    bend() {}

    afterStep() {}

    beforeCorpus() {}

    afterCorpus() {}

    logits(run, rows) {
      return run.mlp.logits(run.theta, run.problem.X, rows);
    }

    // Mean cross-entropy of some rows; share times its gradient is added to grad.
    crossEntropy(run, rows, grad = run.grad, share = 1, X = run.problem.X, y = run.problem.y) {
      const { mlp, theta } = run, K = mlp.classes;
      const z = mlp.forward(theta, X, rows), dz = new Float64Array(z.length);
      const loss = F.crossEntropy(z, y, rows, K, dz, share);
      mlp.backward(theta, dz, grad);
      return loss;
    }
  };

  class ZeroShot extends F.Method {
    schedule() {
      return null;
    }
  }

  F.LEARNERS = { vanilla: F.Method, "zero-shot": ZeroShot };
})((globalThis.Forgetting = globalThis.Forgetting || {}));
