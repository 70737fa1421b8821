const layers = ({ batch, inputs, hidden, classes }, first, second) => 2 * batch * (first * inputs * hidden + second * hidden * classes);
const twins = {
  flops_per_step: {
    ask: "Operations of one step:",
    draw: ({ pick }) => ({ batch: pick([8, 10, 16, 20]), inputs: pick([30, 50, 60, 100]), hidden: pick([5, 10, 20]), classes: pick([2, 4, 6]) }),
    right: (given) => layers(given, 2, 3),
    wrong: {
      "this is the forward pass alone; the gradients": (given) => layers(given, 1, 1),
      "an addition goes with every multiplication": (given) => layers(given, 0.5, 0.5),
      "it is half of what it should be": (given) => layers(given, 1, 1.5),
      "the encoder is frozen": (given) => layers(given, 3, 3),
      "two layers are mixed up": (given) => layers(given, 3, 2),
      "the gradient has to go back through the weights": (given) => layers(given, 2, 2),
      "the gradient of the first layer's weights": (given) => layers(given, 1, 2),
      "this is for one row": (given) => layers(given, 2, 3) / given.batch,
    },
  },
};
