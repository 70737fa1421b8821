// The page: what is chosen, what runs, what is shown.
//
// new Playground.App(box, {worker: true, hash: true})
//   app.state                    see state.js; app.set(part), app.setLane(i, part), app.preset(id)
//   app.play(), app.pause(), app.step(), app.reset(), app.orders()   the first three load clips if need be
//   app.frame                    the last one; app.onframe(frame), app.onorders(words) are called after drawing
(function (P) {
  "use strict";

  P.App = class App {
    constructor(box, { worker = true, hash = true } = {}) {
      Object.assign(this, { box, hash, token: 0, frame: null, sent: new Set(), onframe: () => {}, onorders: () => {} });
      this.link = P.connect((message) => this.hear(message), { worker });
      const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.player = new P.Player((message) => this.link.send(message), { calm, change: () => this.buttons() });
      this.guess = new P.Guess();
      const shared = hash && P.fromHash(location.hash);
      this.state = shared || P.normalise(P.PRESETS.long.state);
      this.build();
      this.show();
      if (shared) box.scrollIntoView();
      if (hash) window.addEventListener("hashchange", () => this.follow());
      const redraw = () => this.lanes.forEach((lane) => lane.map.redraw());
      new MutationObserver(redraw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    }

    // A link on this page to a setting: it is shown, and Play is at hand.
    follow() {
      const state = P.fromHash(location.hash);
      if (!state || location.hash === this.written) return;
      this.set(state);
      this.box.scrollIntoView();
      this.playButton.focus({ preventScroll: true });
    }

    build() {
      const part = (name) => this.box.querySelector(`[data-part=${name}]`), { PRESETS } = P;
      const button = (parent, text, act, more) => {
        const node = P.put(parent, "button", { type: "button", ...more }, text);
        node.onclick = act;
        return node;
      };
      this.presetButtons = Object.keys(PRESETS).map((id) => button(part("presets"), PRESETS[id].title, () => this.preset(id), { "data-preset": id }));
      this.claim = part("claim");
      this.chain = new P.ChainControls(part("chain"), (change) => this.set(change));
      this.controls = [P.say("Learner"), P.say("Second learner")].map((title, i) =>
        new P.LaneControls(part("controls"), title, (change) => this.setLane(i, change)));
      const bar = part("bar");
      const run = () => (this.player.playing ? this.pause() : this.play());
      this.playButton = button(bar, P.say("Play"), run, { class: "pg-main" });
      this.nearButton = button(part("again"), P.say("Play"), run, { class: "pg-main" }); // nearer to the chart than the other
      this.stepButton = button(bar, P.say("One step"), () => this.step());
      button(bar, P.say("Reset"), () => this.reset());
      this.speed = P.choice(bar, P.say("Speed"), P.SPEED_NAMES, (speed) => this.setSpeed(speed));
      this.race = P.tick(bar, P.say("race: a second learner"), (race) => this.set({ race }));
      this.predict = button(bar, P.say("Predict first"), () => this.togglePredict(), { "aria-pressed": "false" });
      this.fanButton = button(bar, P.say("24 orders at once"), () => this.orders());
      button(bar, P.say("Copy link"), () => this.copy());
      this.note = part("note");
      this.looks = P.choice(part("look"), P.say("Maps show the test clips of"), {}, (corpus) => this.look(corpus));
      this.lanes = [0, 1].map(() => new P.Lane(part("lanes"), this.guess));
      this.fan = new P.Fan(part("fan"));
      this.tried = new P.Tried(part("tried"));
      this.live = part("live");
      this.terms = part("terms");
    }

    // ------------------------------------------------------------ what is chosen

    set(part) {
      this.state = P.normalise({ ...this.state, ...part });
      this.show();
    }

    setLane(i, part) {
      this.set({ lanes: this.state.lanes.map((lane, n) => (n === i ? { ...lane, ...part } : lane)) });
    }

    setSpeed(speed) {
      this.state = P.normalise({ ...this.state, speed });
      this.player.speed = this.state.speed;
      this.writeHash();
    }

    preset(id) {
      this.state = P.normalise({ seed: this.state.seed, speed: this.state.speed, ...P.PRESETS[id].state });
      this.show();
    }

    writeHash() {
      const text = P.toHash(this.state);
      if (!this.hash || (text === "#play" && !P.fromHash(location.hash)) || location.hash === text) return;
      this.written = text;
      try {
        history.replaceState(null, "", text);
      } catch {
        location.replace(text);
      }
    }

    show() {
      const { state } = this, active = Object.keys(P.PRESETS).find((id) => this.isPreset(id));
      this.presetButtons.forEach((node) => node.setAttribute("aria-pressed", String(node.dataset.preset === active)));
      this.claim.textContent = active ? P.PRESETS[active].claim : P.say("Your own setting. A click above goes back to one of the book’s.");
      this.chain.show(state);
      this.controls.forEach((controls, i) => {
        controls.show(state.lanes[i], Object.values(P.EMOTIONS));
        controls.box.hidden = i === 1 && !state.race;
      });
      this.speed.show(state.speed);
      this.race.show(state.race);
      this.box.classList.toggle("pg-race", state.race);
      this.player.speed = state.speed;
      this.writeHash();
      this.reset();
    }

    isPreset(id) {
      const { seed, speed } = this.state;
      return P.toHash(P.normalise({ seed, ...P.PRESETS[id].state, speed })) === P.toHash(this.state);
    }

    // ------------------------------------------------------------ what runs

    get running() {
      return this.state.lanes.slice(0, this.state.race ? 2 : 1);
    }

    reset() {
      this.player.pause();
      const { chain } = this.state, total = (chain.length - 1) * Math.max(...this.running.map(({ steps }) => steps));
      Object.assign(this, { token: this.token + 1, frame: null, started: false, ready: null });
      this.player.done = false;
      this.guess.open = true;
      this.fan.close();
      this.tried.show(this.state);
      const looked = chain.includes(this.looked) ? this.looked : chain[chain.length - 1];
      this.lanes.forEach((panel, i) => {
        const lane = this.state.lanes[i];
        panel.box.hidden = i >= this.running.length;
        panel.reset({ chain, lane, total, title: P.titleOf(lane, this.running) });
        panel.look(looked);
      });
      const select = this.looks.node.querySelector("select");
      select.replaceChildren();
      for (const name of chain) P.put(select, "option", { value: name }, P.CORPORA[name].title);
      this.look(looked);
      const left = chain.filter((name) => !this.sent.has(name)), size = left.reduce((sum, name) => sum + P.CORPORA[name].kB, 0);
      const names = P.list(left.map((name) => P.CORPORA[name].title));
      this.note.textContent = left.length ? P.say("Play loads {names}: {size} kB, once.", { names, size }) : "";
      this.buttons();
    }

    look(corpus) {
      this.looked = corpus;
      this.looks.show(corpus);
      this.lanes.slice(0, this.running.length).forEach((panel) => panel.look(corpus));
    }

    async load() {
      const { chain } = this.state, token = this.token, missing = chain.filter((name) => !P.records[name]);
      if (missing.length) this.note.textContent = P.say("Loading {names}…", { names: P.list(missing.map((name) => P.CORPORA[name].title)) });
      try {
        await P.load(chain);
      } catch (error) {
        this.note.textContent = error.message;
        return false;
      }
      const left = chain.filter((name) => !this.sent.has(name));
      if (left.length) this.link.send({ kind: "records", records: Object.fromEntries(left.map((name) => [name, P.records[name]])) });
      left.forEach((name) => this.sent.add(name));
      if (token === this.token) this.note.textContent = "";
      return token === this.token;
    }

    async begin() {
      if (this.started) return true;
      if (!(await this.load()) || this.started) return false;
      this.started = true;
      this.credit();
      const { chain, seed } = this.state, lanes = this.running.map((lane) => P.settingsOf(lane, seed));
      this.player.begin(this.token);
      this.link.send({ kind: "start", token: this.token, chain, lanes });
      return true;
    }

    credit() {
      const lines = this.state.chain.map((name) => `${P.records[name].title} (${P.records[name].licence})`);
      this.terms.textContent = P.say("Clips: {terms}. Recordings were replaced by coordinates of embeddings; no speech can be played back from them.", { terms: lines.join("; ") });
    }

    async play() {
      if (this.player.done) this.reset();
      this.fan.close();
      if (await this.begin()) {
        this.guess.lock();
        this.player.play();
        P.reveal(this.lanes[0].curves.box); // on a phone it is below the buttons
      }
    }

    pause() {
      this.player.pause();
      this.say();
    }

    async step() {
      this.single = true;
      if (!this.started) {
        if (!(await this.begin())) return;
        this.stepAtFirst = true;
        this.guess.lock();
      } else this.player.step();
    }

    async orders() {
      this.reset();
      const lane = this.state.lanes[0], { chain, seed } = this.state;
      if (!(await this.load())) return;
      const staged = P.STREAMS[lane.stream].stages ? lane : { ...lane, stream: "single" };
      const settings = P.settingsOf(staged, seed);
      this.note.textContent = staged === lane ? "" : P.say("An order matters where emotions come one at a time: the fan shows that.");
      this.fan.reset(chain, settings, Object.values(P.EMOTIONS));
      this.link.send({ kind: "fan", token: this.token, chain, settings });
    }

    togglePredict() {
      if (this.guess.on) this.guess.end();
      else this.guess.begin();
      this.predict.setAttribute("aria-pressed", String(this.guess.on));
      this.reset();
      if (!this.guess.on) return;
      const last = P.CORPORA[this.state.chain[this.state.chain.length - 1]].title;
      this.note.textContent = P.say("Draw into the chart how well {last} will be known, or focus a knob and press up and down. Then press Play.", { last });
    }

    buttons() {
      const text = this.player.playing ? P.say("Pause") : this.player.done ? P.say("Play again") : P.say("Play");
      this.playButton.textContent = this.nearButton.textContent = text;
      this.stepButton.disabled = this.player.done;
    }

    async copy() {
      const address = location.href.replace(/#.*$/, "") + P.toHash(this.state);
      try {
        await navigator.clipboard.writeText(address);
        this.note.textContent = P.say("The link has been copied.");
      } catch {
        this.note.textContent = P.say("Copy this link: ");
        const input = P.put(this.note, "input", { readonly: "", value: address, "aria-label": P.say("Link to this setting") });
        input.select();
      }
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
