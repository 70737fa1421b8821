// Experience replay: old rows beside the new ones in every step.
//
// er: {perClass (20): rows kept for each class of each corpus, width (32): rows that the memory adds to a step,
//      seen (false): also keep the classes of the corpus being learnt as soon as their stage is over}
(function (F) {
  "use strict";

  F.Replay = class Replay extends F.Method {
    constructor({ perClass = 20, width = F.BATCH, seen = false }) {
      super();
      Object.assign(this, { perClass, width, seen, memories: [] });
    }

    afterCorpus(run, number) {
      const { problem, seed } = run, rows = problem.parts[problem.corpora[number]].train;
      this.memories.push(F.classBalanced(rows, problem.y, this.perClass, seed));
    }

    schedule(plain, run) {
      const K = run.mlp.classes, held = this.memories.flatMap((rows) => Array.from(rows));
      if (!this.seen) return F.replay(plain, held, run.seed, this.width);
      const writes = F.stageWrites(plain, run.problem.y, this.perClass, held.length, K);
      const room = new Array(K * this.perClass).fill(-1);
      return F.replay(plain, [...held, ...room], run.seed, this.width, writes);
    }
  };

  F.LEARNERS.er = F.Replay;
})((globalThis.Forgetting = globalThis.Forgetting || {}));
