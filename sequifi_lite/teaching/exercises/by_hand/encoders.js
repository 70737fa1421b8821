const pooled = (frames, n = 0) => [mean(frames), Math.sqrt(variance(frames, n))];
const test_of = (test, chosen) => mean(test.map((row, i) => row[chosen(i)]));
const flattering = (test) => Math.max(...columns(test, mean));
const twins = {
  masked_pooling: {
    ask: "Mean and deviation, to two decimals:",
    question: "One clip of width 1 in a padded batch: its `states`, and how many of them are real. Which two numbers does a right `masked_pooling` make of it?",
    places: 2,
    draw: ({ whole, some }) => ({ states: some(6, () => whole(-9, 9)), lengths: whole(3, 5) }),
    right: ({ states, lengths }) => pooled(states.slice(0, lengths)),
    wrong: {
      "the padding is counted": ({ states }) => pooled(states),
      "the means should come first": ({ states, lengths }) => pooled(states.slice(0, lengths)).reverse(),
      "the deviation is divided by n - 1": ({ states, lengths }) => pooled(states.slice(0, lengths), 1),
    },
  },
  two_scores: {
    ask: "The nested score and the flattering one, to one decimal:",
    places: 1,
    heads: Object.fromEntries(["valid", "test"].map((name) => [name, { rows: ["fold 0", "fold 1", "fold 2"], columns: ["layer 0", "1", "2"] }])),
    draw: ({ whole, some }) => ({ valid: some(3, () => some(3, () => whole(55, 85))), test: some(3, () => some(3, () => whole(55, 85))) }),
    right: ({ valid, test }) => [test_of(test, (i) => best(valid[i])), flattering(test)],
    wrong: {
      "in the other order": ({ valid, test }) => [flattering(test), test_of(test, (i) => best(valid[i]))],
      "another layer in every fold": ({ valid, test }) => [test_of(test, (i) => best(valid[i])), test_of(test, (i) => best(test[i]))],
      "the mean over all validation parts": ({ valid, test }) => [test_of(test, () => best(columns(valid, mean))), flattering(test)],
      "chooses on the test part": ({ test }) => [test_of(test, (i) => best(test[i])), flattering(test)],
      "the validation score of the chosen layers": ({ valid, test }) => [test_of(valid, (i) => best(valid[i])), flattering(test)],
      "a mean over layers": ({ valid, test }) => [test_of(test, (i) => best(valid[i])), Math.max(...test.map(mean))],
    },
  },
};
