const moves = ({ gradients, weights }) => gradients.map((row, i) => row.map((g, j) => -g * (weights[i + 1][j] - weights[i][j])));
const twins = {
  path_credit: {
    ask: "The credit of weight 0 and of weight 1:",
    places: 1,
    draw: ({ whole, some }) => ({ gradients: some(3, () => some(2, () => whole(-3, 3))), weights: some(4, () => some(2, () => whole(-3, 3))) }),
    right: (given) => columns(moves(given), sum),
    wrong: {
      "the sign is turned": (given) => columns(moves(given), (one) => -sum(one)),
      "have forgotten the path": ({ gradients, weights }) => columns(gradients, sum).map((g, j) => -g * (weights.at(-1)[j] - weights[0][j])),
      "no absolute value here": (given) => columns(moves(given), (one) => sum(one.map(Math.abs))),
      "negative products count, too": (given) => columns(moves(given), (one) => sum(one.map((x) => Math.max(x, 0)))),
      "plain SGD only": ({ gradients }) => columns(gradients, (one) => dot(one, one)),
      "not with the weight": ({ gradients, weights }) => columns(gradients, (one, j) => -dot(one, weights.slice(1).map((row) => row[j]))),
      "it is off by one": ({ gradients, weights }) => columns(gradients.slice(1).map((row, i) => row.map((g, j) => -g * (weights[i + 1][j] - weights[i][j]))), sum),
      "smaller by the number of steps": (given) => columns(moves(given), mean),
      "one number for each step": (given) => moves(given).map(sum),
      "the credits of single steps": moves,
      "the credit of all weights together": (given) => sum(flat(moves(given))),
    },
  },
  mas_of_biases: {
    ask: "The importance of each class's bias:",
    places: 1,
    draw: ({ whole, some }) => ({ logits: some(3, () => some(2, () => whole(-4, 4))) }),
    right: ({ logits }) => columns(logits, (z) => 2 * mean(z.map(Math.abs))),
    wrong: {
      "clips cancel": ({ logits }) => columns(logits, (z) => Math.abs(2 * mean(z))),
      "a factor of 2": ({ logits }) => columns(logits, (z) => mean(z.map(Math.abs))),
      "an importance is never negative": ({ logits }) => columns(logits, (z) => 2 * mean(z)),
      "the squared length itself": ({ logits }) => columns(logits, (z) => dot(z, z) / z.length),
      "the way of the Fisher": ({ logits }) => columns(logits, (z) => (4 * dot(z, z)) / z.length),
      "not the sum": ({ logits }) => columns(logits, (z) => 2 * sum(z.map(Math.abs))),
      "one number for each clip": ({ logits }) => logits.map((z) => 2 * mean(z.map(Math.abs))),
      "the mean over the clips is missing": ({ logits }) => logits.map((z) => z.map((one) => 2 * Math.abs(one))),
    },
  },
};
