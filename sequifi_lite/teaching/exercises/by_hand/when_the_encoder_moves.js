const mixed = ({ begun, after }, old, fresh) => begun.map((one, i) => old * one + fresh * after[i]);
const wentWrong = (before, after) => (after[0] - before[0] < 5 ? "its steps were too small" : after[0] - after[1] >= 10 ? "it learnt its training clips by heart" : before[2] - after[2] >= 10 ? "it forgot the old corpus" : "nothing");
const twins = {
  saving: {
    ask: "How many times, to two decimals:",
    places: 2,
    draw: ({ whole, pick }) => {
      const trained = whole(1, 3);
      return { front: pick([0.4, 0.6, 0.8, 1.2]), blocks: trained + whole(2, 5), trained };
    },
    right: ({ front: f, blocks: b, trained: t }) => (f + b + 2 * t) / (3 * t),
    wrong: {
      "the ways back are counted for blocks": ({ front: f, blocks: b, trained: t }) => (f + 3 * b) / (3 * t),
      "a way back costs twice a way forward": ({ front: f, blocks: b, trained: t }) => (f + b + t) / (2 * t),
      "for all or for nothing": ({ front: f, blocks: b, trained: t }) => (f + b) / t,
      "the trained blocks are still run forward": ({ front: f, blocks: b, trained: t }) => (f + b + 2 * t) / (2 * t),
      "the trained blocks have a way back as well": ({ front: f, blocks: b, trained: t }) => (f + b) / (3 * t),
      "the front end is missing": ({ blocks: b, trained: t }) => (b + 2 * t) / (3 * t),
      "the front end is not run any more": ({ front: f, blocks: b, trained: t }) => (f + b + 2 * t) / (f + 3 * t),
      "this is the other way round": ({ front: f, blocks: b, trained: t }) => (3 * t) / (f + b + 2 * t),
    },
  },
  between: {
    ask: "Two weights, to two decimals:",
    question: "A model of two weights, as it began and after. Which weights does a right `between` return?",
    places: 2,
    draw: ({ whole, pick, some }) => ({ begun: some(2, () => whole(-9, 9)), after: some(2, () => whole(-9, 9)), alpha: pick([0.2, 0.3, 0.7, 0.8]) }),
    right: (given) => mixed(given, 1 - given.alpha, given.alpha),
    wrong: {
      "alpha is the share of the new weights": (given) => mixed(given, given.alpha, 1 - given.alpha),
      "the source's is 1 - alpha": (given) => mixed(given, 1, given.alpha),
      "goes away from the new weights": (given) => mixed(given, 1 + given.alpha, -given.alpha),
      "this is the way alone": (given) => mixed(given, -given.alpha, given.alpha),
      "this is halfway": (given) => mixed(given, 0.5, 0.5),
    },
  },
  reading: {
    ask: "What went wrong?",
    question: "Made-up UAR in % before and after an encoder was trained on a new corpus: on its training clips, on its test clips, and on the old corpus. Ten points or more are much.",
    choices: ["it learnt its training clips by heart", "it forgot the old corpus", "its steps were too small", "nothing"],
    heads: { before: { columns: ["train", "test", "old"] }, after: { columns: ["train", "test", "old"] } },
    draw: ({ whole, pick }) => {
      const [a, o] = [whole(45, 55), whole(76, 84)];
      return { before: [a, a, o], after: pick([[a + 40, a + whole(15, 25), o - whole(0, 5)], [a + whole(28, 34), a + whole(26, 30), o - whole(12, 30)], [a + whole(0, 2), a + whole(0, 2), o], [a + whole(28, 34), a + whole(26, 30), o - whole(0, 6)]]) };
    },
    right: ({ before, after }) => wentWrong(before, after),
    wrong: {
      "the training clips are right, and the test clips are far behind them.": ({ before, after }) => (before[2] - after[2] >= 10 ? "it forgot the old corpus" : after[0] - before[0] >= 10 ? "nothing" : wentWrong(before, after)),
      "the old corpus holds because nothing was learnt: look at the training clips first.": ({ before, after }) => (before[2] - after[2] < 10 && after[0] - after[1] < 10 ? "nothing" : wentWrong(before, after)),
      "the new corpus is learnt; what the old one lost counts as well.": ({ before, after }) => (after[1] - before[1] >= 10 && after[0] - after[1] < 10 ? "nothing" : wentWrong(before, after)),
    },
    hints: ["Three columns, three questions.", "Test clips far behind training clips mean one thing, an old corpus that fell another.", "Ask first whether the training clips moved; then compare them with the test clips; then look at the old corpus."],
  },
};
