const there = (counts) => counts.filter((n) => n > 0);
const share = (counts) => Math.max(...counts) / sum(counts);
const labelled = ({ digests, labels }, i) => new Set(labels.filter((_, k) => digests[k] === digests[i])).size;
const recorded = ({ digests }, i) => digests.filter((one) => one === digests[i]).length;
const beside = (score, idle) => (score > idle + 1 ? "better" : score < idle - 1 ? "worse" : "no better");
const twins = {
  not_listening: {
    ask: "Accuracy and UAR, to two decimals:",
    places: 2,
    draw: ({ whole, shuffled }) => ({ counts: shuffled([whole(10, 40), whole(10, 40), whole(45, 90), whole(10, 40), 0]) }),
    right: ({ counts }) => [share(counts), 1 / there(counts).length],
    wrong: {
      "in the other order": ({ counts }) => [1 / there(counts).length, share(counts)],
      "the numbers are right in %": ({ counts }) => [100 * share(counts), 100 / there(counts).length],
      "the first number counts clips": ({ counts }) => [Math.max(...counts), 1 / there(counts).length],
      "both numbers are the accuracy": ({ counts }) => [share(counts), share(counts)],
      "the recall of the largest class": ({ counts }) => [share(counts), 1],
      "both numbers are the UAR": ({ counts }) => [1 / there(counts).length, 1 / there(counts).length],
      "the accuracy of the first class": ({ counts }) => [counts[0] / sum(counts), 1 / there(counts).length],
      "a class without clips has no recall": ({ counts }) => [share(counts), 1 / counts.length],
    },
  },
  contradictions: {
    ask: "The rows, in increasing order:",
    together: ["digests", "labels"],
    draw: ({ pick, some }) => ({ digests: some(7, () => pick(["p", "q", "r", "s"])), labels: some(7, () => pick(["joy", "fear"])) }),
    right: (given) => range(7).filter((i) => labelled(given, i) > 1),
    wrong: {
      "the rows are counted from 1": (given) => range(7).filter((i) => labelled(given, i) > 1).map((i) => i + 1),
      "the clips without a contradiction": (given) => range(7).filter((i) => labelled(given, i) === 1),
      "all recordings that occur more than once": (given) => range(7).filter((i) => recorded(given, i) > 1),
      "recordings that occurred before": ({ digests }) => range(7).filter((i) => digests.indexOf(digests[i]) < i),
    },
  },
  reading: {
    ask: "Beside a model that always says the largest class, it is",
    question: "Clips of each class, and the scores of a made-up model in %. Count a point to either side as equal.",
    choices: ["better", "no better", "worse"],
    draw: ({ whole, pick, some }) => {
      const counts = [whole(50, 80), ...some(3, () => whole(8, 16))];
      const uar = pick([25, 25 + whole(6, 30), 25 - whole(4, 10)]);
      return { counts, accuracy: pick([Math.round((100 * counts[0]) / sum(counts)), whole(30, 70)]), uar };
    },
    right: ({ counts, uar }) => beside(uar, 100 / counts.length),
    wrong: {
      "that is the accuracy, which the largest class carries: UAR counts each class once.": ({ counts, accuracy }) => beside(accuracy, (100 * Math.max(...counts)) / sum(counts)),
      "accuracy is held against one class in four; with such counts not listening has far more.": ({ counts, accuracy }) => beside(accuracy, 100 / counts.length),
    },
    hints: ["There are two scores; which one does not follow the counts?", "Always saying one class has a UAR that only the number of classes decides.", "Hold the model's UAR against that of one right class and no other."],
  },
};
