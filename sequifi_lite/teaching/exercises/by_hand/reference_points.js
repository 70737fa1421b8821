// Halves are left out: what rounds them to even elsewhere would round them up here.
const rounded = (number) => (number % 1 === 0.5 ? NaN : Math.round(number));
const stretched = (steps, sizes, rows) => rounded((steps * sum(sizes)) / rows);
const twins = {
  gap_closed: {
    ask: "The share, to two decimals:",
    places: 2,
    draw: ({ whole }) => {
      const vanilla = whole(60, 75);
      return { method: vanilla + whole(-6, 14), vanilla, joint: vanilla + whole(4, 12) };
    },
    right: ({ method, vanilla, joint }) => (method - vanilla) / (joint - vanilla),
    wrong: {
      "that is left open": ({ method, vanilla, joint }) => (joint - method) / (joint - vanilla),
      "the sign is turned": ({ method, vanilla, joint }) => (vanilla - method) / (joint - vanilla),
      "it returns a percentage": ({ method, vanilla, joint }) => (100 * (method - vanilla)) / (joint - vanilla),
      "it returns points": ({ method, vanilla }) => method - vanilla,
      "it divides by joint's score": ({ method, vanilla, joint }) => (method - vanilla) / joint,
      "the method's share of joint's score": ({ method, joint }) => method / joint,
      "the fraction is upside down": ({ method, vanilla, joint }) => (joint - vanilla) / (method - vanilla),
    },
  },
  joint_steps: {
    ask: "Steps, as a whole number:",
    draw: ({ whole, pick }) => ({ T: pick([100, 200, 300]), sizes: [whole(50, 90), whole(5, 30), whole(5, 30)].map((one) => 10 * one) }),
    right: ({ T, sizes }) => stretched(2 * T, sizes, sum(sizes.slice(1))),
    wrong: {
      "with vanilla's steps": ({ T }) => 2 * T,
      "cuts the fraction off": ({ T, sizes }) => Math.floor((2 * T * sum(sizes)) / sum(sizes.slice(1))),
      "T steps for the source, too": ({ T, sizes }) => stretched(3 * T, sizes, sum(sizes.slice(1))),
      "the ratio is upside down": ({ T, sizes }) => rounded((2 * T * sum(sizes.slice(1))) / sum(sizes)),
      "it divides by the source's rows": ({ T, sizes }) => stretched(2 * T, sizes, sizes[0]),
      "leaves the new rows out of all rows": ({ T, sizes }) => rounded((2 * T * sizes[0]) / sum(sizes.slice(1))),
      "it counts T steps once": ({ T, sizes }) => stretched(T, sizes, sum(sizes.slice(1))),
      "the last corpus alone": ({ T, sizes }) => stretched(2 * T, sizes, sizes[2]),
      "the second corpus alone": ({ T, sizes }) => stretched(2 * T, sizes, sizes[1]),
    },
  },
};
