const levels = (x, axis) => (axis ? transposed(x) : x).map(mean);
const explained = (x, axis) => variance(levels(x, axis)) / variance(flat(x));
const twins = {
  clips_in_focus: {
    ask: "The stage's class and each other one, to one decimal:",
    places: 1,
    draw: ({ whole, pick }) => ({ batch: 2 * whole(6, 40), K: pick([3, 4, 5, 6]) }),
    right: ({ batch, K }) => [batch / 2 + batch / 2 / K, batch / 2 / K],
    wrong: {
      "the stage's class is among all classes too": ({ batch, K }) => [batch / 2, batch / 2 / K],
      "this is one against the rest": ({ batch, K }) => [batch / 2, batch / 2 / (K - 1)],
      "the pair is turned": ({ batch, K }) => [batch / 2 / K, batch / 2 + batch / 2 / K],
    },
  },
  share_of_switch: {
    ask: "The share in %, to one decimal:",
    places: 1,
    draw: ({ whole, some }) => ({ x: some(2, () => some(2, () => whole(50, 70))), axis: whole(0, 1) }),
    right: ({ x, axis }) => 100 * explained(x, axis),
    wrong: {
      "it should be in %": ({ x, axis }) => explained(x, axis),
      "the share of the other axis": ({ x, axis }) => 100 * explained(x, axis ? 0 : 1),
      "a ratio of standard deviations": ({ x, axis }) => 100 * Math.sqrt(explained(x, axis)),
      "divide it by that of all cells": ({ x, axis }) => variance(levels(x, axis)),
      "the fraction is upside down": ({ x, axis }) => 100 / explained(x, axis),
      "it divides by n - 1 once": ({ x, axis }) => (100 * variance(levels(x, axis), 1)) / variance(flat(x)),
      "these are the means of the levels": ({ x, axis }) => levels(x, axis),
    },
  },
};
