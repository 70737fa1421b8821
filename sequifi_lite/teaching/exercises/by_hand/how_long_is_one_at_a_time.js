const stages = (steps, count, first = true) => range(count).flatMap((k) => Array(Math.floor(steps / count) + +((first ? k : count - 1 - k) < steps % count)).fill(k));
const seen = ({ g, H }, which) => sum(H.map((h, k) => h * sum(g.filter((_, j) => which(k, j)))));
const twins = {
  shown_at: {
    ask: "The emotion of each step:",
    draw: ({ whole }) => {
      const [classes, passes] = [whole(2, 4), whole(2, 3)];
      return { steps: whole(classes * passes + 1, 14), classes, passes };
    },
    right: ({ steps, classes, passes }) => stages(steps, classes * passes).map((k) => k % classes),
    wrong: {
      "the steps that are left over stand at the end": ({ steps, classes, passes }) => stages(steps, classes * passes, false).map((k) => k % classes),
      "stages are numbered on and on": ({ steps, classes, passes }) => stages(steps, classes * passes),
      "the emotion changes at every step": ({ steps, classes }) => range(steps).map((k) => k % classes),
      "one pass with stages twice as long": ({ steps, classes }) => stages(steps, classes),
    },
  },
  second_order: {
    ask: "One number:",
    question: "Three emotions and one weight: a gradient and a second derivative for each. Which number multiplies η²?",
    draw: ({ whole, some }) => ({ H: some(3, () => whole(1, 5)), g: some(3, () => whole(-5, 5)) }),
    right: (given) => seen(given, (k, j) => j < k),
    wrong: {
      "here it sees those after it": (given) => seen(given, (k, j) => j > k),
      "leave its own step out": (given) => seen(given, (k, j) => j <= k),
      "the first one sees none": (given) => seen(given, () => true),
      "times its own step": (given) => seen(given, (k, j) => j === k),
      "the sign is turned": (given) => -seen(given, (k, j) => j < k),
    },
  },
};
