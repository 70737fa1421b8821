const both = (train, test) => train.filter((one) => test.includes(one));
const once = (names) => [...new Set(names)];
const leaks = ({ speaker, sentence, test }, i) => [speaker, sentence].map((list) => test.some((row) => list[row] === list[i]));
const twins = {
  shared: {
    ask: "The names, in alphabetical order:",
    question: "The speakers of clips; where it says none, nobody knows. Which names should `shared` return?",
    words: true,
    draw: ({ pick, some }) => {
      const names = ["ana", "bo", "cem", "dia", "eli", "none"];
      return { train: some(6, () => pick(names)), test: some(4, () => pick(names)) };
    },
    right: ({ train, test }) => once(both(train, test)).filter((one) => one !== "none").sort(),
    wrong: {
      "leave None out": ({ train, test }) => once(both(train, test)).sort(),
      "every name should be there once": ({ train, test }) => both(train, test).filter((one) => one !== "none").sort(),
    },
    fill: (_, value) => ({ got: value.join(" ") }),
  },
  may_train: {
    ask: "1 or 0 for each clip: may it be trained on?",
    together: ["speaker", "sentence"],
    draw: ({ pick, some, whole }) => ({ speaker: some(7, () => pick(["p", "q", "r"])), sentence: some(7, () => pick(["1", "2", "3"])), test: [whole(0, 6)] }),
    right: (given) => range(7).map((i) => +!leaks(given, i).some(Boolean)),
    wrong: {
      "sharing one is enough to leak": (given) => range(7).map((i) => +!leaks(given, i).every(Boolean)),
      "this marks the rows that share something": (given) => range(7).map((i) => +leaks(given, i).some(Boolean)),
    },
  },
  percentile_interval: {
    ask: "The lower and the upper end:",
    draw: ({ pick, some, whole }) => ({ draws: some(9, () => whole(10, 60)), level: pick([0.5, 0.75]) }),
    right: ({ draws, level }) => [4 - 8 * (level / 2), 4 + 8 * (level / 2)].map((place) => increasing(draws)[place]),
    wrong: {
      "in the other order": ({ draws, level }) => [4 + 8 * (level / 2), 4 - 8 * (level / 2)].map((place) => increasing(draws)[place]),
      "the draws are not sorted": ({ draws, level }) => [4 - 8 * (level / 2), 4 + 8 * (level / 2)].map((place) => draws[place]),
      "this is the width": ({ draws, level }) => increasing(draws)[4 + 8 * (level / 2)] - increasing(draws)[4 - 8 * (level / 2)],
    },
  },
};
