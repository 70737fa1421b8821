// From one sample rate to another: a Kaiser-windowed sinc of 64 zero crossings, as sequifi_lite.data.resampling has it.
//
// Voice.resample(samples, from, to)   Float32Array at `from` Hz -> Float32Array at `to` Hz
(function (V) {
  "use strict";

  const CROSSINGS = 64, ROLLOFF = 0.9475937167399596, BETA = 14.769656459379492;
  const FINE = 1024; // places between two crossings at which the kernel is known; it is a straight line between them

  // Modified Bessel function of the first kind, order 0: a sum that ends when it no longer changes.
  function bessel(x) {
    let sum = 1, term = 1;
    for (let k = 1; term > 1e-17 * sum; k++) sum += term *= (x / (2 * k)) ** 2;
    return sum;
  }

  let table = null;

  function kernel() {
    if (table) return table;
    table = new Float64Array(CROSSINGS * FINE + 2);
    for (let i = 0; i < CROSSINGS * FINE; i++) {
      const t = i / FINE, window = bessel(BETA * Math.sqrt(1 - (t / CROSSINGS) ** 2)) / bessel(BETA);
      table[i] = i === 0 ? 1 : (window * Math.sin(Math.PI * t)) / (Math.PI * t);
    }
    return table;
  }

  // y[j] = scale sum_n x[n] k(base (n / from - j / to)), base: the band that both rates can hold
  V.resample = function (samples, from, to) {
    if (from === to) return Float32Array.from(samples);
    const k = kernel(), base = Math.min(from, to) * ROLLOFF, scale = base / from, reach = CROSSINGS / base;
    const y = new Float32Array(Math.ceil((samples.length * to) / from));
    for (let j = 0; j < y.length; j++) {
      const first = Math.max(0, Math.ceil((j / to - reach) * from)), end = Math.min(samples.length - 1, (j / to + reach) * from);
      let sum = 0;
      for (let n = first; n <= end; n++) {
        const at = Math.abs(base * (n / from - j / to)) * FINE, i = Math.floor(at), share = at - i;
        sum += samples[n] * (k[i] + share * (k[i + 1] - k[i]));
      }
      y[j] = scale * sum;
    }
    return y;
  };
})((globalThis.Voice = globalThis.Voice || {}));
