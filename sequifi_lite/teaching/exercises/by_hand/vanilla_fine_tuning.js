const counted = (labels, classes) => range(classes).map((k) => labels.filter((one) => one === k).length);
const earliest = (valid) => {
  const column = best(columns(valid, (one) => Math.max(...one)));
  return [best(valid.map((row) => row[column])), column];
};
const twins = {
  rare_weights: {
    ask: "One weight a class, to two decimals:",
    places: 2,
    draw: ({ pick, some }) => ({ labels: some(8, () => pick([0, 1, 2, 2, 2])), classes: 3 }),
    right: ({ labels, classes }) => counted(labels, classes).map((n) => labels.length / (classes * n)),
    wrong: {
      "shares of the classes": ({ labels, classes }) => counted(labels, classes).map((n) => n / labels.length),
      "divide by the number of classes too": ({ labels, classes }) => counted(labels, classes).map((n) => labels.length / n),
      "times n / K is missing": ({ labels, classes }) => counted(labels, classes).map((n) => 1 / n),
      "mean over classes is 1 now": ({ labels, classes }) => {
        const inverse = counted(labels, classes).map((n) => 1 / n);
        return inverse.map((one) => (classes * one) / sum(inverse));
      },
      "not one for each clip": ({ labels, classes }) => labels.map((one) => labels.length / (classes * counted(labels, classes)[one])),
    },
  },
  choose_setting: {
    ask: "Row and column:",
    draw: ({ whole, some }) => ({ valid: some(3, () => some(4, () => whole(50, 56) / 100)) }),
    right: ({ valid }) => earliest(valid),
    wrong: { "returns the column first": ({ valid }) => earliest(valid).reverse() },
    fill: () => ({ table: "this table", right: "(row, column)" }),
  },
};
