const verdict = (old, now, lost) => (Math.min(...old) === Math.max(...old) && Math.min(...now) === Math.max(...now) ? "never trained" : lost ? "forgot" : "kept");
const fell = (list) => list[0] - list.at(-1) >= 5;
const learner = (before, after, allowed) => {
  const gained = before.map((row, i) => (allowed(row[0] - after[i][0]) ? after[i][1] - row[1] : -Infinity));
  return best(gained);
};
const twins = {
  diagnose: {
    ask: "What do these scores say?",
    question: "Scores in % at three looks: before training, on the way, at the end. Five points or more lost are forgetting.",
    choices: ["never trained", "forgot", "kept"],
    heads: { old: { columns: ["before", "way", "end"] }, new: { columns: ["before", "way", "end"] } },
    draw: ({ whole, pick }) => {
      const [a, b, c, d] = [whole(60, 85), whole(25, 45), whole(6, 20), whole(6, 30)];
      const old = pick([[a, a, a], [a, a - c, a], [a, a - c, a - 4], [a, a - 3, a - c], [a, a - 2, a - 5], [a, a + 4, a + c], [a, a + 7, a - 1]]);
      return { old, new: pick([[b, b, b], [b, b + d, b + d + 5], [b, b + d, b], [b + d, b + 4, b]]) };
    },
    right: ({ old, new: now }) => verdict(old, now, fell(old)),
    wrong: {
      "compare all looks, not the ends": ({ old, new: now }) => (old[0] === old.at(-1) && now[0] === now.at(-1) ? "never trained" : fell(old) ? "forgot" : "kept"),
      "so nothing was trained": ({ old }) => (fell(old) ? "forgot" : "kept"),
      "not the lowest": ({ old, new: now }) => verdict(old, now, old[0] - Math.min(...old) >= 5),
      "not with the best": ({ old, new: now }) => verdict(old, now, Math.max(...old) - old.at(-1) >= 5),
      "mind the sign": ({ old, new: now }) => verdict(old, now, Math.abs(old[0] - old.at(-1)) >= 5),
      "exactly five points lower": ({ old, new: now }) => verdict(old, now, old[0] - old.at(-1) > 5),
      "the old corpus comes first": ({ old, new: now }) => verdict(old, now, fell(old) || fell(now)),
      "the new score moved": ({ old, new: now }) => verdict(old, Math.min(...old) === Math.max(...old) ? [0] : now, fell(old)),
    },
  },
  pick_learner: {
    ask: "The learner's row:",
    heads: { before: { columns: ["old", "new"] }, after: { columns: ["old", "new"] } },
    draw: ({ whole, some }) => {
      const before = some(5, () => [whole(75, 85), whole(20, 50)]);
      const after = before.map(([old, now]) => [old - whole(1, 12), now + whole(0, 45)]);
      const k = whole(0, 4);
      return { before, after, limit: before[k][0] - after[k][0] };
    },
    right: ({ before, after, limit }) => learner(before, after, (lost) => lost <= limit),
    wrong: {
      "gains most of all": ({ before, after }) => learner(before, after, () => true),
      "exactly the limit": ({ before, after, limit }) => learner(before, after, (lost) => lost < limit),
      "highest score on the new corpus": ({ before, after, limit }) => best(after.map((row, i) => (before[i][0] - row[0] <= limit ? row[1] : -Infinity))),
      "counts rows from 1": ({ before, after, limit }) => learner(before, after, (lost) => lost <= limit) + 1,
    },
  },
};
