const decided = (low, high, line) => (low > line ? "supported" : high < line ? "refuted" : "undecided");
const on_the_line = ({ far, score, d }, i) => score[i - 1] + ((score[i] - score[i - 1]) * (d - far[i - 1])) / (far[i] - far[i - 1]);
const crossing = ({ far, d }) => far.findIndex((one) => one >= d);
const twins = {
  decision: {
    ask: "What does the interval say of the line?",
    choices: ["supported", "refuted", "undecided"],
    draw: ({ pick, tenths }) => {
      const line = pick([0, 1, 2]);
      const [low, high] = pick([[0, tenths(1, 3)], [tenths(-3, -1), 0], [tenths(0.1, 1), tenths(1.5, 3)], [tenths(-3, -1.5), tenths(-1, -0.1)], [tenths(-1, -0.1), tenths(0.1, 2)]]);
      return { low: Math.round(10 * (line + low)) / 10, high: Math.round(10 * (line + high)) / 10, line };
    },
    right: ({ low, high, line }) => decided(low, high, line),
    wrong: {
      "the line is not always at 0": ({ low, high }) => decided(low, high, 0),
      "that end is not beyond it": ({ low, high, line }) => (low >= line ? "supported" : high <= line ? "refuted" : "undecided"),
    },
    fill: ({ low, high, line }) => ({ low: String(low), high: String(high), line: String(line) }),
  },
  read_at: {
    ask: "The UAR there, to one decimal:",
    places: 1,
    together: ["far", "score"],
    draw: ({ whole, pick, some }) => {
      const [a, b] = [whole(1, 3), whole(6, 9)];
      return { far: [0, a, b, whole(a + 1, b - 1), whole(b + 1, 12)], score: some(5, () => whole(50, 90)), d: whole(a, b - 1) + pick([0.25, 0.5, 0.75]) };
    },
    right: (given) => on_the_line(given, crossing(given)),
    wrong: {
      "the line that joins them": (given) => given.score[crossing(given)],
    },
  },
};
