const between = ({ theta, star }, weight) => theta.map((t, i) => (t + weight(i) * star[i]) / (1 + weight(i)));
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
};
