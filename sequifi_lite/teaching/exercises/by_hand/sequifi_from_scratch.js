const long = (stages, steps) => stages.flatMap((k) => Array(steps / stages.length).fill(k));
const again = (list, times) => Array(times).fill(list).flat();
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
};
