// The book's claims as settings: a click, and they can be seen.
//
// Playground.PRESETS   {id: {title, claim, state: what normalise takes}}
(function (P) {
  "use strict";

  const long = { learner: "vanilla", stream: "single", passes: 1 };
  const shuffled = { learner: "vanilla", stream: "shuffled" };

  P.PRESETS = {
    long: {
      title: P.say("One long pass"),
      claim: P.say("Each emotion once, for 50 steps. Soon the model answers the last one to everything."),
      state: { lanes: [long] },
    },
    short: {
      title: P.say("Fifty short ones"),
      claim: P.say("The same clips and as many steps, but an emotion's turn lasts one step and the optimiser is kept."),
      state: { race: true, lanes: [long, { ...long, passes: 50, keep: true }] },
    },
    nothing: {
      title: P.say("Doing nothing forgets nothing"),
      claim: P.say("First: no training. It keeps the old corpus and never learns the new one. Look at both numbers, always."),
      state: { race: true, lanes: [{ learner: "zero-shot", stream: "shuffled" }, shuffled] },
    },
    replay: {
      title: P.say("Replay with one clip a class"),
      claim: P.say("One long pass, and beside it one clip of every emotion seen so far: how much does so little mend?"),
      state: { race: true, lanes: [long, { ...long, learner: "er-seen", perClass: 1 }] },
    },
    rate: {
      title: P.say("A rate too large"),
      claim: P.say("Shuffled clips, rates 0.001 and 0.03. The new corpus is learnt with both; watch the old one."),
      state: { race: true, lanes: [shuffled, { ...shuffled, lr: 0.03 }] },
    },
    springs: {
      title: P.say("Springs too stiff"),
      claim: P.say("EWC with springs that let nothing move: the old corpus is kept, the new one is not learnt."),
      state: { race: true, lanes: [{ ...shuffled, learner: "ewc", strength: 10 }, { ...shuffled, learner: "ewc", strength: 1e6 }] },
    },
    bug: {
      title: P.say("A bug: T without T squared"),
      claim: P.say("Old answers as targets at temperature 2, of one strength. Right: without the factor T², the term has a quarter of it."),
      state: { race: true, lanes: [{ ...long, learner: "lwf", strength: 1 }, { ...long, learner: "lwf", strength: 1, bug: true }] },
    },
    vector: {
      title: P.say("A bug: the wrong vector"),
      claim: P.say("A-GEM, and right A-GEM with two slips: it adds old and new gradients, as replay does. Would a score give it away?"),
      state: { race: true, lanes: [{ ...shuffled, learner: "a-gem" }, { ...shuffled, learner: "a-gem", bug: true }] },
    },
    count: {
      title: P.say("A bug: the wrong count"),
      claim: P.say("Class means and one covariance. Right: each clip weighs by the count of all clips, and the order begins to matter."),
      state: { race: true, lanes: [{ learner: "slda", stream: "shuffled" }, { learner: "slda", stream: "shuffled", bug: true }] },
    },
    chain: {
      title: P.say("A chain of five"),
      claim: P.say("Five corpora one after the other: each new one costs the others something."),
      state: {
        chain: ["cremad", "ravdess", "emodb", "mesd", "nemo"], race: true, speed: "fast",
        lanes: [shuffled, { ...shuffled, learner: "er" }],
      },
    },
  };
})((globalThis.Playground = globalThis.Playground || {}));
