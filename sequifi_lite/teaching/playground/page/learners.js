// What can be chosen: corpora, learners, streams, and the steps of every slider.
//
// Playground.SPEED_NAMES what speeds are called
// Playground.CORPORA     title and size of the data file in kB, by name
// Playground.LEARNERS    {title, settings: what the engine is told, strengths?: [values], strength?: the usual one,
//                         strengthName?, key?: the engine's name for it, memory?: has perClass, free?: has no stream,
//                         bug?: {title, learner: the engine's name of the exhibit}}
// Playground.STREAMS     {title, settings}; those with `stages` show one emotion at a time
// Playground.RATES, .STEPS, .PASSES, .MEMORY, .SPEEDS   what sliders stop at
// Playground.settingsOf(lane, seed)   what Forgetting.Trainer is told
// Playground.titleOf(lane, lanes)     the same in words; the rate too, where it is not that of all lanes
(function (P) {
  "use strict";

  P.CORPORA = {
    cremad: { title: "CREMA-D", language: P.say("English"), kB: 870 },
    ravdess: { title: "RAVDESS", language: P.say("English"), kB: 180 },
    emodb: { title: "Emo-DB", language: P.say("German"), kB: 130 },
    mesd: { title: "MESD", language: P.say("Spanish"), kB: 170 },
    nemo: { title: "nEMO", language: P.say("Polish"), kB: 570 },
  };

  const SPRINGS = [0.01, 0.1, 1, 10, 100, 1000, 10000, 1000000];
  const springs = (title, learner) => ({
    title, settings: { learner }, strengths: SPRINGS, strength: 10, key: "lam", strengthName: P.say("Strength of the springs"),
  });

  P.LEARNERS = {
    vanilla: { title: P.say("plain fine-tuning"), settings: { learner: "vanilla" } },
    "zero-shot": { title: P.say("nothing is trained"), settings: { learner: "zero-shot" }, free: true },
    er: { title: P.say("replay of the old corpora"), settings: { learner: "er" }, memory: true },
    "er-seen": {
      title: P.say("replay of all that was seen"), settings: { learner: "er", seen: true }, memory: true,
    },
    "l2-sp": springs(P.say("springs to the old weights (L2-SP)"), "l2-sp"),
    ewc: springs(P.say("springs by importance (EWC)"), "ewc"),
    lwf: {
      title: P.say("old answers as targets (LwF)"), settings: { learner: "lwf", T: 2 },
      strengths: [0.01, 0.1, 0.25, 1, 4, 10, 40, 160], strength: 0.1, key: "lam", strengthName: P.say("Strength of distillation"),
      bug: { title: P.say("T without T squared"), learner: "no-square-lwf" },
    },
    gem: { title: P.say("gradients bent by a memory (GEM)"), settings: { learner: "gem" }, memory: true },
    "a-gem": {
      title: P.say("bent by an average (A-GEM)"), settings: { learner: "a-gem" }, memory: true,
      bug: { title: P.say("the wrong vector"), learner: "wrong-vector-a-gem" },
    },
    interpolation: {
      title: P.say("part of the way back (interpolation)"), settings: { learner: "interpolation" },
      strengths: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], strength: 0.5, key: "alpha",
      strengthName: P.say("Share of the new weights"),
    },
    "gaussian-replay": { title: P.say("Gaussians of old corpora"), settings: { learner: "gaussian-replay" } },
    "gaussian-seen": { title: P.say("Gaussians of seen emotions"), settings: { learner: "gaussian-seen" } },
    "gaussian-both": { title: P.say("Gaussians of both"), settings: { learner: "gaussian-both" } },
    slda: {
      title: P.say("class means, no training (SLDA)"), settings: { learner: "slda" }, free: true,
      bug: { title: P.say("the count of all clips"), learner: "total-count-slda" },
    },
    router: { title: P.say("a head for each corpus (router)"), settings: { learner: "router" } },
    cumulative: { title: P.say("all corpora so far, mixed"), settings: { learner: "cumulative" }, free: true },
    joint: { title: P.say("all corpora at once (joint)"), settings: { learner: "joint" }, free: true },
  };

  const stages = (title, sees) => ({ title, stages: true, settings: { stream: "class by class", sees } });
  P.STREAMS = {
    shuffled: { title: P.say("all emotions, shuffled"), settings: { stream: "shuffled" } },
    balanced: { title: P.say("all emotions, equally often"), settings: { stream: "balanced" } },
    single: stages(P.say("one emotion at a time"), "single"),
    cumulative: stages(P.say("one after the other, earlier ones stay"), "cumulative"),
    focus: stages(P.say("one at a time, half from all"), "focus"),
  };

  P.RATES = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1];
  P.STEPS = [20, 50, 100, 200, 400, 800];
  P.PASSES = [1, 2, 5, 10, 20, 50];
  P.MEMORY = [1, 2, 5, 10, 20, 50];
  P.SPEEDS = { slow: 12, normal: 60, fast: 240, "at once": Infinity }; // steps a second

  P.SPEED_NAMES = { slow: P.say("slow"), normal: P.say("normal"), fast: P.say("fast"), "at once": P.say("at once") };

  P.settingsOf = function (lane, seed) {
    const learner = P.LEARNERS[lane.learner], { order, steps, lr } = lane;
    const settings = { ...learner.settings, ...P.STREAMS[lane.stream].settings, steps, lr, seed };
    if (P.STREAMS[lane.stream].stages) Object.assign(settings, { order, cycles: lane.passes, reset: !lane.keep });
    if (learner.memory) settings.perClass = lane.perClass;
    if (learner.key) settings[learner.key] = lane.strength;
    if (lane.bug) settings.learner = learner.bug.learner;
    return settings;
  };

  P.titleOf = function (lane, lanes) {
    const learner = P.LEARNERS[lane.learner], stream = P.STREAMS[lane.stream], parts = [];
    if (!learner.free) parts.push(stream.title);
    if (!learner.free && stream.stages && lane.passes > 1) parts.push(P.count(lane.passes, "{n} pass", "{n} passes"));
    if (!learner.free && stream.stages && lane.keep) parts.push(P.say("optimiser kept"));
    if (learner.memory) parts.push(P.count(lane.perClass, "{n} clip a class", "{n} clips a class"));
    if (lane.strength !== null) parts.push(P.say("strength {value}", { value: P.decimal(lane.strength) }));
    if (lane.bug) parts.push(P.say("a bug: {bug}", { bug: learner.bug.title }));
    // What is told only where it tells lanes apart.
    const differ = (key) => new Set(lanes.map((one) => String(one[key]))).size > 1;
    if (differ("lr")) parts.push(P.say("rate {value}", { value: P.rate(lane.lr) }));
    if (differ("steps")) parts.push(P.count(lane.steps, "{n} step", "{n} steps"));
    if (differ("order") && stream.stages && !learner.free) parts.push(lane.order.map((k) => Object.values(P.EMOTIONS)[k]).join("\u2013"));
    return learner.title[0].toUpperCase() + learner.title.slice(1) + (parts.length ? `: ${P.list(parts)}` : "");
  };
})((globalThis.Playground = globalThis.Playground || {}));
