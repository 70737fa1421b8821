// The landing page's face of the playground: three ways to show the same clips, a button, a chart, a map.
//
// new Playground.Small(box, {worker: true})
//   small.play(), small.pause(), small.choose(lesson)   the first loads the clips if need be
//   small.frame                          the last one; small.onframe(frame) is called after drawing
// Playground.LESSONS                     {id: {title, lane: what normalise takes}}
(function (P) {
  "use strict";

  const CHAIN = ["mesd", "emodb"]; // the two smallest files
  const one = { learner: "vanilla", stream: "single" };

  P.LESSONS = {
    long: { title: P.say("one emotion at a time, 50 steps each"), lane: one },
    short: { title: P.say("one at a time, but fifty short turns each"), lane: { ...one, passes: 50, keep: true } },
    shuffled: { title: P.say("all four emotions, shuffled"), lane: { learner: "vanilla", stream: "shuffled" } },
  };

  P.Small = class Small {
    constructor(box, { worker = true } = {}) {
      Object.assign(this, { box, worker, token: 0, frame: null, points: [], scores: {}, onframe: () => {} });
      const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.player = new P.Player((message) => this.link.send(message), { calm, change: () => this.button() });
      this.player.speed = "normal";
      this.build();
      this.choose("long");
      const redraw = () => this.map.redraw();
      new MutationObserver(redraw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    }

    build() {
      const part = (name) => this.box.querySelector(`[data-part=${name}]`);
      const group = P.put(part("lessons"), "fieldset", { class: "pg-lessons" });
      P.put(group, "legend", {}, P.say("How the German clips are shown"));
      this.choices = Object.entries(P.LESSONS).map(([id, { title }]) => {
        const label = P.put(group, "label", { class: "pg-tick" });
        const input = P.put(label, "input", { type: "radio", name: "pg-lesson", value: id });
        label.append(title);
        input.onchange = () => this.choose(id);
        return input;
      });
      this.playButton = P.put(part("bar"), "button", { type: "button", class: "pg-main" }, P.say("Play"));
      this.playButton.onclick = () => (this.player.playing ? this.pause() : this.play());
      const size = CHAIN.reduce((sum, name) => sum + P.CORPORA[name].kB, 0);
      this.note = P.put(part("bar"), "span", { class: "pg-hint" }, P.say("loads {size} kB of clips, once", { size }));
      this.curves = new P.Curves(part("chart"), new P.Guess());
      this.map = new P.ClipMap(part("map"));
      const empty = P.say("A map of test clips, empty until Play is pressed");
      this.map.canvas.setAttribute("aria-label", empty);
      this.map.legend.textContent = empty;
      this.state = part("state");
      this.results = part("results");
    }

    choose(id) {
      const lane = P.normalise({ chain: CHAIN, lanes: [P.LESSONS[id].lane] }).lanes[0];
      this.player.pause();
      this.player.done = false;
      Object.assign(this, { lesson: id, lane, token: this.token + 1, started: false, points: [], frame: null });
      this.choices.forEach((input) => (input.checked = input.value === id));
      this.curves.reset({ chain: CHAIN, lane, total: lane.steps, title: P.LESSONS[id].title });
      if (this.maps) this.map.draw(this.before);
      this.state.textContent = "";
      this.button();
    }

    button() {
      this.playButton.textContent = this.player.playing ? P.say("Pause") : this.player.done ? P.say("Play again") : P.say("Play");
    }

    async play() {
      if (this.player.done) this.choose(this.lesson);
      if (!this.started && !(await this.begin())) return;
      this.player.play();
    }

    pause() {
      this.player.pause();
      if (this.frame) this.say();
    }

    async begin() {
      const { token } = this, before = this.note.textContent;
      if (!this.link) this.note.textContent = P.say("Loading {names}…", { names: P.list(CHAIN.map((name) => P.CORPORA[name].title)) });
      try {
        await P.load(CHAIN);
      } catch (error) {
        this.note.textContent = error.message;
        return false;
      }
      if (!this.link) this.note.textContent = before;
      if (token !== this.token || this.started) return false;
      if (!this.link) {
        this.link = P.connect((message) => this.hear(message), { worker: this.worker });
        this.link.send({ kind: "records", records: Object.fromEntries(CHAIN.map((name) => [name, P.records[name]])) });
        const terms = CHAIN.map((name) => `${P.records[name].title} (${P.records[name].licence})`);
        this.note.textContent = P.say("Clips: {terms}", { terms: terms.join("; ") });
      }
      this.started = true;
      this.player.begin(token);
      this.link.send({ kind: "start", token, chain: CHAIN, lanes: [P.settingsOf(this.lane, 0)] });
      return true;
    }

    hear(message) {
      if (message.token !== this.token) return;
      if (message.kind === "error") {
        this.player.pause();
        this.note.textContent = message.text;
      } else if (message.kind === "ready") {
        this.maps = message.maps;
        this.map.reset(message.maps[CHAIN[1]], message.emotions.map(P.emotion), P.CORPORA[CHAIN[1]].title);
      } else this.update(message);
    }

    update(message) {
      const [lane] = message.lanes, done = lane.done;
      if (!this.frame) this.before = lane.said[1];
      this.frame = lane;
      this.points.push(...lane.points);
      this.curves.draw(done ? this.points : [...this.points, { x: lane.x, uars: lane.uars }]);
      this.map.draw(lane.said[1]);
      this.player.heard({ done });
      if (done) {
        this.scores[this.lesson] = lane.uars;
        this.say();
        this.table();
      }
      this.button();
      this.onframe(lane);
    }

    say() {
      const scores = P.list(CHAIN.map((name, i) => `${P.CORPORA[name].title} ${P.percent(this.frame.uars[i])} %`));
      const step = Math.round(this.frame.x), { steps } = this.lane;
      this.state.textContent = P.say("Step {step} of {steps}: mean recall on {scores}.", { step, steps, scores });
    }

    // What has been tried so far, side by side.
    table() {
      this.results.replaceChildren();
      const table = P.put(this.results, "table", { class: "pg-tried" }), head = P.put(P.put(table, "thead"), "tr");
      [P.say("after {steps} steps", { steps: this.lane.steps }), ...CHAIN.map((name) => `${P.CORPORA[name].title} (%)`)].forEach((text) => P.put(head, "th", { scope: "col" }, text));
      const rows = [[P.say("before"), this.points[0].uars], ...Object.entries(P.LESSONS).map(([id, { title }]) => [title, this.scores[id]])];
      const body = P.put(table, "tbody");
      for (const [title, uars] of rows) {
        const row = P.put(body, "tr");
        P.put(row, "th", { scope: "row" }, title);
        CHAIN.forEach((_, i) => P.put(row, "td", {}, uars ? P.percent(uars[i]) : P.say("not tried yet")));
      }
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
