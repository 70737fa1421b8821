// All data at once: the bounds. joint waits for the last corpus, then mixes all; cumulative mixes, at every
// corpus, its rows with all before it, in as many steps as vanilla.
(function (F) {
  "use strict";

  // Kept for each run, so that streams over them are drawn once.
  function together(problem, corpora) {
    return Int32Array.from(corpora.flatMap((corpus) => Array.from(problem.parts[corpus].train)));
  }

  class Joint extends F.Method {
    schedule(plain, run) {
      const { corpora, parts } = run.problem;
      if (run.number < corpora.length - 1) return null;
      const rows = together(run.problem, corpora), added = rows.length - parts[corpora[0]].train.length;
      const steps = F.roundEven((run.number * plain.stage.length * rows.length) / added);
      return F.shuffled(rows, steps, run.seed);
    }
  }

  class Cumulative extends F.Method {
    schedule(plain, run) {
      const rows = together(run.problem, run.problem.corpora.slice(0, run.number + 1));
      return F.shuffled(rows, plain.stage.length, run.seed);
    }
  }

  Object.assign(F.LEARNERS, { joint: Joint, cumulative: Cumulative });
})((globalThis.Forgetting = globalThis.Forgetting || {}));
