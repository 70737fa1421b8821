const said = (low, high, line) => (-line <= low && high <= line ? "tie" : low > line ? "better" : high < -line ? "worse" : "open");
const chosen = ({ scores, tests }) => tests[best(scores)];
const twins = {
  told: {
    ask: "What does the difference say?",
    choices: ["tie", "better", "worse", "open"],
    draw: ({ pick, tenths }) => {
      const line = pick([1, 1, 2]);
      const [low, high] = pick([[-line, line], [tenths(0.1, 0.6), tenths(0.7, 0.9)], [tenths(0.1, 0.9), tenths(2.1, 3)], [tenths(-3, -1.2), tenths(1.2, 3)], [tenths(-0.9, -0.1), tenths(1.2, 1.8)], [line + tenths(0.1, 0.5), line + tenths(1, 3)], [-line - tenths(1, 3), -line - tenths(0.1, 0.5)], [tenths(-3, -2.1), tenths(-0.9, -0.1)]]);
      return { low: Math.round(10 * low) / 10, high: Math.round(10 * high) / 10, line };
    },
    right: ({ low, high, line }) => said(low, high, line),
    wrong: {
      "zero is not the line": ({ low, high, line }) => (low > 0 ? "better" : high < 0 ? "worse" : said(low, high, line)),
      "may be too wide for a tie": ({ low, high, line }) => (low < 0 && high > 0 ? "tie" : said(low, high, line)),
      "is a tie still": ({ low, high, line }) => (-line < low && high < line ? "tie" : low > line ? "better" : high < -line ? "worse" : "open"),
      "the line is not always at one point": ({ low, high }) => said(low, high, 1),
    },
  },
  may_be_printed: {
    ask: "The test score that may be printed:",
    together: ["setting", "scores", "tests"],
    draw: ({ whole, shuffled }) => {
      const top = whole(74, 80);
      return { setting: ["a", "b", "c", "d"], scores: shuffled([top, top, top - whole(1, 4), top - whole(3, 8)]), tests: shuffled([70, 72, 75, 79]).map((one) => one + whole(-1, 0)) };
    },
    right: chosen,
    wrong: {
      "the best score on test": ({ tests }) => Math.max(...tests),
      "the score on validation": ({ scores }) => Math.max(...scores),
      "of equal settings the first is taken": ({ scores, tests }) => tests[scores.lastIndexOf(Math.max(...scores))],
      "the mean over all settings": ({ tests }) => mean(tests),
    },
  },
};
