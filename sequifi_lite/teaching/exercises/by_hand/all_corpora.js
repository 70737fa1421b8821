const middle = (values) => mean(values.slice(values.length / 4, values.length - values.length / 4));
const places = (p) => range(p.length).sort((a, b) => p[a] - p[b]);
function holm(p, carry = true) {
  const sorted = places(p).map((k, i) => p[k] * (p.length - i)),
    carried = sorted.map((one, i) => Math.min(1, carry ? Math.max(...sorted.slice(0, i + 1)) : one));
  return p.map((_, k) => carried[places(p).indexOf(k)]);
}
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
};
