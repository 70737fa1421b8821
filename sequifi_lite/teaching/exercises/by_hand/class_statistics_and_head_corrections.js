const of = ({ features, labels }, k) => features.filter((_, i) => labels[i] === k);
const grown = (given, make) => given.means.map((m, k) => (of(given, k).length ? make(m, given.counts[k], of(given, k)) : m));
const twins = {
  update_means: {
    ask: "The new means, to two decimals:",
    question: "Two classes and one input: what was seen so far, and three new clips. Which means does a right `update_means` return?",
    places: 2,
    draw: ({ whole, some, shuffled }) => ({ means: some(2, () => whole(-8, 8)), counts: some(2, () => whole(2, 6)), features: some(3, () => whole(-8, 8)), labels: shuffled([0, 1, 1]) }),
    right: (given) => grown(given, (m, n, x) => (n * m + sum(x)) / (n + x.length)),
    wrong: {
      "weighs as much as one of 2,000": (given) => grown(given, (m, n, x) => (m + mean(x)) / 2),
      "these are the sums": (given) => grown(given, (m, n, x) => n * m + sum(x)),
      "the new clips alone: what was there": (given) => grown(given, (m, n, x) => mean(x)),
      "the means are those of before": ({ means }) => means,
    },
    fill: () => ({ equal: "this is the mean of the old mean and the new one" }),
  },
};
