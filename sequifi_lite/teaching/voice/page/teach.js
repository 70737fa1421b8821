// A reader's voice as a corpus: three clips for each emotion, learnt from the source model on, three ways.
//
// new Voice.Teach(box, app)   app: see app.js
//   .clips                    [{label, take, coordinates, embedding, seconds} or {label, take, corpus, row}]
//   .onlessons(results)       called when all ways have been tried
(function (V, P) {
  "use strict";

  const TAKES = 3, LEAST = 2;
  const RATES = [0.001, 0.003, 0.01, 0.03], MEMORY = [1, 5, 20, 50];

  V.Teach = class Teach {
    constructor(box, app) {
      Object.assign(this, { app, clips: [], token: 0, rate: 0.01, memory: 50, results: [], onlessons: () => {} });
      const part = (name) => box.querySelector(`[data-part=${name}]`);
      this.slots = part("slots");
      this.note = part("teach-note");
      this.chart = part("chart");
      this.table = part("lessons");
      this.buildSlots();
      const button = (text, act, more) => {
        const node = P.put(part("teach-bar"), "button", { type: "button", ...more }, text);
        node.onclick = act;
        return node;
      };
      this.learn = button("Teach it these clips", () => this.teach(), { class: "pg-main" });
      this.borrow = button("Borrow an actor\u2019s clips", () => this.borrowed());
      this.drop = button("Drop all clips", () => this.set([]));
      this.save = button("Save the embeddings", () => this.export());
      const rate = P.slider(part("teach-settings"), "Learning rate", RATES, P.rate, (value) => (this.rate = value));
      const memory = P.slider(part("teach-settings"), "Replay: old clips of an emotion", MEMORY, String, (value) => (this.memory = value));
      rate.show(this.rate);
      memory.show(this.memory);
      this.set([]);
      window.addEventListener("resize", () => this.draw());
    }

    buildSlots() {
      this.buttons = V.EMOTIONS.map((emotion, label) => {
        const row = P.put(this.slots, "div", { class: "vc-slots", role: "group", "aria-label": emotion });
        P.put(row, "span", {}, emotion);
        return Array.from({ length: TAKES }, (_, take) => {
          const node = P.put(row, "button", { type: "button" });
          node.onclick = () => this.fill(node, label, take);
          return node;
        });
      });
    }

    find(label, take) {
      return this.clips.find((clip) => clip.label === label && clip.take === take);
    }

    set(clips) {
      this.clips = clips;
      this.token++;
      this.results = [];
      this.show();
      this.draw();
    }

    show() {
      this.buttons.forEach((row, label) => row.forEach((node, take) => {
        const there = this.find(label, take);
        node.textContent = there ? `\u2713 ${take + 1}` : `Record ${take + 1}`;
        node.setAttribute("aria-label", `${node.textContent}, ${V.EMOTIONS[label]}${there ? ": there, record again" : ""}`);
      }));
      const missing = V.EMOTIONS.filter((_, label) => this.clips.filter((clip) => clip.label === label).length < LEAST);
      this.learn.disabled = missing.length > 0;
      this.drop.disabled = !this.clips.length;
      this.save.disabled = !this.clips.some(({ embedding }) => embedding);
      this.note.textContent = missing.length ? `Needed: ${LEAST} clips, better ${TAKES}, of ${missing.join(", ")}.` : `${this.clips.length} clips are there.`;
    }

    async fill(node, label, take) {
      if (this.app.taking) return this.app.taking.stop();
      if (this.app.asking) return;
      this.app.beside = this.note;
      const heard = await this.app.take(node, `${V.EMOTIONS[label]}, clip ${take + 1}`);
      this.app.beside = null;
      if (!heard) return;
      const others = this.clips.filter((clip) => clip.label !== label || clip.take !== take);
      this.set([...others.filter(({ corpus }) => !corpus), { label, take, ...heard }]);
      node.focus();
    }

    // For those without a microphone: an actor whom no head has heard.
    async borrowed() {
      const { corpus, takes } = V.BORROWED;
      try {
        await this.app.corpora([corpus]);
      } catch (error) {
        this.note.textContent = error.message;
        return;
      }
      this.set(takes.flatMap((rows, label) => rows.map((row, take) => ({ label, take, corpus, row }))));
      this.note.textContent = `Twelve clips of an actor of ${P.CORPORA[corpus].title} whom no head has heard, ready to be learnt.`;
    }

    // ------------------------------------------------------------ learning

    async teach() {
      const token = ++this.token, { clips, rate: lr, memory: perClass } = this;
      this.results = [];
      this.note.textContent = "Learning \u2026";
      try {
        await this.app.corpora([V.SOURCE_CORPUS]);
      } catch (error) {
        this.note.textContent = error.message;
        return;
      }
      if (token !== this.token) return;
      const plain = clips.map(({ label, take, coordinates, corpus, row }) => ({ label, take, coordinates, corpus, row }));
      this.app.link.send({ kind: "teach", token, source: V.SOURCE_CORPUS, clips: plain, lr, perClass });
    }

    hear(message) {
      if (message.token !== this.token) return;
      this.results[message.number] = message;
      this.draw();
      if (this.results.length < V.LESSONS.length) return;
      this.note.textContent = `${this.clips.length} clips learnt. Each was judged by a model that had not been trained on it.`;
      this.app.live.textContent = this.results.map((result) => this.sentence(result)).join(" ");
      this.onlessons(this.results);
    }

    title(number) {
      const { title, memory } = V.LESSONS[number];
      return memory ? `${title}, ${this.memory} old clip${this.memory === 1 ? "" : "s"} an emotion` : title;
    }

    right({ after, before, of }) {
      const [low, high] = V.wilson(after, of);
      return { was: `${before} of ${of}`, now: `${after} of ${of} (${Math.round(low)} to ${Math.round(high)}\u00a0%)` };
    }

    sentence(result) {
      const { was, now } = this.right(result), { old, number } = result;
      return `${this.title(number)}: your clips right before ${was}, after (95 % interval) ${now}; ${P.CORPORA[V.SOURCE_CORPUS].title} ${P.percent(old[0])} before, ${P.percent(old[old.length - 1])} after.`;
    }

    draw() {
      const there = this.results.filter(Boolean), { title } = P.CORPORA[V.SOURCE_CORPUS];
      this.chart.replaceChildren();
      this.table.replaceChildren();
      this.chart.hidden = this.table.parentElement.hidden = !there.length; // a wide table scrolls in its frame, by keys, too
      if (!there.length) return;
      const { svg, x, y } = P.chart(this.chart, `UAR on the old corpus, ${title}, over steps`, [0, V.STEPS], 240, 130);
      const labels = there.map(({ old, number }) => {
        P.line(svg, old.map((uar, i) => [x((i * V.STEPS) / V.STOPS), y(uar)]), `pg-line pg-corpus${number}`);
        return { at: y(old[old.length - 1]) + 4, number };
      });
      for (const { at, number } of P.spread(labels, 15))
        P.put(svg, "text", { x: x(V.STEPS) + 6, y: at, class: `pg-name${number}` }, V.LESSONS[number].title);
      const head = P.put(P.put(this.table, "thead"), "tr"), body = P.put(this.table, "tbody");
      for (const text of ["way of learning", "your clips right, before", "after (95 % interval)", `UAR on ${title} (%), before`, "after"])
        P.put(head, "th", { scope: "col" }, text);
      for (const result of there) {
        const row = P.put(body, "tr"), { was, now } = this.right(result), { old } = result;
        P.put(row, "th", { scope: "row" }, this.title(result.number));
        for (const text of [was, now, P.percent(old[0]), P.percent(old[old.length - 1])]) P.put(row, "td", {}, text);
      }
    }

    // ------------------------------------------------------------ to keep

    export() {
      const clips = this.clips.filter(({ embedding }) => embedding).map(({ label, take, seconds, embedding }) => ({
        emotion: V.EMOTIONS[label], take: take + 1, seconds: Number(seconds.toFixed(3)), embedding: Array.from(embedding, (value) => Number(value.toPrecision(7))),
      }));
      const encoder = "openai/whisper-base, layer 3, mean+std, weights of eight bits";
      const url = URL.createObjectURL(new Blob([JSON.stringify({ encoder, clips })], { type: "application/json" }));
      const link = P.put(this.save.parentElement, "a", { href: url, download: "my_voice.json", hidden: "" });
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
      this.note.textContent = `my_voice.json holds ${clips.length} embeddings; your voice cannot be played back from them.`;
    }
  };
})((globalThis.Voice = globalThis.Voice || {}), globalThis.Playground);
