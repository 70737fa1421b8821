const middle = (values) => mean(values.slice(values.length / 4, values.length - values.length / 4));
const places = (p) => range(p.length).sort((a, b) => p[a] - p[b]);
function holm(p, carry = true) {
  const sorted = places(p).map((k, i) => p[k] * (p.length - i)),
    carried = sorted.map((one, i) => Math.min(1, carry ? Math.max(...sorted.slice(0, i + 1)) : one));
  return p.map((_, k) => carried[places(p).indexOf(k)]);
}
const row = (scores, by) => twins.reading.choices[best(scores.map(by))];
const twins = {
  middle_half: {
    ask: "The mean of the middle half, to two decimals:",
    places: 2,
    draw: ({ whole, some }) => ({ values: some(8, () => whole(-20, 60)) }),
    right: ({ values }) => middle(increasing(values)),
    wrong: {
      "this is the median": ({ values }) => mean(increasing(values).slice(3, 5)),
      "the values have to be sorted first": ({ values }) => middle(values),
      "this is the mean of all values": ({ values }) => mean(values),
    },
  },
  corrected: {
    ask: "The corrected values, to three decimals:",
    places: 3,
    draw: ({ whole, some }) => ({ p: some(4, () => whole(1, 60) / 100) }),
    right: ({ p }) => holm(p),
    wrong: {
      "this is Bonferroni's correction": ({ p }) => p.map((one) => one * p.length),
      "a larger p may not end up below": ({ p }) => holm(p, false),
      "put them back in the order": ({ p }) => increasing(holm(p)),
    },
  },
  reading: {
    ask: "Which row is best, old and new counted alike?",
    question: "Made-up scores in % after the new corpus.",
    choices: ["zero-shot", "vanilla", "replay", "one at a time"],
    heads: { scores: { rows: ["zero-shot", "vanilla", "replay", "one at a time"], columns: ["old", "new"] } },
    draw: ({ whole }) => {
      const [o, n] = [whole(76, 84), whole(45, 55)];
      return { scores: [[o, n], [o - whole(3, 9), n + whole(26, 34)], [o - whole(0, 4), n + whole(22, 31)], [o - whole(8, 20), n + whole(10, 33)]] };
    },
    right: ({ scores }) => tied(scores.map(sum)) ? NaN : row(scores, ([o, n]) => o + n),
    wrong: {
      "doing nothing wins on the old corpus: the new one counts as well.": ({ scores }) => row(scores, ([o]) => o),
      "this has the best new score; what it lost of the old counts as much.": ({ scores }) => row(scores, ([, n]) => n),
    },
    hints: ["Two columns count alike.", "Who does nothing loses nothing, and wins nothing.", "Add up each row; ties aside, one sum is the largest."],
  },
};
