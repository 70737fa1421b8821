// What has been trained so far, a line for each setting: what is looked for by trying can be compared.
//
// new Playground.Tried(parent)
//   .add({chain, seed, lane, before, uars})   a run has ended: UAR of every corpus at its beginning and its end
//   .show({chain, speed})                     the table for these corpora; nothing, before there are two lines
(function (P) {
  "use strict";

  P.Tried = class Tried {
    constructor(parent) {
      this.box = P.put(parent, "section", { class: "pg-trials", hidden: "", "aria-label": P.say("Tried so far, UAR (%)") });
      this.runs = new Map();
    }

    add(run) {
      const setting = this.setting(run);
      this.runs.delete(setting); // what is tried again stands last
      this.runs.set(setting, run);
    }

    setting({ chain, seed, lane }, speed) {
      return P.toHash(P.normalise({ chain, seed, speed, lanes: [lane] }));
    }

    show({ chain, speed }) {
      const runs = [...this.runs.values()].filter((run) => run.chain.join() === chain.join());
      this.box.hidden = runs.length < 2;
      this.box.replaceChildren();
      if (this.box.hidden) return;
      const table = P.put(this.box, "table", { class: "pg-tried" }), head = P.put(P.put(table, "thead"), "tr");
      [P.say("Tried so far, UAR (%)"), ...chain.map((name) => P.CORPORA[name].title)].forEach((text) => P.put(head, "th", { scope: "col" }, text));
      const body = P.put(table, "tbody"), differ = (read) => new Set(runs.map(read)).size > 1;
      const line = (uars) => {
        const row = P.put(body, "tr"), title = P.put(row, "th", { scope: "row" });
        uars.forEach((uar) => P.put(row, "td", {}, P.percent(uar)));
        return title;
      };
      line(runs[0].before).textContent = P.say("before");
      for (const run of runs) {
        const words = [P.titleOf(run.lane, runs.map(({ lane }) => lane))];
        if (differ(({ seed }) => seed)) words.push(P.say("seed {seed}", { seed: run.seed }));
        P.put(line(run.uars), "a", { href: this.setting(run, speed) }, P.list(words));
      }
      this.box.scrollTop = this.box.scrollHeight; // the last one is at hand
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
