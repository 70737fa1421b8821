// What the reader sets: the chain and the seed, and for every lane its learner.
//
// new Playground.ChainControls(parent, change)       change(part of a state); .show(state)
// new Playground.LaneControls(parent, title, change) change(part of a lane);  .show(lane, emotions)
(function (P) {
  "use strict";

  const count = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
  const corpora = () => Object.fromEntries(Object.entries(P.CORPORA).map(([name, { title, language }]) => [name, `${title}, ${language}`]));

  P.ChainControls = class ChainControls {
    constructor(parent, change) {
      this.change = change;
      const places = ["Learnt before (source)", "Learnt now (target)", "Then", "Then", "Then"];
      this.places = places.map((label, i) => {
        const options = i < 2 ? corpora() : { "": "nothing", ...corpora() };
        return P.choice(parent, label, options, (name) => this.choose(i, name));
      });
      this.more = P.put(parent, "button", { type: "button" }, "One more corpus");
      this.more.onclick = () => {
        const left = Object.keys(P.CORPORA).find((name) => !this.chain.includes(name));
        change({ chain: [...this.chain, left] });
      };
      const label = P.put(parent, "label", { class: "pg-field" }, "Seed");
      this.seed = P.put(label, "input", { type: "number", min: 0, max: 2 ** 31 - 1, step: 1 });
      this.seed.onchange = () => change({ seed: this.seed.value });
    }

    // A corpus that stands elsewhere in the chain changes places with the one it replaces.
    choose(i, name) {
      const chain = this.chain.slice(), other = chain.indexOf(name);
      if (name === "") chain.splice(i);
      else {
        if (other >= 0) chain[other] = chain[i];
        chain[i] = name;
      }
      this.change({ chain });
    }

    show({ chain, seed }) {
      this.chain = chain;
      this.places.forEach(({ node, show }, i) => {
        node.hidden = i >= chain.length;
        show(chain[i] || "");
      });
      this.more.hidden = chain.length === 5;
      this.seed.value = seed;
    }
  };

  P.LaneControls = class LaneControls {
    constructor(parent, title, change) {
      this.box = P.put(parent, "fieldset", { class: "pg-lane-controls" });
      P.put(this.box, "legend", {}, title);
      const titles = (table) => Object.fromEntries(Object.entries(table).map(([name, { title: text }]) => [name, text]));
      const send = (key) => (value) => change({ [key]: value });
      const grid = P.put(this.box, "div", { class: "pg-fields" }), slide = (...all) => P.slider(grid, ...all);
      // Another learner begins with its usual strength.
      this.learner = P.choice(grid, "Learner", titles(P.LEARNERS), (learner) => change({ learner, strength: null, bug: false }));
      this.stream = P.choice(grid, "It is shown", titles(P.STREAMS), send("stream"));
      this.lr = slide("Learning rate", P.RATES, P.rate, send("lr"));
      this.steps = slide("Steps a corpus", P.STEPS, String, send("steps"));
      this.passes = slide("Passes (stage length)", P.PASSES, (n) => this.stages(n), send("passes"));
      this.perClass = slide("Memory", P.MEMORY, (n) => `${count(n, "clip")} a class`, send("perClass"));
      this.strength = slide("Strength", [1], String, send("strength"));
      this.keep = P.tick(grid, "optimiser kept from stage to stage", send("keep"));
      this.bug = P.tick(grid, "", send("bug"));
      this.orderBox = P.put(this.box, "div");
      P.put(this.orderBox, "span", { class: "pg-hint" }, "Order, first to last: drag, or focus a word and press the arrow keys");
      this.order = new P.Order(this.orderBox, `Order of the emotions, ${title}`, send("order"));
    }

    stages(passes) {
      if (!this.lane) return "";
      const length = this.lane.steps / (4 * passes), words = Number.isInteger(length) ? length : `about ${length.toFixed(1)}`;
      return `${passes}, stages of ${words} step${length === 1 ? "" : "s"}`;
    }

    show(lane, emotions) {
      this.lane = lane;
      const { strengths, strengthName, memory, free, bug } = P.LEARNERS[lane.learner], { stages } = P.STREAMS[lane.stream];
      this.learner.show(lane.learner);
      this.stream.show(lane.stream);
      this.lr.show(lane.lr);
      this.steps.show(lane.steps);
      this.passes.show(lane.passes, P.PASSES.filter((n) => 4 * n <= lane.steps));
      this.perClass.show(lane.perClass);
      if (strengths) this.strength.show(lane.strength, strengths, strengthName);
      this.keep.show(lane.keep);
      this.bug.show(lane.bug);
      if (bug) this.bug.node.lastChild.textContent = `from the bug cabinet: ${bug.title}`;
      this.order.show(lane.order, emotions);
      const staged = stages && !free, hide = (node, hidden) => void (node.hidden = hidden);
      hide(this.stream.node, free);
      [this.passes.node, this.keep.node, this.orderBox].forEach((node) => hide(node, !staged));
      hide(this.perClass.node, !memory);
      hide(this.strength.node, !strengths);
      hide(this.bug.node, !bug);
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
