// Exhibits of the bug cabinet, to be raced against the right form: sequifi_lite/teaching/bugs has the same.
//
// no-square-lwf        as lwf, but the term lacks its factor T^2
// wrong-vector-a-gem   as a-gem, but goes along old + new gradient where nothing is in conflict
// total-count-slda     as slda, but a clip weighs by the count of all clips, not by that of its class
(function (F) {
  "use strict";

  const { lwf: LwF, slda: SLDA, "a-gem": AGEM } = F.LEARNERS;

  class NoSquareLwF extends LwF {
    gradient(run) {
      const { lam } = this;
      this.lam = lam / this.T ** 2;
      const loss = super.gradient(run);
      this.lam = lam;
      return loss;
    }
  }

  class WrongVectorAGEM extends AGEM {
    bend(run) {
      const { grad } = run, both = grad.slice();
      this.crossEntropy(run, run.batch(1), both);
      const conflict = F.dot(grad, both), share = conflict / F.dot(both, both);
      for (let i = 0; i < grad.length; i++) grad[i] = conflict < 0 ? grad[i] - share * both[i] : both[i];
    }
  }

  class TotalCountSLDA extends SLDA {
    share(_, all) {
      return all / (all + 1);
    }
  }

  Object.assign(F.LEARNERS, {
    "no-square-lwf": NoSquareLwF,
    "wrong-vector-a-gem": WrongVectorAGEM,
    "total-count-slda": TotalCountSLDA,
  });
})((globalThis.Forgetting = globalThis.Forgetting || {}));
