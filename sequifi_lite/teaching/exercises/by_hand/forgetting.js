const changes = (R, since) => range(R.length - 1).map((j) => R.at(-1)[j] - since(j));
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
};
