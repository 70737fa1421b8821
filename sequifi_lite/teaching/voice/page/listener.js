// Does what the page asks for: hears sounds, trains heads, lets them answer. Runs in the worker, or in the page
// where there is none.
//
// new Voice.Listener(post)    post(message) is called with answers
//   .receive(message)
//     {kind: "records", records}, {kind: "projection", projection}    what data files handed over
//     {kind: "part", part, of, heads, bytes, text}     of the encoder's weights -> after the last {kind: "encoder"}
//     {kind: "hear", id, samples, rate}          -> {kind: "progress", id, share}..., {kind: "heard", id, embedding,
//                                                   coordinates, seconds}
//     {kind: "train", token, chain: [source, second]}   -> for each of Voice.HEADS {kind: "head", token, number, uars:
//                                                   [per stop: % of both corpora]}
//     {kind: "answer", token, id, clip}          -> {kind: "answers", token, id, shares: [head: Float64Array (stops * 4)]}
//         clip: {coordinates}, {corpus, row}, or {corpus, example: emotion}: the first test clip of that emotion
//     {kind: "teach", token, source, clips: [{coordinates | corpus, row; label, take}], lr, perClass}
//         -> for each of Voice.LESSONS {kind: "lesson", token, number, before, after: clips right of all, when judged
//            by a model that was not trained on them, old: [per stop: % of the source's test clips]}
(function (V) {
  "use strict";

  const rest = () => new Promise((resolve) => setTimeout(resolve, 0));
  const score = (run, corpus) => 100 * Forgetting.uar(run.confusion(corpus));

  // A corpus of which nothing but its way of seeing is used.
  const empty = (record) => ({ ...record, clips: 0, coordinates: new Int8Array(0), labels: "", parts: "" });

  V.Listener = class Listener {
    constructor(post) {
      Object.assign(this, { post, known: {}, parts: [], seen: new Map(), token: null, lesson: null, heads: [] });
    }

    async receive(message) {
      try {
        await this[message.kind](message);
      } catch (error) {
        this.post({ kind: "error", token: message.token, id: message.id, asked: message.kind, text: error.message });
      }
    }

    records({ records }) {
      Object.assign(this.known, records);
    }

    projection({ projection }) {
      this.axes = projection;
    }

    async part({ part, of, heads, bytes, text }) {
      this.parts[part] = Dense.bytes(text, bytes);
      if (this.parts.filter(Boolean).length < of) return;
      const parts = this.parts.splice(0);
      this.encoder = V.inflated(parts).then((whole) => new V.Encoder(V.weights(whole), heads));
      await this.encoder;
      this.post({ kind: "encoder" });
    }

    // What is asked for while the weights are still being unpacked waits for them.
    async hear({ id, samples, rate }) {
      const wave = V.resample(samples, rate, V.RATE), encoder = await this.encoder;
      const embedding = encoder.embed(wave, (share) => this.post({ kind: "progress", id, share }));
      const coordinates = Forgetting.coordinates(embedding, this.axes);
      this.post({ kind: "heard", id, embedding, coordinates, seconds: wave.length / V.RATE });
    }

    // ------------------------------------------------------------ six heads

    async train({ token, chain }) {
      Object.assign(this, { token, chain, heads: [], problem: Forgetting.problem(chain, this.known) });
      for (let number = 0; number < V.HEADS.length && token === this.token; number++) {
        const stops = await this.follow(this.problem, { ...V.HEADS[number].settings, lr: 1e-3, seed: 0 }, () => token === this.token);
        if (!stops) return;
        this.heads[number] = stops.map(({ theta }) => theta);
        this.post({ kind: "head", token, number, uars: stops.map(({ uars }) => uars) });
      }
    }

    // Train, and look at STOPS places of it: [{theta, uars: [per corpus], run}]; null where nobody waits any more.
    async follow(problem, settings, wanted, look = () => ({})) {
      const run = new Forgetting.Trainer(problem, { steps: V.STEPS, ...settings }), stops = [];
      const mark = () => stops.push({ theta: run.theta.slice(), uars: problem.corpora.map((name) => score(run, name)), ...look(run) });
      mark();
      let end = Date.now() + 60;
      while (!run.done) {
        run.step();
        if (run.steps && Math.floor((V.STOPS * run.t) / run.steps) >= stops.length) mark();
        if (Date.now() < end) continue;
        await rest();
        if (!wanted()) return null;
        end = Date.now() + 60;
      }
      return stops;
    }

    // The inputs of one clip as the source's heads see it.
    inputs(clip) {
      const source = empty(this.known[this.chain[0]]);
      if (!clip.coordinates) return this.inputsOf(source, clip);
      const record = { ...source, clips: 1, coordinates: clip.coordinates, labels: "0", parts: "2" };
      return Forgetting.problem(["source", "clip"], { source, clip: record }).X;
    }

    inputsOf(source, { corpus, row, example }) {
      const key = `${source.name}>${corpus}`;
      if (!this.seen.has(key))
        this.seen.set(key, Forgetting.problem(["source", "other"], { source, other: { ...this.known[corpus], name: "other" } }));
      const { X, y, inputs, parts } = this.seen.get(key);
      const place = row === undefined ? parts.other.test.find((number) => y[number] === example) : row;
      return X.slice(place * inputs, (place + 1) * inputs);
    }

    answer({ token, id, clip }) {
      if (token !== this.token) return;
      const { inputs, hidden, emotions } = this.problem, K = emotions.length;
      const mlp = new Forgetting.MLP(inputs, hidden, K), X = this.inputs(clip);
      const share = (theta) => Forgetting.logSoftmax(mlp.logits(theta, X, Int32Array.of(0)), K).map(Math.exp);
      const shares = this.heads.map((stops) => Float64Array.from(stops.flatMap((theta) => Array.from(share(theta)))));
      this.post({ kind: "answers", token, id, shares });
    }

    // ------------------------------------------------------------ the reader's voice as a corpus

    // Whole coordinates of a clip, where it is a row of a corpus's file.
    coordinatesOf({ coordinates, corpus, row }) {
      if (coordinates) return coordinates;
      const record = this.known[corpus], whole = Forgetting.unpack(record);
      return whole.slice(row * record.shared, (row + 1) * record.shared);
    }

    // The source's clips and the reader's, in one problem.
    withVoice(source, clips) {
      const coordinates = new Int8Array(clips.length * source.shared);
      clips.forEach((clip, i) => coordinates.set(this.coordinatesOf(clip), i * source.shared));
      const labels = clips.map(({ label }) => label).join(""), parts = "0".repeat(clips.length);
      const voice = { ...source, name: "voice", clips: clips.length, coordinates, labels, parts };
      return Forgetting.problem([source.name, "voice"], { [source.name]: source, voice });
    }

    // One take of every emotion is tested, the others are trained on.
    holding(problem, clips, held) {
      const rows = problem.parts.voice.train, of = (wanted) => rows.filter((_, i) => (clips[i].take === held) === wanted);
      return { ...problem, parts: { ...problem.parts, voice: { train: of(false), valid: of(false), test: of(true) } } };
    }

    async teach({ token, source, clips, lr, perClass }) {
      this.lesson = token;
      const problem = this.withVoice(this.known[source], clips), takes = [...new Set(clips.map(({ take }) => take))];
      const right = (run) => run.confusion("voice").reduce((sum, row, k) => sum + row[k], 0);
      for (let number = 0; number < V.LESSONS.length; number++) {
        const { settings } = V.LESSONS[number], old = [];
        let before = 0, after = 0;
        for (const held of takes) {
          const part = this.holding(problem, clips, held);
          const stops = await this.follow(part, { ...settings, lr, perClass, seed: 0 }, () => token === this.lesson, (run) => ({ right: right(run) }));
          if (!stops) return;
          before += stops[0].right;
          after += stops[stops.length - 1].right;
          stops.forEach(({ uars }, i) => (old[i] = (old[i] || 0) + uars[0] / takes.length));
        }
        this.post({ kind: "lesson", token, number, before, after, of: clips.length, old });
      }
    }
  };
})((globalThis.Voice = globalThis.Voice || {}));
