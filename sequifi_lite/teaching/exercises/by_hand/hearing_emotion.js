// For each clip what is taken off its value: the mean over the clips of a speaker that count.
const less = ({ values, speakers, emotions }, counts) =>
  values.map((_, i) => mean(values.filter((_, k) => speakers[k] === speakers[i] && counts(emotions[k]))));
const calm = (emotion) => emotion === "neutral";
const apartFrom = (given, counts) => less(given, counts).map((one, i) => given.values[i] - one);
const twins = {
  own_neutral: {
    ask: "One number a clip, to one decimal:",
    places: 1,
    together: ["values", "speakers", "emotions"],
    draw: ({ whole, shuffled }) => {
      const [a, b] = [whole(18, 25), whole(9, 14)];
      const clips = shuffled([[a, "a", "neutral"], [a + whole(1, 4), "a", "neutral"], [a + whole(3, 8), "a", "anger"], [b, "b", "neutral"], [b + whole(2, 6), "b", "anger"]]);
      const [values, speakers, emotions] = transposed(clips);
      return { values: values.map((one) => 10 * one), speakers, emotions };
    },
    right: (given) => apartFrom(given, calm),
    wrong: {
      "the neutral of all speakers together": ({ values, emotions }) => values.map((one) => one - mean(values.filter((_, k) => calm(emotions[k])))),
      "the mean of all clips of a speaker": (given) => apartFrom(given, () => true),
      "the signs are turned": (given) => apartFrom(given, calm).map((one) => -one),
      "the speakers' neutral means": (given) => less(given, calm),
      "these are ratios": (given) => less(given, calm).map((one, i) => given.values[i] / one),
      "each speaker's first neutral clip": ({ values, speakers, emotions }) => values.map((one, i) => one - values[range(values.length).find((k) => speakers[k] === speakers[i] && calm(emotions[k]))]),
    },
  },
};
