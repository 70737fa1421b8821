// Halves are left out: what rounds them to even elsewhere would round them up here.
const rounded = (number) => (number % 1 === 0.5 ? NaN : Math.round(number));
const stretched = (steps, sizes, rows) => rounded((steps * sum(sizes)) / rows);
const placed = (majority, zero_shot, joint, method) => (method < majority ? "something is broken" : method < zero_shot ? "it did harm" : method > joint ? "look again: above joint" : "nothing strange");
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
  reading: {
    ask: "What does the score of the method say?",
    question: "Made-up means in % over both corpora: always one class, the source model as it is, joint training, and a method.",
    choices: ["something is broken", "it did harm", "look again: above joint", "nothing strange"],
    draw: ({ whole, pick }) => {
      const [majority, zero_shot, joint] = [25, whole(55, 62), whole(78, 84)];
      return { majority, zero_shot, joint, method: pick([whole(15, 24), whole(35, zero_shot - 3), whole(zero_shot + 3, joint - 2), joint + whole(1, 3)]) };
    },
    right: ({ majority, zero_shot, joint, method }) => placed(majority, zero_shot, joint, method),
    wrong: {
      "below zero-shot is harm, but who is below always saying one class has a bug to look for.": ({ zero_shot, joint, method }) => placed(0, zero_shot, joint, method),
      "above joint is possible, and no proof of a bug: look again.": ({ majority, zero_shot, joint, method }) => (method > joint ? "something is broken" : placed(majority, zero_shot, joint, method)),
      "a low score alone is no bug: it lies above always saying one class.": ({ zero_shot, joint, method }) => placed(zero_shot, zero_shot, joint, method),
    },
    hints: ["Put the four numbers into one order.", "Doing nothing at all would have given the second of them.", "Ask from below: is it under not listening, under doing nothing, or over what all data give?"],
  },
};
