const bent = (g, by, share) => g.map((one, i) => one - share * by[i]);
const harm = ({ g, g_ref }) => dot(g, g_ref);
const conflict = (given, make) => (harm(given) < 0 ? make(given) : undefined);
const pulled = ({ g, G, v }) => g.map((one, j) => one + sum(v.map((share, k) => share * G[k][j])));
const inner = (given) => given.G.map((row) => dot(row, pulled(given)));
const no_conflict = (given) => inner(given).every((one) => one >= -1e-9);
const no_needless = (given) => inner(given).every((one, k) => Math.abs(one * given.v[k]) < 1e-8);
const not_negative = ({ v }) => v.every((one) => one >= -1e-9);
const said = (yes) => (yes ? "yes" : "no");
const twins = {
  project: {
    ask: "The bent gradient, to two decimals:",
    places: 2,
    some: true,
    draw: ({ whole, some }) => ({ g: some(2, () => whole(-5, 5)), g_ref: some(2, () => whole(-5, 5)) }),
    right: (given) => (harm(given) < 0 ? bent(given.g, given.g_ref, harm(given) / dot(given.g_ref, given.g_ref)) : given.g),
    wrong: {
      "it returns g_ref": ({ g_ref }) => g_ref,
      "where nothing conflicts": (given) => (harm(given) > 0 ? bent(given.g, given.g_ref, harm(given) / dot(given.g_ref, given.g_ref)) : undefined),
      "the part along g_ref is added": (given) => conflict(given, ({ g, g_ref }) => bent(g, g_ref, -harm(given) / dot(g_ref, g_ref))),
      "the part of g along g_ref": (given) => conflict(given, ({ g_ref }) => g_ref.map((one) => (harm(given) / dot(g_ref, g_ref)) * one)),
      "its inner product with g_ref is negative": (given) => conflict(given, ({ g }) => g),
      "it divides by the length of g_ref": (given) => conflict(given, ({ g, g_ref }) => bent(g, g_ref, harm(given) / Math.hypot(...g_ref))),
      "it divides by g @ g": (given) => conflict(given, ({ g, g_ref }) => bent(g, g_ref, harm(given) / dot(g, g))),
      "it bends g_ref": (given) => conflict(given, ({ g, g_ref }) => bent(g_ref, g, harm(given) / dot(g, g))),
    },
    fill: (_, value) => ({ said: "[" + value.map((one) => String(one).replace("-", "−")).join(", ") + "]" }),
  },
  is_solution: {
    ask: "Is this v the solution?",
    choices: ["yes", "no"],
    draw: ({ whole, pick }) => {
      const sizes = [pick([-2, -1, 1, 2]), pick([-2, -1, 1, 2])],
        times = [whole(-3, 3), whole(-3, 3)];
      const solved = times.map((one) => Math.max(0, -one));
      const v = pick([solved, solved, solved.map((one) => 2 * one), [0, 0], [solved[0], solved[1] + 1], [solved[0], -Math.abs(times[1])]]);
      return { g: times.map((one, k) => one * sizes[k]), G: [[sizes[0], 0], [0, sizes[1]]], v };
    },
    right: (given) => said(not_negative(given) && no_conflict(given) && no_needless(given)),
    wrong: {
      "that pull is needless": (given) => said(no_conflict(given)),
      "A conflict is left": (given) => said(not_negative(given)),
      "A v_k is negative": (given) => said(no_conflict(given) && no_needless(given)),
    },
  },
};
