const average = (weights, share) => weights.slice(1).reduce((old, now, i) => (1 - share(i)) * old + share(i) * now, weights[0]);
const trained = ({ moves }, theta, task) => theta / 2 + moves[task];
const walked = (given, share, old = (task) => 1 - share(task), start = (theta) => theta) =>
  range(given.moves.length).reduce((theta, task) => old(task) * theta + share(task) * trained(given, start(theta), task), given.theta);
const alpha = (scores, by) => String(best(scores.map(by)) / 4);
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
  reading: {
    ask: "Which α would you keep?",
    question: "Made-up scores in % on the line from the source model (α = 0) to the new one. Choose the best mean of both among those that lose at most `limit` points of the old.",
    choices: ["0", "0.25", "0.5", "0.75", "1"],
    heads: { scores: { rows: ["0", "0.25", "0.5", "0.75", "1"], columns: ["old", "new"] } },
    draw: ({ whole }) => {
      const [o, n] = [whole(78, 84), whole(40, 48)];
      const lost = [0, whole(0, 1), whole(2, 4), whole(6, 9), whole(14, 22)],
        won = [0, whole(8, 12), whole(20, 26), whole(30, 34), whole(36, 38)];
      return { scores: lost.map((one, i) => [o - one, n + won[i]]), limit: whole(1, 9) };
    },
    right: ({ scores, limit }) => tied(scores.map((row, i) => (scores[0][0] - row[0] <= limit ? sum(row) : -i))) ? NaN : alpha(scores, (row) => (scores[0][0] - row[0] <= limit ? row[0] + row[1] : -1)),
    wrong: {
      "this has the best mean of all, and loses more than the limit.": ({ scores }) => alpha(scores, (row) => row[0] + row[1]),
      "this has the best new score, and loses more than the limit.": ({ scores }) => alpha(scores, (row) => row[1]),
      "this loses the least, and wins the least as well.": ({ scores }) => alpha(scores, (row) => row[0]),
      "a loss of exactly the limit is still allowed.": ({ scores, limit }) => alpha(scores, (row) => (scores[0][0] - row[0] < limit ? row[0] + row[1] : -1)),
    },
    hints: ["Two questions, one after the other: what is allowed, and what is best.", "The loss counts from α = 0.", "Cross out the rows that lose too much, then add up the two scores of each row that is left."],
  },
};
