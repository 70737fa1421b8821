const shares = (predictions, of) => predictions.map((row, i) => mean(row.map((one) => +(one === of(i)))));
const recalls = (c) => c.map((row, i) => row[i] / sum(row));
const happened = (says_one, won) => (says_one ? "it says one class to nearly everything" : won < 1 ? "it learnt nothing" : "it learnt, and kept what it knew");
const twins = {
  last_class_share: {
    ask: "One share a run, to two decimals:",
    places: 2,
    heads: { orders: { columns: ["first", "second", "third", "last"] } },
    draw: ({ pick, some, shuffled }) => {
      const orders = some(3, () => shuffled(range(4)));
      return { predictions: orders.map((order) => some(5, () => pick([...order, order[3]]))), orders };
    },
    right: ({ predictions, orders }) => shares(predictions, (i) => orders[i][3]),
    wrong: {
      "share of the first class": ({ predictions, orders }) => shares(predictions, (i) => orders[i][0]),
      "the highest number": ({ predictions }) => shares(predictions, () => 3),
      "the last run for all": ({ predictions, orders }) => shares(predictions, () => orders[2][3]),
      "this counts the predictions": ({ predictions, orders }) => shares(predictions, (i) => orders[i][3]).map((one) => 5 * one),
      "this is in %": ({ predictions, orders }) => shares(predictions, (i) => orders[i][3]).map((one) => 100 * one),
      "all other classes": ({ predictions, orders }) => shares(predictions, (i) => orders[i][3]).map((one) => 1 - one),
      "returns a single number": ({ predictions, orders }) => mean(shares(predictions, (i) => orders[i][3])),
    },
  },
  stability_and_plasticity: {
    ask: "dS and dP, to one decimal:",
    places: 1,
    heads: { before: { columns: ["source", "target"] }, after: { columns: ["source", "target"] } },
    draw: ({ tenths }) => {
      const before = [tenths(75, 85), tenths(40, 60)];
      return { before, after: [tenths(60, 74), tenths(65, 92)] };
    },
    right: ({ before, after }) => [after[0] - before[0], after[1] - before[1]],
    wrong: {
      "in the other order": ({ before, after }) => [after[1] - before[1], after[0] - before[0]],
      "the signs are turned": ({ before, after }) => [before[0] - after[0], before[1] - after[1]],
      "the sign of dS is lost": ({ before, after }) => [Math.abs(after[0] - before[0]), Math.abs(after[1] - before[1])],
      "these are ratios": ({ before, after }) => [after[0] / before[0], after[1] / before[1]],
      "relative changes": ({ before, after }) => [after[0] / before[0] - 1, after[1] / before[1] - 1],
      "scores after training": ({ after }) => after,
      "compares target with source": ({ before, after }) => [after[1] - after[0], before[1] - before[0]],
      "the other corpus's": ({ before, after }) => [after[0] - before[1], after[1] - before[0]],
    },
  },
  uar: {
    ask: "UAR, to two decimals:",
    places: 2,
    draw: ({ whole, some, pick }) => ({
      c: some(3, (i) => {
        const row = [0, 0, 0],
          clips = pick([2, 4, 5, 8, 10]);
        for (let k = 0; k < clips; k++) row[whole(0, 2) ? i : whole(0, 2)]++;
        return row;
      }),
    }),
    right: ({ c }) => mean(recalls(c)),
    wrong: {
      "these are the recalls": ({ c }) => recalls(c),
      "this is the accuracy": ({ c }) => sum(c.map((row, i) => row[i])) / sum(flat(c)),
      "mean precision": ({ c }) => mean(columns(c, (column, i) => column[i] / sum(column))),
      "this is the median": ({ c }) => increasing(recalls(c))[1],
      "this is the sum of the recalls": ({ c }) => sum(recalls(c)),
      "this is in %": ({ c }) => 100 * mean(recalls(c)),
      "the mean number of right clips": ({ c }) => mean(c.map((row, i) => row[i])),
      "every count is divided by all clips": ({ c }) => mean(c.map((row, i) => row[i] / sum(flat(c)))),
    },
  },
  reading: {
    ask: "What happened?",
    question: "A made-up run in % of a recogniser of four emotions: before and after a new corpus, and how often it says one of them, the class learnt last.",
    choices: ["it learnt, and kept what it knew", "it says one class to nearly everything", "it learnt nothing"],
    heads: { before: { columns: ["source", "target"] }, after: { columns: ["source", "target"] } },
    draw: ({ whole, pick }) => {
      const [s, t] = [whole(75, 85), whole(40, 55)];
      const run = pick([[s - whole(0, 3), t + whole(15, 30), whole(20, 32)], [s - whole(40, 50), t - whole(5, 15), whole(75, 98)], [s, t, whole(20, 32)]]);
      return { before: [s, t], after: run.slice(0, 2), last_class_share: run[2] };
    },
    right: ({ before, after, last_class_share: share }) => happened(share > 60, after[1] - before[1]),
    wrong: {
      "a source that holds says nothing of the target: look at what was won there.": ({ before, after, last_class_share: share }) => (before[0] - after[0] < 5 ? happened(false, 9) : happened(share > 60, 0)),
      "a target without a gain has two causes; the share of the last class tells them apart.": ({ before, after }) => happened(false, after[1] - before[1]),
    },
    hints: ["Three things are to be seen: the source, the target, and what is said.", "With four emotions a fair share of one is near a quarter.", "First ask whether the answers still differ from clip to clip, and only then what was won."],
  },
};
