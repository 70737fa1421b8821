// The six heads: what each is trained with, and how well it hears along the way. The page and its worker know them.
//
// Voice.HEADS            [{id, title, says: what it does, settings: of Forgetting.Trainer}]
// Voice.LESSONS          the same of what learns the reader's own voice
// Voice.STOPS            a training is looked at before its first step, and then as often
// Voice.EMOTIONS         in the order of the engine
// Voice.STEPS            of a training; one pass shows each emotion for a quarter of them
// Voice.wilson(k, n)     -> [low, high] in %: the 95 % interval of k right of n
(function (V) {
  "use strict";

  V.EMOTIONS = ["anger", "happiness", "neutral", "sadness"];
  V.STEPS = 200;
  V.STOPS = 20;

  const shuffled = { learner: "vanilla", stream: "shuffled" };
  const staged = { learner: "vanilla", stream: "class by class", order: [0, 1, 2, 3], sees: "single" };

  V.HEADS = [
    { id: "source", title: "Source model", says: "Has never met the second corpus.", settings: { learner: "zero-shot" } },
    { id: "vanilla", title: "Plain fine-tuning", says: "All emotions shuffled.", settings: shuffled },
    { id: "long", title: "One long pass", says: "Each emotion once, for 50 steps.", settings: { ...staged, cycles: 1, reset: true } },
    { id: "short", title: "Fifty short passes", says: "One step an emotion, optimiser kept.", settings: { ...staged, cycles: 50, reset: false } },
    { id: "replay", title: "Replay", says: "Shuffled, with 20 old clips of every emotion.", settings: { ...shuffled, learner: "er", perClass: 20 } },
    { id: "joint", title: "Both at once", says: "Both corpora, mixed from the start.", settings: { learner: "joint" } },
  ];

  V.LESSONS = [
    { id: "vanilla", title: "Plain fine-tuning", settings: shuffled },
    { id: "long", title: "One long pass", settings: { ...staged, cycles: 1, reset: true } },
    { id: "replay", title: "Replay", memory: true, settings: { ...shuffled, learner: "er" } },
  ];

  V.wilson = function (k, n) {
    const z = 1.96, middle = (k + (z * z) / 2) / (n + z * z);
    const half = (z / (n + z * z)) * Math.sqrt((k * (n - k)) / n + (z * z) / 4);
    return [100 * Math.max(0, middle - half), 100 * Math.min(1, middle + half)];
  };
})((globalThis.Voice = globalThis.Voice || {}));
