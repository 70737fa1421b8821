const sets = ({ shown }) => shown.map((classes) => classes.split(" and ").map(Number));
const union = (lists) => [...new Set(lists.flat())].sort();
const without = (list, other) => list.filter((one) => !other.includes(one));
const before = (given) => union(sets(given).slice(0, given.stage));
const now = (given) => sets(given)[given.stage];
const kept = (memories, by) => twins.reading.choices[best(memories.map(by))];
const twins = {
  over: {
    ask: "The classes, in any order:",
    question: "Below its number stand the classes that a stage shows. Which classes are over in stage `stage`, so that their Gaussians may be drawn from?",
    unordered: true,
    some: true,
    draw: ({ shuffled, whole }) => {
      const stage = () => increasing(shuffled([0, 1, 2, 3]).slice(0, whole(1, 2))).join(" and ");
      return { shown: [stage(), stage(), stage(), stage()], stage: whole(1, 2) };
    },
    right: (given) => without(before(given), now(given)),
    wrong: {
      "that looks ahead": (given) => without(union(sets(given)), now(given)),
      "which is not over yet": (given) => union([without(before(given), now(given)), without(now(given), before(given))]),
      "they are here themselves": (given) => before(given),
    },
  },
  reading: {
    ask: "Which memory would you take?",
    question: "Made-up memories: what each costs a class, in stored clips, and the UAR in % that it leads to. You have room for `room` clips a class; the better score counts.",
    choices: ["a fixed sample", "Gaussians of rank 8", "Gaussians of rank 1", "20 clips"],
    heads: { memories: { rows: ["a fixed sample", "Gaussians of rank 8", "Gaussians of rank 1", "20 clips"], columns: ["cost", "UAR"] } },
    draw: ({ whole, pick }) => ({ memories: [[10, whole(52, 58)], [10, whole(64, 70)], [3, whole(56, 66)], [20, whole(60, 74)]], room: pick([4, 10, 12, 20, 25]) }),
    right: ({ memories, room }) => tied(memories.map(([cost, uar]) => (cost <= room ? uar : -cost))) ? NaN : kept(memories, ([cost, uar]) => (cost <= room ? uar : -1)),
    wrong: {
      "this has the best score of all, and there is no room for it.": ({ memories }) => kept(memories, ([, uar]) => uar),
      "this is the cheapest; there is room for a better one.": ({ memories }) => kept(memories, ([cost]) => -cost),
      "it costs exactly what there is room for: that is allowed.": ({ memories, room }) => kept(memories, ([cost, uar]) => (cost < room ? uar : -1)),
    },
    hints: ["First what there is room for, then what is best.", "Both sides of a comparison are counted in the same unit.", "Cross out what costs too much; of what is left compare the second column alone."],
  },
};
