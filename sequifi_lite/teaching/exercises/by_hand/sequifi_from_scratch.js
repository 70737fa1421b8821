const long = (stages, steps) => stages.flatMap((k) => Array(steps / stages.length).fill(k));
const again = (list, times) => Array(times).fill(list).flat();
const trace = (recalls) => (Math.max(...recalls.slice(0, 3)) < 10 ? "the last class is nearly all that is said" : recalls.every((one, i) => i === 0 || one > recalls[i - 1] + 5) ? "the earlier a class, the more it lost" : "no trace of the order");
const twins = {
  shown_class: {
    ask: "The class of each of the 12 steps:",
    draw: ({ shuffled }) => ({ order: shuffled(range(6)).slice(0, 3), steps: 12, cycles: 2 }),
    right: ({ order, steps, cycles }) => long(again(order, cycles), steps),
    wrong: {
      "the class changes at every step": ({ order, steps }) => again(order, steps / order.length),
      "the classes come by their numbers": ({ order, steps, cycles }) => long(again(increasing(order), cycles), steps),
      "the order is turned round": ({ order, steps, cycles }) => long(again([...order].reverse(), cycles), steps),
      "one entry for a stage": ({ order, cycles }) => again(order, cycles),
      "`cycles` plays no part": ({ order, steps }) => long(order, steps),
      "each cycle has all steps": ({ order, steps, cycles }) => again(long(order, steps), cycles),
      "this is one cycle of it": ({ order, steps, cycles }) => long(order, steps / cycles),
    },
  },
  leak_of_a_step: {
    ask: "The change of each logit, to two decimals:",
    places: 2,
    draw: ({ whole, pick, some }) => {
      const first = whole(1, 9) / 10;
      return { h: some(2, () => whole(-3, 3)), p: [first, 1 - first].map((one) => Math.round(10 * one) / 10), c: whole(0, 1), other: some(2, () => whole(-3, 3)), eta: pick([0.1, 0.5]) };
    },
    right: ({ h, p, c, other, eta }) => p.map((one, k) => -eta * (one - +(k === c)) * (dot(h, other) + 1)),
    wrong: {
      "the sign is turned": ({ h, p, c, other, eta }) => p.map((one, k) => eta * (one - +(k === c)) * (dot(h, other) + 1)),
      "the bias is missing": ({ h, p, c, other, eta }) => p.map((one, k) => -eta * (one - +(k === c)) * dot(h, other)),
    },
  },
  reading: {
    ask: "What do the recalls say?",
    question: "Recalls in % of four classes after one pass, in the order in which the classes were shown; made up.",
    choices: ["the last class is nearly all that is said", "the earlier a class, the more it lost", "no trace of the order"],
    heads: { recalls: { columns: ["first", "2nd", "3rd", "last"] } },
    draw: ({ whole, pick, shuffled }) => {
      const a = whole(30, 45);
      return { recalls: pick([[whole(0, 3), whole(0, 3), whole(0, 4), whole(96, 100)], [a, a + whole(8, 12), a + whole(18, 24), a + whole(35, 45)], shuffled([a + 30, a + 33, a + 28, a + 36])]) };
    },
    right: ({ recalls }) => trace(recalls),
    wrong: {
      "the last class has the highest recall here as well, but the others are still recognised.": ({ recalls }) => (best(recalls) === 3 ? "the last class is nearly all that is said" : trace(recalls)),
      "a mean over the classes says nothing about the order: read from left to right.": ({ recalls }) => (mean(recalls) > 40 ? "no trace of the order" : trace(recalls)),
    },
    hints: ["Read from left to right.", "Recalls of nearly nothing beside one of nearly everything have one cause.", "Are the first three still there? If they are, do they rise from first to last?"],
  },
};
