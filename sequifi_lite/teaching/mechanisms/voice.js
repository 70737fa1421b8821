// A voice to turn: pitch, tempo and loudness of a phrase, said anew by the synthesiser of the library's twin.
//
// data: what voice_to_turn of voice.py returns
// Mechanisms.figures.voice
//   .tracks(data, prosody)        what sources and filters are set to, every 8 ms: {formants: 3 x F, voicing, hiss,
//                                 breath, centre, f0: F numbers each, start, spoken: seconds}
//   .speak(data, prosody, draw)   Float64Array of samples at 24 kHz; draw(n): n normal numbers, as NumPy's would be asked for
// The port of sequifi_lite/data/synthetic/voice.py: glottal pulses and noise through formant resonators (Klatt 1980,
// Klatt and Klatt 1990).
(function (M) {
  "use strict";

  const RATE = 24000, HOP = 192, SIZE = 1024, BRIGHT = 3;
  const clip = (value, low, high) => Math.max(low, Math.min(high, value));
  const list = (n, make) => Float64Array.from({ length: n }, (_, i) => make(i));

  // Running mean with a raised-cosine weight, ends held.
  function smooth(values, width) {
    const weight = list(width, (i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 1)) / (width + 1))), half = Math.floor(width / 2);
    const sum = weight.reduce((a, b) => a + b, 0), last = values.length - 1;
    return list(values.length, (i) => weight.reduce((total, w, j) => total + w * values[clip(i + j - half, 0, last)], 0) / sum);
  }

  // The sounds of the phrase: syllable, length, and what the mouth does.
  function soundsOf({ syllables, vowels, consonants, stretch, lengths }) {
    const sounds = [];
    syllables.forEach(({ onset, vowel, coda, stressed }, number) => {
      const last = number === syllables.length - 1, add = (name, length) => {
        const c = consonants[name], is = vowels[name] ? { vowel: true, formants: vowels[name], voicing: 1, hiss: 0, centre: 3000, breath: 0, burst: false } : c;
        sounds.push({ ...is, voicing: is.voicing * (stressed ? 1 : 0.75), number, stressed, length: length * Math.exp(0.08 * lengths[sounds.length]) });
      };
      add(onset, consonants[onset].length);
      add(vowel, (stressed ? stretch : 1) * (last ? 1.35 : 1));
      if (coda) add(coda, consonants[coda].length * (last ? 1.2 : 0.9));
    });
    return sounds;
  }

  function tracks(data, prosody) {
    const { seconds, margin, voice, accents, syllables } = data, sounds = soundsOf(data), all = sounds.reduce((sum, { length }) => sum + length, 0);
    const frames = Math.floor(Math.round(seconds * RATE) / HOP) + 2, room = Math.max(seconds - 2 * margin, 0.6 * seconds);
    const spoken = Math.min(room * (0.93 / prosody.rate) ** 0.5, room), start = (seconds - spoken) / 2;
    let sum = 0, strong = 0;
    const ends = sounds.map(({ length }) => start + (spoken * (sum += length)) / all);
    const bump = sounds.map(({ vowel, stressed }) => (vowel && stressed ? prosody.range * Math.exp(0.25 * accents[strong++]) : 0));
    const time = list(frames, (i) => (i * HOP) / RATE), end = ends[ends.length - 1];
    const index = Array.from(time, (t) => Math.min(ends.filter((e) => e <= t).length, sounds.length - 1));
    const at = (make) => list(frames, (i) => make(sounds[index[i]], time[i], i));
    const share = (t, i) => (t - (index[i] ? ends[index[i] - 1] : start)) / (ends[index[i]] - (index[i] ? ends[index[i] - 1] : start));
    const silent = (t) => t < start || t >= end, place = (t) => clip((t - start) / spoken, 0, 1);
    const shut = ({ burst }, t, i) => silent(t) || (burst && share(t, i) < 0.65);
    const swell = (t, i) => (0.55 + 0.45 * Math.sin(Math.PI * clip(0.1 + 0.85 * share(t, i), 0, 1))) * (1 - 0.35 * place(t));
    const bumps = smooth(at((_, t, i) => bump[index[i]]), 15), last = syllables.length - 1;
    const begin = time.find((_, i) => sounds[index[i]].number === last);
    const ending = (t) => (begin === undefined ? 0 : prosody.ending * clip((t - begin) / Math.max(end - begin, HOP / RATE), 0, 1));
    const height = smooth(at((_, t, i) => prosody.slope * (place(t) - 0.5) + bumps[i] + ending(t)), 9);
    return {
      formants: [0, 1, 2].map((k) => smooth(at(({ formants }) => Math.log(formants[k])), 9)),
      voicing: smooth(at(({ voicing }, t, i) => (silent(t) ? 0 : voicing * swell(t, i))), 5),
      hiss: smooth(at((sound, t, i) => (shut(sound, t, i) ? 0 : sound.hiss)), 3),
      breath: smooth(at((sound, t, i) => (shut(sound, t, i) ? 0 : sound.breath)), 5),
      centre: at(({ centre }) => centre), start, spoken,
      f0: height.map((h) => clip(voice.pitch * 2 ** ((prosody.pitch + h) / 12), 55, 700)),
    };
  }

  // In place, of SIZE complex numbers; sign 1 there, -1 back (without the division).
  function fft(re, im, sign) {
    for (let i = 1, j = 0; i < SIZE; i++) {
      let bit = SIZE >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i < j) [re[i], re[j], im[i], im[j]] = [re[j], re[i], im[j], im[i]];
    }
    for (let half = 1; half < SIZE; half *= 2)
      for (let k = 0; k < half; k++) {
        const { c1: c, s1 } = BINS[(k * SIZE) / (2 * half)], s = -sign * s1;
        for (let a = k; a < SIZE; a += 2 * half) {
          const b = a + half, x = c * re[b] - s * im[b], y = c * im[b] + s * re[b];
          re[b] = re[a] - x;
          im[b] = im[a] - y;
          re[a] += x;
          im[a] += y;
        }
      }
  }

  const WIDTHS = [70, 90, 130, 200, 280, 350, 420, 500];

  // Of every bin: its frequency, cosine and sine of one and of two samples.
  const BINS = Array.from({ length: SIZE / 2 + 1 }, (_, n) => {
    const w = (2 * Math.PI * n) / SIZE;
    return { f: (n * RATE) / SIZE, c1: Math.cos(w), c2: Math.cos(2 * w), s1: Math.sin(w), s2: Math.sin(2 * w) };
  });

  // Multiply a complex number by the resonators of one frame, at one bin; into to[0] and to[1].
  function resonate(poles, { c1, c2, s1, s2 }, re, im, to) {
    for (let i = 0; i < poles.length; i += 2) {
      const b = poles[i], c = poles[i + 1], p = 1 - b * c1 - c * c2, q = b * s1 + c * s2;
      const by = (1 - b - c) / (p * p + q * q), real = (re * p + im * q) * by;
      im = (im * p - re * q) * by;
      re = real;
    }
    to[0] = re;
    to[1] = im;
  }

  function filtered(glottis, hiss, track, voice, prosody) {
    const frames = track.f0.length, out = new Float64Array((frames + 8) * HOP), scale = prosody.spread / voice.tract;
    const window = list(2 * HOP, (i) => 0.5 - 0.5 * Math.cos((Math.PI * i) / HOP)), tilt = BRIGHT + voice.tilt + prosody.tilt;
    const slope = BINS.map(({ f }) => 10 ** ((tilt * Math.log2(Math.max(f, 250) / 250)) / 20)), to = [0, 0];
    const heights = BINS.map(({ f }) => Math.log2(Math.max(f, 20)));
    for (let k = 0; k < frames; k++) {
      const part = (signal) => {
        const re = new Float64Array(SIZE);
        for (let j = 0; j < 2 * HOP; j++) re[j] = window[j] * (signal[(k - 1) * HOP + j] || 0);
        return re;
      };
      const a = part(glottis), b = part(hiss), ai = new Float64Array(SIZE), bi = new Float64Array(SIZE);
      fft(a, ai, 1);
      fft(b, bi, 1);
      const formants = [...track.formants.map((one) => Math.exp(one[k])), 3500, 4500, 5500, 6500, 7500].map((f) => f * scale);
      formants[0] = Math.max(formants[0], track.f0[k]);
      const centre = Math.log2(track.centre[k]), poles = formants.flatMap((f, i) => {
        const c = -Math.exp((-2 * Math.PI * WIDTHS[i]) / RATE);
        return [2 * Math.sqrt(-c) * Math.cos((2 * Math.PI * Math.min(f, 11500)) / RATE), c];
      });
      for (let n = 0; n <= SIZE / 2; n++) {
        const mouth = Math.exp(-0.5 * ((heights[n] - centre) / 0.45) ** 2), edge = n === 0 || n === SIZE / 2;
        resonate(poles, BINS[n], a[n] * slope[n], ai[n] * slope[n], to);
        const real = to[0] + b[n] * mouth, imaginary = to[1] + bi[n] * mouth;
        a[n] = real;
        ai[n] = edge ? 0 : imaginary;
        if (!edge) (a[SIZE - n] = real), (ai[SIZE - n] = -imaginary);
      }
      fft(a, ai, -1);
      for (let j = 0; j < SIZE; j++) out[k * HOP + j] += a[j] / SIZE;
    }
    return out.subarray(HOP, HOP + glottis.length);
  }

  function speak(data, prosody, draw) {
    const { voice, seconds } = data, samples = Math.round(seconds * RATE), track = tracks(data, prosody);
    const per = (values, i) => {
      const left = Math.floor(i / HOP), share = i / HOP - left;
      return values[left] + share * (values[Math.min(left + 1, values.length - 1)] - values[left]);
    };
    let turned = 0;
    const phase = list(samples, (i) => (turned += per(track.f0, i) / RATE)), cycles = Math.floor(phase[samples - 1]) + 3;
    const jitter = draw(cycles), shimmer = draw(cycles + 2), noise = draw(2 * samples), hiss = new Float64Array(samples);
    const breath = voice.breath + prosody.breath;
    const glottis = phase.map((cycle, i) => {
      const left = Math.floor(cycle), j = prosody.jitter * (jitter[left] + (cycle - left) * (jitter[left + 1] - jitter[left]));
      const now = Math.max(cycle + j, 0), inside = now % 1, opening = Math.min(inside / 0.62, 1), open = inside < 0.62;
      const pulse = (open ? 2 * opening - 3 * opening ** 2 : 0) * (1 + 4 * prosody.jitter * shimmer[Math.floor(now)]);
      hiss[i] = 0.25 * per(track.hiss, i) * noise[samples + i];
      const air = 0.35 * breath * noise[i] * (0.4 + (open ? 1 : 0));
      return per(track.voicing, i) * (pulse + air) + 0.12 * per(track.breath, i) * noise[i];
    });
    const out = filtered(glottis, hiss, track, voice, prosody), energy = new Float64Array(samples + 1), window = RATE / 10;
    for (let i = 0; i < samples; i++) energy[i + 1] = energy[i] + out[i] ** 2;
    let most = 0;
    for (let i = 0; i + window <= samples; i++) most = Math.max(most, energy[i + window] - energy[i]);
    const gain = (0.1 * 10 ** (prosody.level / 20)) / Math.sqrt(samples > window ? most / window : energy[samples] / samples);
    return out.map((value) => value * gain);
  }

  // Normal numbers that are the same each time, so that two prosodies differ in nothing else.
  function noise(seed) {
    let state = seed;
    const uniform = () => ((state = (state * 48271) % 2147483647) / 2147483647);
    return (n) => list(n, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  }

  function start({ controls, picture, say }, data) {
    let prosody = { ...data.moods.neutral }, audio = null, sounding = null;
    const moods = Object.fromEntries(Object.keys(data.moods).map((name) => [name, name]));
    M.choice(controls, "Begin with", moods, "neutral", (name) => {
      prosody = { ...data.moods[name] };
      sliders.forEach(({ key, slider }) => slider.show(prosody[key]));
      show();
    });
    const sliders = [
      ["pitch", "Pitch", { min: -12, max: 12, step: 0.5 }, (v) => `${v > 0 ? "+" : ""}${M.number(v, 1)} semitones`],
      ["rate", "Tempo", { min: 0.8, max: 1.6, step: 0.02 }, (v) => `${M.number(v)} times`],
      ["level", "Loudness", { min: -12, max: 12, step: 1 }, (v) => `${v > 0 ? "+" : ""}${M.number(v, 0)} dB`],
    ].map(([key, title, range, words]) => ({
      key, slider: M.slider(controls, title, { ...range, value: prosody[key] }, words, (v) => ((prosody[key] = v), show())),
    }));
    M.button(controls, "Listen", listen, { class: "mech-main" });
    const box = M.put(picture, "div");
    let samples = null;

    function listen() {
      audio = audio || new AudioContext();
      if (sounding) sounding.stop();
      const buffer = audio.createBuffer(1, samples.length, RATE);
      buffer.copyToChannel(Float32Array.from(samples, (v) => clip(v, -1, 1)), 0);
      sounding = Object.assign(audio.createBufferSource(), { buffer });
      sounding.connect(audio.destination);
      sounding.start();
    }

    function draw(width) {
      const names = ["seconds", "pitch (Hz)"], label = "The sound wave, and its pitch over time", track = tracks(data, prosody);
      const { svg, x, y } = M.plane(box, width, { label, height: 230, x: [0, data.seconds], y: [50, 500], names });
      const step = Math.max(1, Math.floor(samples.length / width)), middle = (y(50) + y(500)) / 2;
      let wave = "";
      for (let i = 0; i < samples.length; i += step) {
        const high = samples.subarray(i, i + step).reduce((most, v) => Math.max(most, Math.abs(v)), 0) * (y(50) - y(500)) * 0.5;
        wave += `M${x(i / RATE).toFixed(1)} ${(middle - high).toFixed(1)}v${(2 * high).toFixed(1)}`;
      }
      M.put(svg, "path", { d: wave, stroke: "var(--edge)", opacity: 0.6 });
      let line = "", on = false;
      track.f0.forEach((f, i) => {
        const sounds = track.voicing[i] > 0.1;
        if (sounds) line += `${on ? "L" : "M"}${x((i * HOP) / RATE).toFixed(1)} ${y(Math.min(f, 500)).toFixed(1)}`;
        on = sounds;
      });
      M.put(svg, "path", { d: line, fill: "none", stroke: "var(--e3)", "stroke-width": 3 });
    }

    function show() {
      samples = speak(data, prosody, noise(7));
      redraw();
      const { f0, voicing, spoken } = tracks(data, prosody), voiced = [...f0].filter((_, i) => voicing[i] > 0.1).sort((a, b) => a - b);
      say(`Median pitch ${M.number(voiced[Math.floor(voiced.length / 2)], 0)} Hz, from ${M.number(voiced[0], 0)} to ${M.number(voiced[voiced.length - 1], 0)} Hz; ` +
        `${M.number(data.syllables.length / spoken, 1)} syllables a second; the loudest tenth of a second has ${M.number(-20 + prosody.level, 0)} dB re full scale. The sliders change nothing else about the voice.`);
    }

    let redraw = () => {};
    samples = speak(data, prosody, noise(7));
    redraw = M.drawn(box, draw);
    show();
  }

  M.figures.voice = { title: "One voice, turned", tracks, speak, start };
})((globalThis.Mechanisms = globalThis.Mechanisms || {}));
