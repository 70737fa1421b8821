// For each clip what is taken off its value: the mean over the clips of a speaker that count.
const less = ({ values, speakers, emotions }, counts) =>
  values.map((_, i) => mean(values.filter((_, k) => speakers[k] === speakers[i] && counts(emotions[k]))));
const calm = (emotion) => emotion === "neutral";
const apartFrom = (given, counts) => less(given, counts).map((one, i) => given.values[i] - one);
const higher = ([a, b]) => (a <= 0 && b <= 0 ? "neither is raised" : a > b ? "a" : "b");
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
  reading: {
    ask: "Whose voice is raised more?",
    question: "Two made-up clips in Hz: the pitch of each, and the mean pitch of the same speaker's neutral clips. Count in Hz above one's own neutral.",
    choices: ["a", "b", "neither is raised"],
    heads: { pitch: { columns: ["a", "b"] }, neutral: { columns: ["a", "b"] } },
    draw: ({ whole, pick }) => {
      const neutral = [whole(190, 230), whole(100, 130)];
      const raised = pick([[whole(3, 15), whole(20, 60)], [whole(30, 60), whole(3, 20)], [-whole(2, 20), -whole(2, 20)], [whole(1, 10), whole(11, 30)]]);
      const turned = pick([true, false]);
      const order = (list) => (turned ? [...list].reverse() : list);
      return { pitch: order(neutral.map((one, i) => one + raised[i])), neutral: order(neutral) };
    },
    right: ({ pitch, neutral }) => tied(pitch.map((one, i) => one - neutral[i])) ? NaN : higher(pitch.map((one, i) => one - neutral[i])),
    wrong: {
      "a high voice is not a raised one: compare each with its own neutral.": ({ pitch }) => higher(pitch),
      "the lower voice is not the calmer one by that: compare each with its own neutral.": ({ pitch }) => higher(pitch.map((one) => 500 - one)),
    },
    hints: ["There are two numbers for each speaker.", "What belongs to the speaker has to go out before two speakers are compared.", "Two differences, one for each speaker; mind their signs before their sizes."],
  },
};
