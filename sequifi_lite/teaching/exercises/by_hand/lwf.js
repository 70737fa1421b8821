const softmax = (z) => z.map((one) => Math.exp(one) / sum(z.map(Math.exp)));
const taught = (held, won) => (Math.abs(held) <= 1 && Math.abs(won) <= 1 ? "nothing: its weight is too small" : won < -1 ? "it taught its mistakes" : "it held the old without a price");
const twins = {
  soften: {
    ask: "Two probabilities, to two decimals (a calculator helps):",
    places: 2,
    draw: ({ whole, pick }) => ({ logits: [[whole(-3, 3), whole(-3, 3)]], T: pick([2, 3, 4]) }),
    right: ({ logits: [z], T }) => softmax(z.map((one) => one / T)),
    wrong: {
      "the temperature divides": ({ logits: [z], T }) => softmax(z.map((one) => one * T)),
      "the temperature belongs inside the softmax": ({ logits: [z], T }) => softmax(z).map((one) => one / T),
      "the columns sum to 1": () => [1, 1],
      "the temperature plays no part": ({ logits: [z] }) => softmax(z),
      "these are logarithms": ({ logits: [z], T }) => softmax(z.map((one) => one / T)).map(Math.log),
    },
  },
  reading: {
    ask: "What did the teacher do?",
    question: "Made-up scores in %: vanilla and LwF, each on the old and the new corpus, and how often the teacher is right on the new clips. A point is no difference.",
    choices: ["nothing: its weight is too small", "it held the old without a price", "it taught its mistakes"],
    heads: { vanilla: { columns: ["old", "new"] }, lwf: { columns: ["old", "new"] } },
    draw: ({ whole, pick }) => {
      const [o, n] = [whole(60, 68), whole(78, 86)];
      const [change, teacher] = pick([[[0, 0], whole(30, 80)], [[1, 0], whole(30, 80)], [[whole(5, 12), -whole(0, 1)], whole(60, 80)], [[whole(5, 12), -whole(8, 20)], whole(25, 45)]]);
      return { vanilla: [o, n], lwf: [o + change[0], n + change[1]], teacher };
    },
    right: ({ vanilla, lwf }) => taught(lwf[0] - vanilla[0], lwf[1] - vanilla[1]),
    wrong: {
      "the old corpus gained; look at what the new one paid.": ({ vanilla, lwf }) => (lwf[0] - vanilla[0] > 1 ? "it held the old without a price" : taught(lwf[0] - vanilla[0], lwf[1] - vanilla[1])),
      "a teacher that is often wrong does harm only where its weight is felt.": ({ vanilla, lwf, teacher }) => (teacher < 50 ? "it taught its mistakes" : taught(lwf[0] - vanilla[0], lwf[1] - vanilla[1])),
    },
    hints: ["Compare LwF with vanilla, corpus by corpus.", "Two differences: one says what was held, the other what it cost.", "Ask first whether anything changed at all, then on which corpus, and in which direction."],
  },
};
