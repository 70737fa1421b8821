function components(x) {
  const [O, S, all] = [x.length, x[0].length, mean(flat(x))];
  const [rows, cols] = [x.map(mean), transposed(x).map(mean)];
  const rest = sum(flat(x.map((row, i) => row.map((one, j) => (one - rows[i] - cols[j] + all) ** 2)))) / ((O - 1) * (S - 1));
  return Math.max(0, S * variance(rows, 1) - rest) / S;
}
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
};
