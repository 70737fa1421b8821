// Memories: which rows are kept of what has been seen, as in sequifi_lite.learning.memory.
//
// Forgetting.classBalanced(rows, y, perClass, seed)   -> Int32Array: perClass random rows of every class
// Forgetting.stageWrites(schedule, y, perClass, firstSlot, K)
//     -> Int32Array (T * width): the slot that a row is put into as its stage ends, -1 for none
(function (F) {
  "use strict";

  const STREAM = 2 ** 20 + 1; // the memories' own stream of random numbers

  F.classBalanced = function (rows, y, perClass, seed) {
    const kept = [];
    for (const k of F.classesOf(rows, y)) {
      const shuffled = new F.Generator([seed, STREAM, 0, k]).permutation(F.ofClass(rows, y, k));
      kept.push(...shuffled.subarray(0, perClass));
    }
    return Int32Array.from(kept);
  };

  // Of each class the last perClass different rows of the stage are written, in the last steps that show them.
  F.stageWrites = function (schedule, y, perClass, firstSlot, K) {
    const { rows, width: B } = schedule, writes = new Int32Array(rows.length).fill(-1);
    let start = 0;
    for (const end of F.ends(schedule)) {
      const seen = new Set(), written = new Array(K).fill(0);
      for (let place = end * B - 1; place >= start * B; place--) {
        const row = rows[place], k = y[row];
        if (seen.has(row)) continue;
        seen.add(row);
        if (written[k] < perClass) writes[place] = firstSlot + k * perClass + written[k]++;
      }
      start = end;
    }
    return writes;
  };
})((globalThis.Forgetting = globalThis.Forgetting || {}));
