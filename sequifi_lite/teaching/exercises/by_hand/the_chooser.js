const sure = (speakers, corpora, above) => (above(speakers) && above(corpora) ? "both" : above(speakers) ? "speakers" : above(corpora) ? "corpora" : "neither");
const twins = {
  sure_of: {
    ask: "Where is it sure to be a gain?",
    choices: ["both", "speakers", "corpora", "neither"],
    heads: { speakers: { columns: ["low", "high"] }, corpora: { columns: ["low", "high"] } },
    draw: ({ tenths, pick }) => {
      const interval = () => {
        const low = pick([0, tenths(-3, -1), tenths(-0.5, -0.1), tenths(0.1, 1), tenths(0.1, 1)]);
        return [low, low + tenths(0.2, 3)].map((one) => Math.round(10 * one) / 10);
      };
      const loss = () => [tenths(-9, -5), tenths(-3, -1)];
      return pick([{ speakers: interval(), corpora: interval() }, { speakers: interval(), corpora: interval() }, { speakers: loss(), corpora: loss() }]);
    },
    right: ({ speakers, corpora }) => sure(speakers, corpora, ([low]) => low > 0),
    wrong: {
      "a sure loss, and no gain": ({ speakers, corpora }) => sure(speakers, corpora, ([low, high]) => low > 0 || high < 0),
      "an interval that begins at zero": ({ speakers, corpora }) => sure(speakers, corpora, ([low]) => low >= 0),
      "the middle is above zero": ({ speakers, corpora }) => sure(speakers, corpora, ([low, high]) => low + high > 0),
    },
  },
};
