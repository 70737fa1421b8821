const between = ({ theta, star }, weight) => theta.map((t, i) => (t + weight(i) * star[i]) / (1 + weight(i)));
const near = (one, other) => one.every((score, k) => Math.abs(score - other[k]) <= 1);
const springs = (scores) => (scores.every((row) => near(row, scores[0])) ? "they hold nothing at any strength" : near(scores[1], scores.at(-1)) ? "they are too stiff at every strength" : "they trade new for old");
const twins = {
  proximal_step: {
    ask: "One weight each, to two decimals:",
    places: 2,
    draw: ({ whole, pick, some }) => ({ theta: some(3, () => whole(-6, 6)), star: some(3, () => whole(-6, 6)), omega: [0, whole(1, 3), whole(4, 6)], strength: pick([0.5, 2, 3]) }),
    right: (given) => between(given, (i) => given.strength * given.omega[i]),
    wrong: {
      "along the penalty's gradient": ({ theta, star, omega, strength }) => theta.map((t, i) => t - strength * omega[i] * (t - star[i])),
      "where omega is 0": ({ theta, star, omega, strength }) => theta.map((t, i) => (t + strength * omega[i] * star[i]) / (1 + strength)),
      "theta and star are swapped": ({ theta, star, omega, strength }) => between({ theta: star, star: theta }, (i) => strength * omega[i]),
      "it is not divided": ({ theta, star, omega, strength }) => theta.map((t, i) => t + strength * omega[i] * star[i]),
      "twice too stiff": (given) => between(given, (i) => 2 * given.strength * given.omega[i]),
      "half as stiff": (given) => between(given, (i) => (given.strength * given.omega[i]) / 2),
      "the strength plays no part": (given) => between(given, (i) => given.omega[i]),
    },
  },
  reading: {
    ask: "What do the springs do?",
    question: "Made-up scores in % at four strengths of a penalty. A point is no difference.",
    choices: ["they hold nothing at any strength", "they trade new for old", "they are too stiff at every strength"],
    heads: { scores: { rows: ["0", "1", "100", "10,000"], columns: ["old", "new"] } },
    draw: ({ whole, pick }) => {
      const [o, n, base] = [whole(55, 65), whole(78, 86), whole(30, 40)];
      const free = [o, n],
        held = [o + whole(14, 20), base];
      return { scores: pick([[free, free, [o, n + 1], free], [free, [o + 1, n], [o + 8, n - 6], held], [free, held, held, [held[0], base + 1]]]) };
    },
    right: ({ scores }) => springs(scores),
    wrong: {
      "the old score holds, and the new one did not move at all: that is the price of every strength here.": ({ scores }) => (scores.at(-1)[0] - scores[0][0] > 2 ? "they trade new for old" : springs(scores)),
      "a strength ten thousand times as large that changes nothing is a sign of a bug, not of stiffness.": ({ scores }) => (Math.abs(scores[1][1] - scores.at(-1)[1]) <= 2 ? "they are too stiff at every strength" : springs(scores)),
    },
    hints: ["Read down both columns.", "Strength 0 is the same as no springs.", "Compare the first row with the second, and then the second with the last."],
  },
};
