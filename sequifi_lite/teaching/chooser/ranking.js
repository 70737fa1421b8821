// Which methods an answer leaves, in which order, and what is said of the first.
const signed = (value) => {
  const text = Math.abs(value).toFixed(1);
  return (text === "0.0" ? "" : value < 0 ? "\u2212" : "+") + text;
};
const ends = ([low, high]) => "[" + signed(low) + ", " + signed(high) + "]";
// answers: {keeps: one of `keeps`, knows: true or false, where: "pairs" or "chains"}; null where not yet given
function left(rows, keeps, answers) {
  const most = answers.keeps === null ? keeps.length : keeps.indexOf(answers.keeps);
  const open = [...rows.keys()].filter((i) => keeps.indexOf(rows[i].keeps) <= most && (rows[i].variant !== "told" || answers.knows !== false));
  if (answers.where === null) return open;
  const gain = (i) => (rows[i][answers.where] === null ? -Infinity : rows[i][answers.where][0]);
  return open.sort((a, b) => (gain(a) === gain(b) ? a - b : gain(b) - gain(a)));
}
function spoken(rows, order, answers) {
  const count = order.length + " of " + rows.length + " methods are left.";
  if (answers.where === null) return count + " Say whether one corpus comes or a chain, and the best of them stands first.";
  const chain = answers.where === "chains",
    run = order.filter((i) => rows[i][answers.where] !== null);
  const best = rows[run[0]],
    [gain, low, high] = best[answers.where];
  const zero = (pair) => pair[0] <= 0 && pair[1] >= 0;
  const parts = [count, "In the mean over " + (chain ? "chains" : "pairs") + " most is gained by *" + best.name + "*: " + signed(gain) + " points over vanilla"];
  parts[1] += low === undefined ? "." : " " + ends([low, high]) + " over speakers" + (zero([low, high]) ? ", which holds zero: it is not shown to be better." : ".");
  if (!chain && best.corpora) parts.push("Over corpora it is " + ends(best.corpora) + (zero(best.corpora) ? ": with other corpora either sign is possible." : "."));
  if (chain && best.range) parts.push("On single chains it is " + signed(best.range[0]) + " to " + signed(best.range[1]) + ".");
  const next = run.slice(1, 3).map((i) => rows[i].name + " (" + signed(rows[i][answers.where][0]) + ")");
  if (next.length) parts.push("Next: " + next.join(" and ") + ".");
  return parts.join(" ");
}
