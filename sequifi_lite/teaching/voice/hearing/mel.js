// Log-mel frames as transformers' WhisperFeatureExtractor makes them, with 400 zeros behind the clip as in
// sequifi_lite.data.encoders.whisper.
//
// Voice.logMel(samples)   Float32Array at 16 kHz -> {frames, mel: Float32Array (frames * 80)}, 100 frames a second
// Voice.MELS, Voice.RATE  80 and 16000
(function (V) {
  "use strict";

  V.MELS = 80;
  V.RATE = 16000;
  const WINDOW = 400, HOP = 160, BINS = WINDOW / 2 + 1, BEHIND = 400;
  const RANGE = 8; // powers of ten below the loudest that are heard

  // Slaney's scale: linear below 1000 Hz, then 27 steps for a factor of 6.4.
  const STEP = 27 / Math.log(6.4);
  const toMel = (hertz) => (hertz < 1000 ? (3 * hertz) / 200 : 15 + STEP * Math.log(hertz / 1000));
  const toHertz = (mel) => (mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp((mel - 15) / STEP));

  // Triangles (80 * 201), each of area 1 over hertz.
  function triangles() {
    const edges = Array.from({ length: V.MELS + 2 }, (_, i) => toHertz((i * toMel(V.RATE / 2)) / (V.MELS + 1)));
    const filters = new Float64Array(V.MELS * BINS);
    for (let m = 0; m < V.MELS; m++) {
      const [low, middle, high] = edges.slice(m, m + 3);
      for (let bin = 0; bin < BINS; bin++) {
        const hertz = (bin * V.RATE) / WINDOW, rise = (hertz - low) / (middle - low), fall = (high - hertz) / (high - middle);
        filters[m * BINS + bin] = (Math.max(0, Math.min(rise, fall)) * 2) / (high - low);
      }
    }
    return filters;
  }

  let tables = null;

  function constants() {
    if (tables) return tables;
    const turn = (2 * Math.PI) / WINDOW, places = Array.from({ length: WINDOW }, (_, n) => n);
    tables = {
      hann: Float64Array.from(places, (n) => 0.5 - 0.5 * Math.cos(turn * n)),
      cos: Float64Array.from(places, (n) => Math.cos(turn * n)),
      sin: Float64Array.from(places, (n) => Math.sin(turn * n)),
      filters: triangles(),
    };
    return tables;
  }

  // Power of the frame's 201 frequencies. Samples n and 400 - n meet the same cosine, and sines of opposite sign.
  function power(frame, into) {
    const { cos, sin } = constants(), half = WINDOW / 2;
    const even = new Float64Array(half), odd = new Float64Array(half);
    for (let n = 1; n < half; n++) {
      even[n] = frame[n] + frame[WINDOW - n];
      odd[n] = frame[n] - frame[WINDOW - n];
    }
    for (let bin = 0; bin < BINS; bin++) {
      let a = frame[0] + (bin % 2 ? -frame[half] : frame[half]), b = 0;
      for (let n = 1, at = bin; n < half; n++) {
        a += even[n] * cos[at];
        b += odd[n] * sin[at];
        at += bin;
        if (at >= WINDOW) at -= WINDOW;
      }
      into[bin] = a * a + b * b;
    }
  }

  V.logMel = function (samples) {
    const { hann, filters } = constants(), length = samples.length + BEHIND, frames = Math.floor(length / HOP);
    // Mirrored at both ends, as librosa does; behind the clip lies silence.
    const sample = (n) => {
      const place = n < 0 ? -n : n >= length ? 2 * (length - 1) - n : n;
      return place < samples.length ? samples[place] : 0;
    };
    const wanted = 2 * Math.max(1, Math.floor(samples.length / (2 * HOP)));
    const mel = new Float64Array(frames * V.MELS), frame = new Float64Array(WINDOW), spectrum = new Float64Array(BINS);
    let loudest = -Infinity;
    for (let t = 0; t < frames; t++) {
      for (let n = 0; n < WINDOW; n++) frame[n] = hann[n] * sample(t * HOP + n - WINDOW / 2);
      power(frame, spectrum);
      for (let m = 0; m < V.MELS; m++) {
        let sum = 0;
        for (let bin = 0; bin < BINS; bin++) sum += filters[m * BINS + bin] * spectrum[bin];
        const log = Math.log10(Math.max(sum, 1e-10));
        mel[t * V.MELS + m] = log;
        if (log > loudest) loudest = log;
      }
    }
    const heard = mel.subarray(0, wanted * V.MELS);
    return { frames: wanted, mel: Float32Array.from(heard, (log) => (Math.max(log, loudest - RANGE) + 4) / 4) };
  };
})((globalThis.Voice = globalThis.Voice || {}));
