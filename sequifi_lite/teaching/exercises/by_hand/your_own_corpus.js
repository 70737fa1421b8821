const own = ({ speakers, emotions }, who) => emotions.filter((_, i) => speakers[i] === who);
const single = (given, who) => new Set(own(given, who)).size === 1;
const people = ({ speakers }) => [...new Set(speakers)];
const clips = (given, which) => sum(people(given).filter(which).map((who) => own(given, who).length));
const twins = {
  told_by_the_voice: {
    ask: "The share, to two decimals:",
    places: 2,
    together: ["speakers", "emotions"],
    draw: ({ pick, some, shuffled }) => ({ speakers: shuffled(["a", "b", "c", ...some(5, () => pick(["a", "b", "c"]))]), emotions: some(8, () => pick(["anger", "anger", "fear"])) }),
    right: (given) => clips(given, (who) => single(given, who)) / given.speakers.length,
    wrong: {
      "it counts speakers": (given) => mean(people(given).map((who) => +single(given, who))),
      "the share of the other clips": (given) => clips(given, (who) => !single(given, who)) / given.speakers.length,
      "the commonest emotion of every speaker": (given) => sum(people(given).map((who) => Math.max(...["anger", "fear"].map((e) => own(given, who).filter((one) => one === e).length)))) / given.speakers.length,
      "this is a number of clips": (given) => clips(given, (who) => single(given, who)),
      "divides by the number of speakers": (given) => clips(given, (who) => single(given, who)) / people(given).length,
      "this is in per cent": (given) => (100 * clips(given, (who) => single(given, who))) / given.speakers.length,
    },
  },
};
