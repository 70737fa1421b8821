// Rows are taken one after the other: always the one whose candidate lies nearest to the mean of all.
function greedy(x, size, candidate, again = false) {
  const chosen = [];
  let tie = false;
  for (let k = 0; k < size; k++) {
    const far = x.map((row, i) => (!again && chosen.includes(i) ? Infinity : Math.abs(candidate(chosen.map((j) => x[j]), row) - mean(x))));
    tie ||= far.filter((one) => Math.abs(one - Math.min(...far)) < 1e-9).length > 1;
    chosen.push(least(far));
  }
  return tie ? NaN : chosen;
}
const memoryOf = (kept) => (kept.some((row) => sum(row) === 0) ? "a corpus is missing" : flat(kept).includes(0) ? "a class of one corpus is missing" : "some of every class of both corpora");
const twins = {
  reservoir_slot: {
    ask: "The slot, or −1:",
    question: "Item `number` comes to a reservoir of `size` slots, and the draw gives `drawn`. Which slot does it go to?",
    some: true,
    draw: ({ whole }) => {
      const number = whole(5, 12);
      return { number, size: whole(3, 5), drawn: whole(0, number) };
    },
    right: ({ size, drawn }) => (drawn < size ? drawn : -1),
    wrong: {
      "Only an item that comes while there is room": ({ number, size, drawn }) => (drawn < size ? number : undefined),
      "says which item has to go": ({ size, drawn }) => (drawn < size ? -1 : undefined),
    },
  },
  herd: {
    ask: "Row numbers, in the order in which they are chosen:",
    draw: ({ whole, some }) => ({ x: some(5, () => whole(-9, 9)), size: 3 }),
    right: ({ x, size }) => greedy(x, size, (chosen, row) => mean([...chosen, row])),
    wrong: {
      "each for itself": ({ x, size }) => {
        const far = x.map((one) => Math.abs(one - mean(x)));
        return new Set(far.map((one) => one.toFixed(9))).size < x.length ? NaN : range(x.length).sort((a, b) => far[a] - far[b]).slice(0, size);
      },
      "has to be divided by how many they are": ({ x, size }) => greedy(x, size, (chosen, row) => sum([...chosen, row])),
      "divided by one too few": ({ x, size }) => greedy(x, size, (chosen, row) => sum([...chosen, row]) / Math.max(1, chosen.length)),
    },
  },
  reading: {
    ask: "What is in the memory?",
    question: "How many clips of each emotion a made-up memory holds, by corpus.",
    choices: ["some of every class of both corpora", "a class of one corpus is missing", "a corpus is missing"],
    heads: { kept: { rows: ["corpus A", "corpus B"], columns: ["ang", "hap", "neu", "sad"] } },
    draw: ({ whole, pick, some }) => {
      const full = () => some(4, () => whole(2, 9));
      const hole = full();
      hole[whole(0, 3)] = 0;
      return { kept: pick([[full(), full()], [hole, full()], [full(), hole], [[0, 0, 0, 0], full()], [full(), [0, 0, 0, 0]]]) };
    },
    right: ({ kept }) => memoryOf(kept),
    wrong: {
      "the class is there from the other corpus alone: look at each row.": ({ kept }) => (kept.every((row) => sum(row) > 0) && columns(kept, sum).every((n) => n > 0) ? "some of every class of both corpora" : memoryOf(kept)),
      "the sum over all classes and corpora hides what is missing.": ({ kept }) => (sum(flat(kept)) > 10 ? "some of every class of both corpora" : memoryOf(kept)),
      "a whole row is empty: more is missing than a class.": ({ kept }) => (flat(kept).includes(0) ? "a class of one corpus is missing" : memoryOf(kept)),
    },
    hints: ["Each row is a corpus, each column a class.", "What is replayed is what is there: a zero is never replayed.", "Go through the rows one by one, and then through the entries of each."],
  },
};
