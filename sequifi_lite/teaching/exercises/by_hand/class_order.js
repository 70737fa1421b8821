function components(x) {
  const [O, S, all] = [x.length, x[0].length, mean(flat(x))];
  const [rows, cols] = [x.map(mean), transposed(x).map(mean)];
  const rest = sum(flat(x.map((row, i) => row.map((one, j) => (one - rows[i] - cols[j] + all) ** 2)))) / ((O - 1) * (S - 1));
  return Math.max(0, S * variance(rows, 1) - rest) / S;
}
const against = (difference) => (difference < -1 ? "behind vanilla" : difference > 1 ? "ahead of vanilla" : "level with vanilla");
const twins = {
  variance_of_orders: {
    ask: "The variance of orders, to two decimals:",
    places: 2,
    heads: { x: { rows: ["order 0", "order 1", "order 2"], columns: ["seed 0", "seed 1"] } },
    draw: ({ whole, some }) => ({ x: some(3, () => some(2, () => whole(0, 9))) }),
    right: ({ x }) => components(x),
    wrong: {
      "orders are the rows": ({ x }) => components(transposed(x)),
      "a part of it is noise of the seeds": ({ x }) => variance(x.map(mean), 1),
      "this is the standard deviation": ({ x }) => Math.sqrt(components(x)),
    },
  },
  reading: {
    ask: "In the mean over orders the method is",
    question: "Made-up scores in % of one method in six orders of the classes, and vanilla's. A point is level.",
    choices: ["behind vanilla", "level with vanilla", "ahead of vanilla"],
    draw: ({ whole, pick, some }) => {
      const orders = some(6, () => whole(56, 72));
      return { orders, vanilla: Math.round(mean(orders)) + pick([-whole(3, 5), 0, whole(3, 6), whole(3, 6)]) };
    },
    right: ({ orders, vanilla }) => against(mean(orders) - vanilla),
    wrong: {
      "that is the best order, chosen after looking: compare the mean over orders.": ({ orders, vanilla }) => against(Math.max(...orders) - vanilla),
      "that is the first order alone; one order is luck.": ({ orders, vanilla }) => against(orders[0] - vanilla),
      "that is the worst order; it is as much chosen after looking as the best.": ({ orders, vanilla }) => against(Math.min(...orders) - vanilla),
    },
    hints: ["All six count.", "Nobody knows beforehand which order will be the best.", "Add up the six, share by six, and take the difference to vanilla."],
  },
};
