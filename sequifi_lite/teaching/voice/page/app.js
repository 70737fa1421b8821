// The page: a sound comes in, six heads answer; what they are trained on can be chosen, and when they are asked.
//
// new Voice.App(box, {worker: true})
//   .second, .setSecond(corpus)      the corpus that is learnt after Voice.SOURCE_CORPUS
//   .answer(clip)                    clip: see listener.js, with a title
//   .take(button, title)             -> Promise: records, by this button, and embeds: {coordinates, embedding, seconds}
//   .beside                          a note beside other buttons, which is to say what the first one says; or null
//   .onanswers(shares)               called when all heads have answered
(function (V, P) {
  "use strict";

  V.SOURCE_CORPUS = "cremad";
  const LIMIT = 6; // seconds of a recording
  const PROMISE = "Nothing leaves this page: your sound is heard, embedded and thrown away in this browser.";

  V.App = class App {
    constructor(box, { worker = true } = {}) {
      Object.assign(this, { box, second: "emodb", token: 0, clip: null, number: 0, waiting: {}, loaded: new Set(), onanswers: () => {} });
      this.link = new V.Link((message) => this.hear(message), { worker, corpora: box.dataset.corpora });
      this.build();
      this.teach = new V.Teach(box, this);
      this.show();
    }

    build() {
      const part = (name) => this.box.querySelector(`[data-part=${name}]`), bar = part("say");
      this.recordButton = P.put(bar, "button", { type: "button", class: "pg-main" }, "Record a sentence");
      this.recordButton.onclick = () => this.speak();
      const label = P.put(bar, "label", { class: "vc-file" }, "or choose a sound file "), input = P.put(label, "input", { type: "file", accept: "audio/*" });
      input.onclick = () => (input.value = ""); // the same file can be chosen again; until then its name stays
      input.onchange = () => input.files.length && this.readFile(input);
      part("promise").textContent = PROMISE;
      this.note = part("note");
      this.bar = part("progress");
      this.examples = part("examples");
      const others = Object.fromEntries(Object.entries(P.CORPORA).filter(([name]) => name !== V.SOURCE_CORPUS).map(([name, { title, language }]) => [name, `${title} (${language})`]));
      this.choice = P.choice(part("second"), "Second corpus", others, (corpus) => this.setSecond(corpus));
      this.heard = part("heard");
      this.cards = new V.Cards(part("cards"));
      this.stop = V.STOPS;
      const steps = Array.from({ length: V.STOPS + 1 }, (_, i) => i);
      this.slider = P.slider(part("steps"), "Share of the training", steps, (stop) => `${Math.round((100 * stop) / V.STOPS)}\u00a0%`, (stop) => this.at(stop));
      this.playButton = P.put(part("steps"), "button", { type: "button" }, "Play the training");
      this.playButton.onclick = () => this.play();
      this.live = part("live");
    }

    titles() {
      return [V.SOURCE_CORPUS, this.second].map((name) => P.CORPORA[name].title);
    }

    show() {
      this.choice.show(this.second);
      this.slider.show(this.stop);
      this.cards.reset(this.titles());
      this.examples.replaceChildren();
      for (const corpus of [V.SOURCE_CORPUS, this.second])
        V.EMOTIONS.forEach((emotion, example) => {
          const title = `${P.CORPORA[corpus].title}: ${emotion}`, node = P.put(this.examples, "button", { type: "button" }, title);
          node.onclick = () => this.example(corpus, example);
        });
      this.heard.textContent = "No clip yet: record a sentence, or take an example.";
    }

    setSecond(corpus) {
      Object.assign(this, { second: corpus, token: this.token + 1, trained: false, wanted: false });
      this.show();
      const { clip } = this; // an example of the corpus that was second is gone
      this.clip = null;
      if (clip && (clip.coordinates || clip.corpus === V.SOURCE_CORPUS)) this.answer(clip);
    }

    example(corpus, example) {
      this.answer({ title: `The first test clip of ${P.CORPORA[corpus].title} with the label ${V.EMOTIONS[example]}`, corpus, example });
    }

    // ------------------------------------------------------------ what runs

    async corpora(names) {
      const left = names.filter((name) => !this.loaded.has(name)), size = left.reduce((sum, name) => sum + P.CORPORA[name].kB, 0);
      if (left.length) this.note.textContent = `Loading ${left.map((name) => P.CORPORA[name].title).join(", ")}: ${size} kB, once \u2026`;
      await this.link.corpora(names);
      names.forEach((name) => this.loaded.add(name));
      if (left.length) this.note.textContent = "";
    }

    async answer(clip) {
      const chain = [V.SOURCE_CORPUS, this.second];
      this.clip = { ...clip, id: ++this.number };
      const { id } = this.clip;
      this.heard.textContent = `${clip.title}. What the six heads answer:`;
      P.reveal(this.cards.cards[0].box); // on a phone it is below the examples
      try {
        await this.corpora(chain);
      } catch (error) {
        this.note.textContent = error.message;
        return;
      }
      if (id !== this.clip.id) return;
      if (!this.trained) {
        this.trained = true;
        this.note.textContent = "Six heads are being trained \u2026";
        this.link.send({ kind: "train", token: ++this.token, chain });
      }
      this.ask();
    }

    ask() {
      const { token, clip } = this, { coordinates, corpus, example, id } = clip;
      this.link.send({ kind: "answer", token, id, clip: { coordinates, corpus, example } });
    }

    hear(message) {
      const { kind, id, token } = message;
      if (kind === "error" && id in this.waiting) this.waiting[id].reject(new Error(message.text));
      else if (kind === "error") this.note.textContent = message.text;
      else if (kind === "lesson") this.teach.hear(message);
      else if (kind === "progress") this.progress(message.share, "Listening");
      else if (kind === "heard") this.waiting[id].resolve(message);
      else if (token === this.token) this[`on_${kind}`](message);
    }

    on_head({ number, uars }) {
      this.cards.head(number, uars);
      if (number === V.HEADS.length - 1) this.note.textContent = "";
      if (this.clip) this.ask();
    }

    on_answers({ id, shares }) {
      if (id !== this.clip.id) return;
      this.cards.show(shares, this.stop);
      if (shares.length < V.HEADS.length) return;
      this.say();
      this.onanswers(shares);
      if (this.wanted) this.play();
    }

    say() {
      this.live.textContent = `${this.clip.title}. ${this.cards.sentence()}.`;
    }

    at(stop) {
      this.stop = stop;
      this.slider.show(stop);
      this.cards.show(this.cards.shares, stop);
    }

    // Who has no clip yet is shown an example of the second corpus: there is the lesson.
    play() {
      clearInterval(this.playing);
      this.wanted = !(this.cards.shares && this.cards.shares.length === V.HEADS.length);
      if (!this.clip) this.example(this.second, 0);
      if (this.wanted) return;
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.at(V.STOPS);
      else {
        this.at(0);
        this.playing = setInterval(() => {
          if (this.stop < V.STOPS) this.at(this.stop + 1);
          if (this.stop < V.STOPS) return;
          clearInterval(this.playing);
          if (this.clip) this.say();
        }, 250);
      }
    }

    // ------------------------------------------------------------ sounds

    progress(share, word) {
      this.bar.hidden = share >= 1;
      this.bar.value = share;
      this.bar.setAttribute("aria-label", word);
      this.tell(share >= 1 ? "" : `${word}: ${Math.round(100 * share)}\u00a0%`);
    }

    // At the top, and beside the buttons that are in use.
    tell(text) {
      for (const note of [this.note, this.beside]) if (note) note.textContent = text;
    }

    async embed({ samples, rate }) {
      await this.link.corpora([]);
      await this.link.encoder((share) => this.progress(share, "Loading the encoder, ENCODER_SIZE MB, once"));
      const id = `sound ${++this.number}`;
      this.progress(0, "Listening");
      const heard = new Promise((resolve, reject) => (this.waiting[id] = { resolve, reject }));
      this.link.send({ kind: "hear", id, samples, rate });
      try {
        const { coordinates, embedding, seconds } = await heard;
        return { coordinates, embedding, seconds };
      } finally {
        delete this.waiting[id];
        this.progress(1, "");
      }
    }

    async take(button, title) {
      if (this.taking) {
        this.taking.stop();
        return null;
      }
      if (this.asking) return null;
      const words = button.textContent;
      let heard = null;
      try {
        this.asking = true;
        this.tell("Waiting for the microphone \u2026");
        this.taking = await V.record({ limit: LIMIT, level: (value) => this.level(value) }).finally(() => (this.asking = false));
        button.textContent = "Stop";
        this.tell(`Recording ${title}: speak now, then press Stop.`);
        this.live.textContent = this.note.textContent;
        const { samples, rate } = await this.taking.done;
        this.taking = null;
        this.level(0);
        button.textContent = "Listening \u2026";
        heard = await this.embed({ samples: V.trim(samples, rate), rate });
      } catch (error) {
        this.taking = null;
        this.tell(error.message);
        this.live.textContent = error.message;
      }
      button.textContent = words;
      return heard;
    }

    level(value) {
      this.box.style.setProperty("--level", value.toFixed(2));
    }

    async speak() {
      const heard = await this.take(this.recordButton, "a sentence");
      if (heard) this.answer({ title: `Your sentence, ${heard.seconds.toFixed(1)} s without the silence around it`, coordinates: heard.coordinates });
    }

    async readFile(input) {
      const [file] = input.files;
      try {
        const heard = await this.embed(await V.readSound(file));
        this.answer({ title: `${file.name}, ${heard.seconds.toFixed(1)} s`, coordinates: heard.coordinates });
      } catch (error) {
        this.note.textContent = this.live.textContent = error.message;
      }
    }
  };
})((globalThis.Voice = globalThis.Voice || {}), globalThis.Playground);
