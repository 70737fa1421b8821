const sets = ({ shown }) => shown.map((classes) => classes.split(" ").map(Number));
const union = (lists) => [...new Set(lists.flat())].sort();
const without = (list, other) => list.filter((one) => !other.includes(one));
const before = (given) => union(sets(given).slice(0, given.stage));
const now = (given) => sets(given)[given.stage];
const twins = {
  over: {
    ask: "The classes, in any order:",
    question: "Each stage shows the classes that stand below it. Which classes are over in stage `stage`, so that their Gaussians may be drawn from?",
    unordered: true,
    some: true,
    draw: ({ shuffled, whole }) => {
      const stage = () => increasing(shuffled([0, 1, 2, 3]).slice(0, whole(1, 2))).join(" ");
      return { shown: [stage(), stage(), stage(), stage()], stage: whole(1, 2) };
    },
    right: (given) => without(before(given), now(given)),
    wrong: {
      "that looks ahead": (given) => without(union(sets(given)), now(given)),
      "which is not over yet": (given) => union([without(before(given), now(given)), without(now(given), before(given))]),
      "they are here themselves": (given) => before(given),
    },
  },
};
