const softmax = (z) => z.map((one) => Math.exp(one) / sum(z.map(Math.exp)));
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
};
