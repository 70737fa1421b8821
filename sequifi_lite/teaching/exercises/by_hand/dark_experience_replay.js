const apart = ({ z, stored }) => z.map((row, i) => row.map((one, j) => one - stored[i][j]));
const squares = (given) => apart(given).map((row) => row.map((one) => one ** 2));
const slope = (given, by) => apart(given).map((row) => row.map((one) => one * by(given.z.length, row.length)));
const draw = ({ whole, some }) => ({ z: some(2, () => some(3, () => whole(-3, 4))), stored: some(2, () => some(3, () => whole(-3, 4))) });
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
};
