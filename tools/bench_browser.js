// Watches one training of a page, from the key that begins it to its last number: what tools/bench_browser.py asks.
//
// watch(app, WHAT)   before the key is pressed; WHAT is "train" or "orders"
//   seen.first       promise: the first number of a trained model is on the screen
//   seen.last        promise: all is trained; {before, first, last, frames, long}, in milliseconds
//                    before: the first number of all, of the model as it was; frames: from one to the next;
//                    long: tasks of more than 50 ms, where the browser tells of them
globalThis.watch = (app, what) => {
  "use strict";
  const told = { before: null, first: null, last: null, frames: [], long: [] }, seen = {};
  globalThis.seen = seen;
  let begun = null, drawn = null, over = false;
  addEventListener("keydown", ({ timeStamp }) => (begun ??= timeStamp), true);

  // What was changed before a frame is on the screen when the task after that frame runs.
  const shown = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => then(performance.now() - begun);
    port2.postMessage(0);
  });
  const tick = (time) => {
    if (begun !== null && drawn !== null) told.frames.push(time - drawn);
    drawn = begun === null ? null : time;
    if (!over) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  if (typeof PerformanceObserver === "function" && PerformanceObserver.supportedEntryTypes.includes("longtask"))
    new PerformanceObserver((list) => {
      if (begun === null || over) return;
      for (const { startTime, duration } of list.getEntries()) if (startTime + duration > begun) told.long.push(duration);
    }).observe({ type: "longtask" });

  let first, last, asked = {};
  seen.first = new Promise((ok) => (first = ok));
  seen.last = new Promise((ok) => (last = ok));
  const once = (name, then) => {
    if (asked[name]) return;
    asked[name] = true;
    shown((time) => {
      told[name] = time;
      then?.();
    });
  };
  const end = () => once("last", () => {
    over = true;
    last(told);
  });
  if (what === "orders") {
    const { add } = app.fan;
    app.fan.add = function (run) {
      const words = add.call(this, run);
      once("first", first);
      if (words) end();
      return words;
    };
  } else
    app.onframe = (frame) => {
      const lanes = frame.lanes ?? [frame];
      once("before");
      if (lanes.every(({ x }) => x > 0)) once("first", first);
      if (lanes.every(({ done }) => done)) end();
    };
};
