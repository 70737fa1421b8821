// What the reader sets: the chain and the seed, and for every lane its learner.
//
// new Playground.ChainControls(parent, change)       change(part of a state); .show(state)
// new Playground.LaneControls(parent, title, change) change(part of a lane);  .show(lane, emotions)
(function (P) {
  "use strict";

  const corpora = () => Object.fromEntries(Object.entries(P.CORPORA).map(([name, { title, language }]) => [name, P.list([title, language])]));

  P.ChainControls = class ChainControls {
    constructor(parent, change) {
      this.change = change;
      const places = [P.say("Learnt before (source)"), P.say("Learnt now (target)"), P.say("Then"), P.say("Then"), P.say("Then")];
      this.places = places.map((label, i) => {
        const options = i < 2 ? corpora() : { "": P.say("nothing"), ...corpora() };
        return P.choice(parent, label, options, (name) => this.choose(i, name));
      });
      this.more = P.put(parent, "button", { type: "button" }, P.say("One more corpus"));
      this.more.onclick = () => {
        const left = Object.keys(P.CORPORA).find((name) => !this.chain.includes(name));
        change({ chain: [...this.chain, left] });
      };
      const label = P.put(parent, "label", { class: "pg-field" }, P.say("Seed"));
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
      this.learner = P.choice(grid, P.say("Learner"), titles(P.LEARNERS), (learner) => change({ learner, strength: null, bug: false }));
      this.stream = P.choice(grid, P.say("It is shown"), titles(P.STREAMS), send("stream"));
      this.lr = slide(P.say("Learning rate"), P.RATES, P.rate, send("lr"));
      this.steps = slide(P.say("Steps a corpus"), P.STEPS, String, send("steps"));
      this.passes = slide(P.say("Passes (stage length)"), P.PASSES, (n) => this.stages(n), send("passes"));
      this.perClass = slide(P.say("Memory"), P.MEMORY, (n) => P.count(n, "{n} clip a class", "{n} clips a class"), send("perClass"));
      this.strength = slide(P.say("Strength"), [1], P.decimal, send("strength"));
      this.keep = P.tick(grid, P.say("optimiser kept from stage to stage"), send("keep"));
      this.bug = P.tick(grid, "", send("bug"));
      this.orderBox = P.put(this.box, "div");
      P.put(this.orderBox, "span", { class: "pg-hint" }, P.say("Order, first to last: drag, or focus a word and press the arrow keys"));
      this.order = new P.Order(this.orderBox, P.say("Order of the emotions, {title}", { title }), send("order"));
    }

    stages(passes) {
      if (!this.lane) return "";
      const length = this.lane.steps / (4 * passes);
      if (!Number.isInteger(length)) return P.say("{passes}, stages of about {length} steps", { passes, length: P.percent(length) });
      return P.count(length, "{passes}, stages of {n} step", "{passes}, stages of {n} steps", { passes });
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
      if (bug) this.bug.node.lastChild.textContent = P.say("from the bug cabinet: {bug}", { bug: bug.title });
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
