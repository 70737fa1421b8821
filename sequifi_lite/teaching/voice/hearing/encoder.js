// The first blocks of a Whisper encoder, and what becomes of their states: sequifi_lite.data.encoders in a browser.
//
// new Voice.Encoder(tensors, heads)   tensors: see weights.js; heads of its attention
//   .states(samples, progress)        Float32Array at 16 kHz, up to 30 s -> {positions, states: (positions * width)}
//   .embed(samples, progress)         any length from 400 samples -> Float32Array (2 * width): mean and standard
//                                     deviation over the states; progress(share done) is called on the way
// Voice.SHORTEST, Voice.LONGEST       samples
(function (V) {
  "use strict";

  V.SHORTEST = 400;
  V.LONGEST = 30 * 16000;

  // Whisper's positions: sines, then cosines, of wave lengths from 2 pi to 10000 times that.
  function addPositions(x, n) {
    const d = x.length / n, half = d / 2, step = Math.log(10000) / (half - 1);
    for (let t = 0; t < n; t++)
      for (let i = 0; i < half; i++) {
        const angle = t * Math.exp(-step * i);
        x[t * d + i] += Math.sin(angle);
        x[t * d + half + i] += Math.cos(angle);
      }
  }

  function add(x, y) {
    for (let i = 0; i < x.length; i++) x[i] += y[i];
  }

  V.Encoder = class Encoder {
    constructor(tensors, heads) {
      Object.assign(this, { tensors, heads });
      this.width = tensors["conv1.weight"].shape[0];
      this.blocks = 0;
      while (tensors[`layers.${this.blocks}.fc1.weight`]) this.blocks++;
    }

    layer(x, n, name) {
      return V.linear(x, n, this.tensors[`${name}.weight`], this.tensors[`${name}.bias`]);
    }

    norm(x, n, name) {
      return V.normalise(x, n, this.tensors[`${name}.weight`], this.tensors[`${name}.bias`]);
    }

    block(x, n, name, progress) {
      const seen = this.norm(x, n, `${name}.self_attn_layer_norm`);
      const [q, k, v] = ["q", "k", "v"].map((letter) => this.layer(seen, n, `${name}.self_attn.${letter}_proj`));
      add(x, this.layer(V.attend(q, k, v, n, this.heads), n, `${name}.self_attn.out_proj`));
      progress(1 / 3);
      const inner = V.gelu(this.layer(this.norm(x, n, `${name}.final_layer_norm`), n, `${name}.fc1`));
      progress(2 / 3);
      add(x, this.layer(inner, n, `${name}.fc2`));
    }

    states(samples, progress = () => {}) {
      const { frames, mel } = V.logMel(samples), n = frames / 2, parts = this.blocks + 1, { tensors } = this;
      const convolve = (x, name, stride) =>
        V.gelu(V.convolve(x, frames, tensors[`${name}.weight`], tensors[`${name}.bias`], stride));
      const x = convolve(convolve(mel, "conv1", 1), "conv2", 2);
      addPositions(x, n);
      for (let b = 0; b < this.blocks; b++) {
        progress((b + 1) / parts);
        this.block(x, n, `layers.${b}`, (share) => progress((b + 1 + share) / parts));
      }
      progress(1);
      return { positions: n, states: x };
    }

    // Longer clips are cut into equal pieces, the first ones longer by a sample where some are left (np.array_split).
    embed(samples, progress = () => {}) {
      const { width: d } = this, count = Math.ceil(samples.length / V.LONGEST), sum = new Float64Array(d), pieces = [];
      const least = Math.floor(samples.length / count), longer = samples.length % count;
      for (let i = 0, start = 0; i < count; i++) {
        const end = start + least + (i < longer ? 1 : 0);
        pieces.push(this.states(samples.subarray(start, end), (share) => progress((i + share) / count)));
        start = end;
      }
      const n = pieces.reduce((all, { positions }) => all + positions, 0), squares = new Float64Array(d);
      for (const { states } of pieces) states.forEach((value, at) => (sum[at % d] += value / n));
      for (const { states } of pieces) states.forEach((value, at) => (squares[at % d] += (value - sum[at % d]) ** 2 / n));
      return Float32Array.of(...sum, ...squares.map(Math.sqrt));
    }
  };
})((globalThis.Voice = globalThis.Voice || {}));
