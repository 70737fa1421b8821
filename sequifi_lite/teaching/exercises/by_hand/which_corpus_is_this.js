const distances = ({ x, means }) => x.map((one) => means.map((m) => Math.abs(one - m)));
const told = (given, refused) => distances(given).map((far) => (refused(Math.min(...far), given.limits[least(far)], far) ? -1 : least(far)));
const blame = (score, told, reference) => (told - score > 1 ? "gate" : reference - told > 1 ? "heads" : "nothing");
const twins = {
  whom_to_ask: {
    ask: "A number for each clip:",
    question: "Clips, means and limits have one input each. What does a right `whom_to_ask` return?",
    draw: ({ whole, some, shuffled }) => {
      const [means, limits] = [[0, 9, 20], shuffled([2, 3, 8])];
      const k = limits.indexOf(2);
      return { x: shuffled([means[k] + 2, ...some(5, () => whole(-12, 32))]), means, limits };
    },
    right: (given) => told(given, (far, limit) => far > limit),
    wrong: {
      "the limits play no part": (given) => told(given, () => false),
      "a corpus further away whose limit is wider": (given) =>
        distances(given).map((far) => {
          const within = far.map((one, k) => (one <= given.limits[k] ? one : Infinity));
          return Number.isFinite(Math.min(...within)) ? least(within) : -1;
        }),
      "a clip at exactly the limit": (given) => told(given, (far, limit) => far >= limit),
      "the square of the distance": (given) => told(given, (far, limit) => far ** 2 > limit),
      "the widest limit": (given) => told(given, (far) => far > Math.max(...given.limits)),
      "the narrowest limit": (given) => told(given, (far) => far > Math.min(...given.limits)),
      "the furthest mean": (given) => distances(given).map(best),
    },
  },
  to_blame: {
    ask: "Which part is to blame?",
    choices: ["gate", "heads", "nothing"],
    draw: ({ whole, pick }) => {
      const score = whole(60, 80) / 1,
        told = score + pick([0, 0.5, 1, 1.5, 3, 6]);
      return { right: pick([45, 52, 75, 93, 97]), score, told, reference: told + pick([-1, 0.5, 1, 1.5, 4, 8]) };
    },
    right: ({ score, told, reference }) => blame(score, told, reference),
    wrong: {
      "half of the addresses are wrong": ({ right, score, told, reference }) => (right < 60 ? "gate" : blame(score, told, reference)),
      "few addresses are wrong": ({ right, score, told, reference }) => (right > 89 ? blame(told, told, reference) : blame(score, told, reference)),
      "exactly one point is not more than one": ({ score, told, reference }) => (told - score >= 1 ? "gate" : reference - told >= 1 ? "heads" : "nothing"),
    },
  },
};
