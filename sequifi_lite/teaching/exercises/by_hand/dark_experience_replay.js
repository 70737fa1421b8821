const apart = ({ z, stored }) => z.map((row, i) => row.map((one, j) => one - stored[i][j]));
const squares = (given) => apart(given).map((row) => row.map((one) => one ** 2));
const slope = (given, by) => apart(given).map((row) => row.map((one) => one * by(given.z.length, row.length)));
const draw = ({ whole, some }) => ({ z: some(2, () => some(3, () => whole(-3, 4))), stored: some(2, () => some(3, () => whole(-3, 4))) });
const filledBy = (clips, stored) => (stored.at(-1) === sum(stored) ? "with the latest clips alone" : Math.max(...stored) - Math.min(...stored) < 5 ? "with equally many of each corpus" : "by a reservoir over all clips");
const twins = {
  dark_term: {
    ask: "One number, to one decimal:",
    places: 1,
    draw,
    right: (given) => mean(squares(given).map(sum)),
    wrong: {
      "this is the mean over classes": (given) => mean(squares(given).map(mean)),
      "this is the sum over clips": (given) => sum(flat(squares(given))),
      "the sum is over clips and the mean over classes": (given) => mean(columns(squares(given), sum)),
      "this is the mean distance": (given) => mean(squares(given).map((row) => Math.sqrt(sum(row)))),
      "there are absolute values": (given) => mean(apart(given).map((row) => sum(row.map(Math.abs)))),
      "there are no squares": (given) => mean(apart(given).map(sum)),
      "there is a half too many": (given) => mean(squares(given).map(sum)) / 2,
    },
    fill: ({ z }) => ({ K: String(z[0].length) }),
  },
  dark_gradient: {
    ask: "Six numbers, row by row:",
    places: 1,
    draw,
    right: (given) => slope(given, (m) => 2 / m),
    wrong: {
      "the sign is the other way round": (given) => slope(given, (m) => -2 / m),
      "a factor 2 is missing": (given) => slope(given, (m) => 1 / m),
      "the mean over clips is missing": (given) => slope(given, () => 2),
      "the mean is over clips": (given) => slope(given, (_, K) => 2 / K),
      "as well; over them": (given) => slope(given, (m, K) => 2 / m / K),
    },
  },
  reading: {
    ask: "How was the memory filled?",
    question: "The clips of three corpora in the order in which they came, and how many of each a memory of 100 holds.",
    choices: ["by a reservoir over all clips", "with equally many of each corpus", "with the latest clips alone"],
    draw: ({ whole, pick }) => {
      const clips = [10 * whole(200, 300), 10 * whole(30, 60), 10 * whole(12, 25)];
      const fair = clips.map((n) => Math.round((100 * n) / sum(clips)) + whole(-1, 1));
      return { clips, stored: pick([fair, [33, 34, 33].map((n) => n + whole(-1, 1)), [0, 0, 100]]) };
    },
    right: ({ clips, stored }) => filledBy(clips, stored),
    wrong: {
      "a reservoir is fair to clips, not to corpora: a large corpus gets most of it.": ({ clips, stored }) => (Math.max(...stored) - Math.min(...stored) < 5 ? "by a reservoir over all clips" : filledBy(clips, stored)),
      "the corpora have very different shares; compare them with those of their clips.": ({ clips, stored }) => (stored.every((n) => n > 0) ? "with equally many of each corpus" : filledBy(clips, stored)),
      "the earliest corpus has most clips here because it is the largest.": ({ clips, stored }) => (best(stored) === best(clips) ? "with the latest clips alone" : filledBy(clips, stored)),
    },
    hints: ["Work out shares, of the clips and of the memory.", "A reservoir keeps every clip with the same probability.", "Compare both rows of shares: are they alike, are the second ones level, or is one of them all?"],
  },
};
