// What the reader has chosen, as one object and as the part of an address behind #.
//
// state: {chain: [corpus, ...] two to five, seed, speed, race, lanes: [lane, lane]}
// lane:  {learner, stream, lr, steps, passes, keep: the optimiser over stages, order, perClass, strength,
//        bug: with the mistake that the bug cabinet has of this learner}
//
// Playground.normalise(anything)   -> a state in which every value can be run; what is missing or odd is the usual
// Playground.toHash(state)         -> "#play&..."; holds only what is not the usual
// Playground.fromHash(text)        -> a state, or null where the text is none
(function (P) {
  "use strict";

  const LANE = { learner: "vanilla", stream: "single", lr: 1e-3, steps: 200, passes: 1, keep: false, perClass: 20, bug: false };
  const SECOND = { stream: "shuffled" };
  const USUAL = { seed: 0, speed: "normal", race: false };
  const ORDER = [0, 1, 2, 3], CHAIN = ["cremad", "emodb"];

  const nearest = function (list, value, usual) {
    const number = value === null || value === "" || typeof value === "boolean" ? NaN : Number(value);
    if (!Number.isFinite(number)) return usual;
    const far = (one) => Math.abs(Math.log(one / Math.max(number, 1e-9)));
    return list.reduce((best, one) => (far(one) < far(best) ? one : best));
  };
  const known = (table, name, usual) => (Object.hasOwn(table, name) ? name : usual);

  function normalLane(given, second) {
    const usual = { ...LANE, ...(second ? SECOND : {}) }, lane = { ...usual, ...given };
    lane.learner = known(P.LEARNERS, lane.learner, usual.learner);
    lane.stream = known(P.STREAMS, lane.stream, usual.stream);
    lane.lr = nearest(P.RATES, lane.lr, usual.lr);
    lane.steps = nearest(P.STEPS, lane.steps, usual.steps);
    lane.perClass = nearest(P.MEMORY, lane.perClass, usual.perClass);
    const passes = nearest(P.PASSES, lane.passes, usual.passes);
    lane.passes = P.PASSES.filter((count) => count <= passes && 4 * count <= lane.steps).pop(); // a stage has a step
    lane.keep = lane.keep === true;
    const order = Array.isArray(lane.order) ? lane.order : [];
    lane.order = [...order].sort().join() === ORDER.join() ? [...order] : [...ORDER];
    const { strengths, strength } = P.LEARNERS[lane.learner];
    lane.strength = strengths ? nearest(strengths, lane.strength, strength) : null;
    lane.bug = lane.bug === true && P.LEARNERS[lane.learner].bug !== undefined;
    const { learner, stream, lr, steps, passes: count, keep, order: shown, perClass, strength: lam, bug } = lane;
    return { learner, stream, lr, steps, passes: count, keep, order: shown, perClass, strength: lam, bug };
  }

  P.normalise = function (given = {}) {
    const state = { ...USUAL, ...given }, asked = Array.isArray(state.chain) ? state.chain : [];
    const chain = [...new Set(asked)].filter((name) => Object.hasOwn(P.CORPORA, name));
    const seed = Math.floor(Number(state.seed));
    return {
      chain: chain.length > 1 ? chain : [...CHAIN],
      seed: seed >= 0 && seed < 2 ** 31 ? seed : USUAL.seed,
      speed: known(P.SPEEDS, state.speed, USUAL.speed),
      race: state.race === true,
      lanes: [0, 1].map((i) => normalLane((state.lanes || [])[i], i === 1)),
    };
  };

  P.toHash = function (state) {
    const usual = P.normalise(), parts = [];
    const say = (key, value, other) => {
      if (String(value) !== String(other)) parts.push(`${key}=${encodeURIComponent(Array.isArray(value) ? value.join(".") : value)}`);
    };
    for (const key of ["chain", "seed", "speed", "race"]) say(key, state[key], usual[key]);
    state.lanes.forEach((lane, i) => {
      if (i && !state.race) return;
      const base = normalLane({ learner: lane.learner }, i === 1);
      say(`${"ab"[i]}.learner`, lane.learner, usual.lanes[i].learner);
      for (const key in lane) if (key !== "learner") say(`${"ab"[i]}.${key}`, lane[key], base[key]);
    });
    return ["#play", ...parts].join("&");
  };

  const readings = {
    chain: (text) => text.split("."),
    order: (text) => text.split(".").map(Number),
    race: (text) => text === "true",
    keep: (text) => text === "true",
    bug: (text) => text === "true",
  };

  P.fromHash = function (text) {
    const [first, ...parts] = text.split("&");
    if (first !== "#play") return null;
    const given = { lanes: [{}, {}] };
    for (const part of parts) {
      const [name, ...rest] = part.split("="), [lane, key] = name.includes(".") ? name.split(".") : [null, name];
      const into = lane === null ? given : given.lanes["ab".indexOf(lane)];
      let value = rest.join("=");
      try {
        value = decodeURIComponent(value);
      } catch {
        continue;
      }
      if (into && key !== "lanes") into[key] = Object.hasOwn(readings, key) ? readings[key](value) : value;
    }
    return P.normalise(given);
  };
})((globalThis.Playground = globalThis.Playground || {}));
