const of = ({ features, labels }, k) => features.filter((_, i) => labels[i] === k);
const grown = (given, make) => given.means.map((m, k) => (of(given, k).length ? make(m, given.counts[k], of(given, k)) : m));
const adjusts = (there, said) => (said.filter((n) => n > 0).length === 1 ? "no: nothing but one class is said" : Math.max(...said.map((n, i) => n - there[i])) > 10 ? "yes: one class is said too often" : "no: every class is said about as often as it comes");
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
  reading: {
    ask: "Would logit adjustment help?",
    question: "How many clips of each class there are in a made-up test part, and how often each is said.",
    choices: ["yes: one class is said too often", "no: every class is said about as often as it comes", "no: nothing but one class is said"],
    heads: { there: { columns: ["ang", "hap", "neu", "sad"] }, said: { columns: ["ang", "hap", "neu", "sad"] } },
    draw: ({ whole, pick, shuffled }) => {
      const there = shuffled([60, 30, 30, 30]);
      const k = whole(0, 3),
        taken = whole(14, 22);
      const biased = there.map((n, i) => (i === k ? n + 3 * Math.min(taken, 22) : n - Math.min(taken, 22)));
      const level = shuffled([-2, -1, 1, 2]);
      return { there, said: pick([biased, there.map((n, i) => n + level[i]), there.map((_, i) => (i === k ? 150 : 0))]) };
    },
    right: ({ there, said }) => adjusts(there, said),
    wrong: {
      "the class that is said most often is also the most frequent: hold both rows against each other.": ({ there, said }) => (best(said) === best(there) && said.every((n) => n > 0) && adjusts(there, said).startsWith("no: every") ? "yes: one class is said too often" : adjusts(there, said)),
      "where nothing else is said there is no second answer to be brought back by a shift of this size.": ({ there, said }) => (Math.max(...said.map((n, i) => n - there[i])) > 20 ? "yes: one class is said too often" : adjusts(there, said)),
      "all classes are said, but not as often as they come.": ({ there, said }) => (said.every((n) => n > 0) ? "no: every class is said about as often as it comes" : adjusts(there, said)),
    },
    hints: ["Compare column by column.", "The correction shifts all clips by the same amount for each class.", "Look at the largest difference, and at whether any other class is said at all."],
  },
};
