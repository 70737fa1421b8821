// The book's number for what is on the page, where results/pairs or results/repairs has it.
//
// Playground.BOOK                      {pairs: {"source>target": {variant: six numbers}}, repairs: {...: {"variant|lr|T": ...}}}
//     six numbers: target UAR in %, its 95 % interval, source UAR, its interval; made by tools/make_playground_book.py
// Playground.bookFor(chain, lane)      -> sentences; empty where the book has no such run
(function (P) {
  "use strict";

  const SCHEDULES = {
    single: ({ passes, keep }) => ({ 1: "canonical", 5: "cyclic-5", 2: keep ? null : "cyclic-2", 20: keep ? null : "cyclic-20" })[passes],
    cumulative: ({ passes, keep }) => (passes === 1 && !keep ? "cumulative" : null),
    focus: ({ passes, keep }) => (passes === 1 && !keep ? "focus" : null),
  };
  const NAMES = { "er-seen": "er+seen" };

  function variant(lane) {
    const { learner, stream, keep } = lane, name = NAMES[learner] || learner, plain = learner === "vanilla";
    if (P.LEARNERS[learner].free) return name;
    if (stream === "shuffled") return name;
    if (stream === "balanced") return plain ? "vanilla-balanced" : null;
    const schedule = SCHEDULES[stream](lane);
    return schedule ? `sequifi-${schedule}${keep ? "-carried" : ""}${plain ? "" : `+${name}`}` : null;
  }

  const span = ([value, low, high]) => P.say("{value} % [{low}, {high}]", { value: P.percent(value), low: P.percent(low), high: P.percent(high) });
  const scores = (numbers) => ({ target: span(numbers), source: span(numbers.slice(3)) });

  P.bookFor = function (chain, lane) {
    if (chain.length !== 2 || lane.bug) return [];
    const pair = chain.join(">"), name = variant(lane), found = [];
    const tuned = (P.BOOK.pairs[pair] || {})[name], same = (P.BOOK.repairs[pair] || {})[`${name}|${lane.lr}|${lane.steps}`];
    if (same) found.push(P.say("At this rate and length (results/repairs): new corpus {target}, old corpus {source}.", scores(same)));
    if (tuned) found.push(P.say("Rate, steps and strength tuned for it (results/pairs): new corpus {target}, old corpus {source}.", scores(tuned)));
    return found;
  };
})((globalThis.Playground = globalThis.Playground || {}));
