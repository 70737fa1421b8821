const average = (weights, share) => weights.slice(1).reduce((old, now, i) => (1 - share(i)) * old + share(i) * now, weights[0]);
const trained = ({ moves }, theta, task) => theta / 2 + moves[task];
const walked = (given, share, old = (task) => 1 - share(task), start = (theta) => theta) =>
  range(given.moves.length).reduce((theta, task) => old(task) * theta + share(task) * trained(given, start(theta), task), given.theta);
const twins = {
  moving_average: {
    ask: "The average at the end, to two decimals:",
    question: "One weight: before the first step, and after each of three steps. Which number does a right `moving_average` return?",
    places: 2,
    draw: ({ whole, pick, some }) => ({ weights: some(4, () => whole(-9, 9)), beta: pick([0.6, 0.7, 0.8, 0.9]) }),
    right: ({ weights, beta }) => average(weights, () => 1 - beta),
    wrong: {
      "the average after every step": ({ weights, beta }) => weights.map((_, i) => average(weights.slice(0, i + 1), () => 1 - beta)),
      "every row the same share": ({ weights }) => mean(weights),
      "the first and the last row alone": ({ weights, beta }) => beta * weights[0] + (1 - beta) * weights.at(-1),
      "the rows between the first and the last": ({ weights, beta }) => beta ** 3 * weights[0] + (1 - beta ** 3) * weights.at(-1),
      "as Adam does": ({ weights, beta }) => average([0, ...weights.slice(1)], () => 1 - beta) / (1 - beta ** 3),
      "mixes the last two rows": ({ weights, beta }) => beta * weights.at(-2) + (1 - beta) * weights.at(-1),
      "has lost its share": ({ weights, beta }) => average([0, ...weights.slice(1)], () => 1 - beta),
      "they have changed places": ({ weights, beta }) => average(weights, () => beta),
    },
    fill: ({ beta }) => ({ kept: (beta ** 3).toFixed(3) }),
  },
  one_over_t: {
    ask: "The last weight, to two decimals:",
    question: "One weight. Training on a task leads from `theta` to `theta / 2 + moves[task]`. Which weight is left after two tasks?",
    places: 2,
    draw: ({ whole, some }) => ({ theta: whole(-9, 9), moves: some(2, () => whole(-9, 9)) }),
    right: (given) => walked(given, (task) => 1 / (task + 2)),
    wrong: {
      "too small a share": (given) => walked(given, (task) => 1 / (task + 3)),
      "stays at 1/2": (given) => walked(given, () => 1 / 2),
      "the share of the last one": (given) => walked(given, () => 1 / 3),
      "the shares have changed places": (given) => walked(given, (task) => 1 - 1 / (task + 2)),
      "the old weights keep all of their share": (given) => walked(given, (task) => 1 / (task + 2), () => 1),
      "every training starts from the source": (given) => walked(given, (task) => 1 / (task + 2), undefined, () => given.theta),
    },
  },
};
