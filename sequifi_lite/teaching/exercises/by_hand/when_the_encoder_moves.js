const mixed = ({ begun, after }, old, fresh) => begun.map((one, i) => old * one + fresh * after[i]);
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
};
