// Gradients that are bent where a step would hurt what was learnt.
//
// gem:   {perClass (20), gamma (0)}: the nearest gradient that conflicts with no earlier corpus's memory
// a-gem: {perClass (20), width (32)}: no conflict with rows drawn from all memories
//
// Forgetting.dual(P, q)   the v >= 0 that minimises v P v / 2 + q v; q: array of C numbers, P: C arrays of C
(function (F) {
  "use strict";

  // All 2^C sets of active constraints are looked at; one without an inverse has an equal among the smaller ones.
  F.dual = function (P, q) {
    const C = q.length;
    let best = new Array(C).fill(0), least = 0;
    for (let set = 1; set < 2 ** C; set++) {
      const active = [...q.keys()].filter((k) => set & (1 << k));
      const within = active.flatMap((a) => active.map((b) => P[a][b]));
      const solved = F.solve(within, active.map((a) => -q[a]), active.length, 1);
      if (!solved || solved.some((value) => value < 0)) continue;
      // Where the derivative along v is zero, the value is half of this, its linear part.
      const value = active.reduce((sum, a, i) => sum + q[a] * solved[i], 0);
      if (value < least) {
        least = value;
        best = new Array(C).fill(0);
        active.forEach((a, i) => (best[a] = solved[i]));
      }
    }
    return best;
  };

  class GEM extends F.Replay {
    constructor(settings) {
      super(settings);
      this.gamma = settings.gamma || 0;
    }

    schedule(plain) {
      return plain;
    }

    bend(run) {
      const { grad } = run;
      const G = this.memories.map((rows) => {
        const ofMemory = new Float64Array(grad.length);
        this.crossEntropy(run, rows, ofMemory);
        return ofMemory;
      });
      const q = G.map((g) => F.dot(g, grad));
      if (q.every((product) => product >= 0)) return;
      const v = F.dual(G.map((a) => G.map((b) => F.dot(a, b))), q);
      G.forEach((g, k) => {
        for (let i = 0; i < grad.length; i++) grad[i] += (v[k] + this.gamma) * g[i];
      });
    }
  }

  class AGEM extends F.Replay {
    gradient(run) {
      return this.crossEntropy(run, run.batch(0));
    }

    bend(run) {
      const { grad } = run, ofMemory = new Float64Array(grad.length);
      this.crossEntropy(run, run.batch(1), ofMemory);
      const conflict = F.dot(grad, ofMemory);
      if (conflict >= 0) return;
      const share = conflict / F.dot(ofMemory, ofMemory);
      for (let i = 0; i < grad.length; i++) grad[i] -= share * ofMemory[i];
    }
  }

  Object.assign(F.LEARNERS, { gem: GEM, "a-gem": AGEM });
})((globalThis.Forgetting = globalThis.Forgetting || {}));
