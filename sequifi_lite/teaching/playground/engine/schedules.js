// Schedules: what is seen, and in which order. Row numbers are those of sequifi_lite.learning.schedule and
// class_order for the same seed.
//
// A schedule: {rows: Int32Array (T * width), width, parts: [stream, memory?], stage: Int32Array (T),
//              reset: Uint8Array (T)}
//
// Forgetting.shuffled(rows, steps, seed)                 all rows mixed; rows: Int32Array
// Forgetting.balanced(rows, y, steps, seed)              every class equally often in every batch
// Forgetting.classByClass(rows, y, order, options)       one class at a time; options:
//     steps    T, cut into equal stages; or an array with the length of every stage
//     seed, cycles (1): passes through the order; reset (true): the optimiser is made anew at each stage
//     sees ("single"): what a batch holds: "single", "cumulative", "focus", "one-vs-rest"
// Forgetting.replay(schedule, memory, seed, width, writes)   adds rows of a memory (-1: empty slot) to every step;
//     writes: Int32Array (T * width of the stream), the slot that a row is put into after its step, -1 for none
// Forgetting.stream(rows, length, key)                   -> Int32Array of `length` row numbers
// Forgetting.ofClass(rows, y, k)                         -> those rows whose class is k
// Forgetting.classesOf(rows, y)                          -> the classes there are, sorted
// Forgetting.allOrders(K)                                -> every order of K classes; 24 for four
// Forgetting.ends(schedule)                              -> steps done when each stage is over
(function (F) {
  "use strict";

  F.BATCH = 32;

  // Streams are kept: the orders of four classes draw from the same ones.
  const streams = new WeakMap(), members = new WeakMap();

  F.stream = function (rows, length, key) {
    if (rows.length === 0) throw new Error("A schedule needs at least one row of every class it shows.");
    if (!streams.has(rows)) streams.set(rows, new Map());
    const drawn = streams.get(rows), name = key.join();
    if (!drawn.has(name)) drawn.set(name, { generator: new F.Generator(key), count: 0, rows: new Int32Array(0) });
    const kept = drawn.get(name), count = Math.ceil(length / rows.length);
    if (kept.count < count) {
      const longer = new Int32Array(count * rows.length);
      longer.set(kept.rows);
      for (; kept.count < count; kept.count++)
        longer.set(kept.generator.permutation(rows), kept.count * rows.length);
      kept.rows = longer;
    }
    return kept.rows.subarray(0, length);
  };

  F.ofClass = function (rows, y, k) {
    if (!members.has(rows)) members.set(rows, new Map());
    const kept = members.get(rows);
    if (!kept.has(k)) kept.set(k, rows.filter((row) => y[row] === k));
    return kept.get(k);
  };

  const sorted = (classes) => Array.from(Uint8Array.from(new Set(classes)).sort());

  F.classesOf = (rows, y) => sorted(Array.from(rows, (row) => y[row]));

  const oneStage = (T) => ({ stage: new Int32Array(T), reset: Uint8Array.from({ length: T }, (_, t) => t === 0) });

  F.shuffled = function (rows, steps, seed) {
    const drawn = F.stream(rows, steps * F.BATCH, [seed, 0]);
    return { rows: drawn, width: F.BATCH, parts: [F.BATCH], ...oneStage(steps) };
  };

  // Fill the places of class k, in the order of time, from the stream of class k.
  function fill(shown, rows, y, seed) {
    const table = new Int32Array(shown.length);
    for (const k of new Set(shown)) {
      const places = [];
      shown.forEach((class_, place) => class_ === k && places.push(place));
      const drawn = F.stream(F.ofClass(rows, y, k), places.length, [seed, 1 + k]);
      places.forEach((place, i) => (table[place] = drawn[i]));
    }
    return table;
  }

  F.balanced = function (rows, y, steps, seed) {
    const there = F.classesOf(rows, y);
    const shown = new Int32Array(steps * F.BATCH).map((_, place) => place % there.length);
    for (let t = 0; t < steps; t++) shown.subarray(t * F.BATCH, (t + 1) * F.BATCH).sort();
    const table = fill(shown.map((i) => there[i]), rows, y, seed);
    return { rows: table, width: F.BATCH, parts: [F.BATCH], ...oneStage(steps) };
  };

  // Class of every place of batch t, in stage j. Classes take turns from batch to batch.
  function classesShown(order, j, t, sees) {
    const batch = F.BATCH, half = batch / 2, own = order[j];
    if (sees === "single") return new Array(batch).fill(own);
    if (sees === "cumulative") {
      const seen = [...new Set(order.slice(0, j + 1))];
      return Array.from({ length: batch }, (_, i) => seen[(t * batch + i) % seen.length]);
    }
    const classes = sorted(order);
    const others = sees === "focus" ? classes : classes.filter((k) => k !== own);
    const place = (i) => (i < half ? own : others[(t * half + i - half) % others.length]);
    return Array.from({ length: batch }, (_, i) => place(i));
  }

  // Number of the stage of every step: equal lengths, the first ones longer by one step where some are left.
  function stagesOf(steps, stages) {
    const lengths = Array.isArray(steps)
      ? steps
      : Array.from({ length: stages }, (_, j) => Math.floor(steps / stages) + (j < steps % stages ? 1 : 0));
    if (lengths.length !== stages || Math.min(...lengths) < 1)
      throw new Error(`${lengths.length} stage lengths for ${stages} stages; give each at least one step.`);
    return Int32Array.from(lengths.flatMap((length, j) => new Array(length).fill(j)));
  }

  F.classByClass = function (rows, y, order, { steps, seed, cycles = 1, reset = true, sees = "single" }) {
    const whole = Array.from({ length: cycles }, () => Array.from(order)).flat();
    const stage = stagesOf(steps, whole.length);
    const shown = Array.from(stage).flatMap((j, t) => classesShown(whole, j, t, sees));
    const starts = stage.map((j, t) => t === 0 || (reset && j !== stage[t - 1]));
    const table = fill(Int32Array.from(shown), rows, y, seed);
    return { rows: table, width: F.BATCH, parts: [F.BATCH], stage, reset: Uint8Array.from(starts) };
  };

  F.allOrders = function (K) {
    const extend = (order) => {
      const left = Array.from({ length: K }, (_, k) => k).filter((k) => !order.includes(k));
      return left.length ? left.flatMap((k) => extend([...order, k])) : [order];
    };
    return extend([]);
  };

  F.ends = function ({ stage }) {
    const ends = [];
    for (let t = 1; t <= stage.length; t++) if (stage[t] !== stage[t - 1]) ends.push(t);
    return ends;
  };

  // Draws are uniform over the slots that are filled before the step, without replacement while they last.
  F.replay = function (schedule, memory, seed, width = F.BATCH, writes = null) {
    const held = Int32Array.from(memory), T = schedule.stage.length, B = schedule.width, W = B + width;
    if (held.every((row) => row < 0)) throw new Error("Replay needs at least one row in the memory.");
    const generator = new F.Generator([seed, 2 ** 20]);
    const rows = new Int32Array(T * W);
    for (let t = 0; t < T; t++) {
      const seen = schedule.rows.subarray(t * B, (t + 1) * B);
      rows.set(seen, t * W);
      const filled = Array.from(held.keys()).filter((slot) => held[slot] >= 0), drawn = [];
      while (drawn.length < width) drawn.push(...generator.permutation(filled));
      for (let i = 0; i < width; i++) rows[t * W + B + i] = held[drawn[i]];
      seen.forEach((row, b) => {
        const slot = writes ? writes[t * B + b] : -1;
        if (slot >= 0) held[slot] = row;
      });
    }
    return { ...schedule, rows, width: W, parts: [B, width] };
  };
})((globalThis.Forgetting = globalThis.Forgetting || {}));
