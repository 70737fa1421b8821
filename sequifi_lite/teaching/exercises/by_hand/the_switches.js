const levels = (x, axis) => (axis ? transposed(x) : x).map(mean);
const explained = (x, axis) => variance(levels(x, axis)) / variance(flat(x));
const points = (difference) => (difference < -1 ? "it costs points" : difference > 1 ? "it gains points" : "it makes no difference");
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
  reading: {
    ask: "What does the order of this reading do?",
    question: "Made-up means in % over both corpora: a reading of one class at a time, its twin (the same clips and steps, shuffled), and vanilla. A point is no difference.",
    choices: ["it costs points", "it makes no difference", "it gains points"],
    draw: ({ whole, pick }) => {
      const twin = whole(62, 72);
      return { reading: twin + pick([-whole(3, 9), pick([0, 1, -1]), whole(2, 3)]), twin, vanilla: twin + pick([-whole(3, 6), 0, whole(3, 9)]) };
    },
    right: ({ reading, twin }) => points(reading - twin),
    wrong: {
      "that is the distance from vanilla, which differs in more than the order: compare with the twin.": ({ reading, vanilla }) => points(reading - vanilla),
      "that is what the twin does, which has no order: compare the reading with it.": ({ twin, vanilla }) => points(twin - vanilla),
    },
    hints: ["Three numbers, and one of the two differences says what the order does.", "The right comparison changes the order and nothing else.", "Find the run that has the same clips and steps as the reading, and take the difference to it."],
  },
};
