const changes = (R, since) => range(R.length - 1).map((j) => R.at(-1)[j] - since(j));
const saysOfMatrix = (R) => (R[0][0] - R[1][0] >= 10 ? "A was forgotten" : R[1][1] - R[0][1] < 5 ? "B was never learnt" : "neither");
const twins = {
  backward_transfer: {
    ask: "BWT, to one decimal:",
    places: 1,
    heads: { R: { rows: ["after A", "after B", "after C"], columns: ["A", "B", "C"] } },
    draw: ({ whole, some }) => ({ R: some(3, (i) => some(3, (j) => (j <= i ? whole(60, 92) : whole(25, 55)))) }),
    right: ({ R }) => mean(changes(R, (j) => R[j][j])),
    wrong: {
      "one number for each corpus": ({ R }) => changes(R, (j) => R[j][j]),
      "the sign is turned": ({ R }) => -mean(changes(R, (j) => R[j][j])),
      "the last corpus is counted, too": ({ R }) => sum(changes(R, (j) => R[j][j])) / R.length,
      "compares with the first row": ({ R }) => mean(changes(R, (j) => R[0][j])),
      "adds up the losses": ({ R }) => sum(changes(R, (j) => R[j][j])),
      "rows and columns have changed places": ({ R }) => mean(range(R.length - 1).map((j) => R[j].at(-1) - R[j][j])),
      "the best score so far": ({ R }) => mean(changes(R, (j) => Math.max(...R.slice(j, -1).map((row) => row[j])))),
    },
  },
  stability_gap: {
    ask: "What comes back, in points:",
    draw: ({ whole }) => {
      const low = whole(50, 60);
      return { curve: [whole(72, 85), whole(61, 70), low, whole(61, 66), whole(62, 71)] };
    },
    right: ({ curve }) => curve.at(-1) - Math.min(...curve),
    wrong: {
      "the whole fall from the start": ({ curve }) => curve[0] - Math.min(...curve),
      "the sign is turned": ({ curve }) => Math.min(...curve) - curve.at(-1),
      "the lasting loss": ({ curve }) => curve[0] - curve.at(-1),
      "the last step alone": ({ curve }) => curve.at(-1) - curve.at(-2),
    },
  },
  reading: {
    ask: "What does the matrix say?",
    question: "A made-up accuracy matrix: first A is learnt, then B. Ten points or more lost are forgetting; five points or more won are learning.",
    choices: ["A was forgotten", "B was never learnt", "neither"],
    heads: { R: { rows: ["after A", "after B"], columns: ["A", "B"] } },
    draw: ({ whole, pick }) => {
      const [a, b] = [whole(70, 85), whole(30, 45)];
      return { R: pick([[[a, b], [a - whole(11, 35), b + whole(25, 40)]], [[a, b], [a - whole(0, 6), b + whole(0, 4)]], [[a, b], [a - whole(0, 8), b + whole(25, 40)]]]) };
    },
    right: ({ R }) => saysOfMatrix(R),
    wrong: {
      "rows are time and columns are tests: go down a column to see what became of a corpus.": ({ R }) => saysOfMatrix(transposed(R)),
      "what was not lost may also not have been won: look at B's column, too.": ({ R }) => (R[0][0] - R[1][0] >= 10 ? "A was forgotten" : "neither"),
    },
    hints: ["A row holds the scores of one moment.", "Two changes count: that of A since it was learnt, and that of B while it was.", "Take both differences between the rows, and hold each against its own limit."],
  },
};
