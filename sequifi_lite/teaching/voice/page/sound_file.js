// A sound file of the reader's, decoded by the browser at the file's own rate where its header says it.
//
// Voice.readSound(file)     File -> Promise of {samples: Float32Array, mono, rate}
// Voice.rateOf(bytes)       Uint8Array -> Hz of a WAV or FLAC file, else 48000
(function (V) {
  "use strict";

  const USUAL = 48000, RATES = [8000, 96000], SECONDS = [0.1, 30];
  const word = (bytes, at) => String.fromCharCode(...bytes.subarray(at, at + 4));
  const within = (rate) => (rate >= RATES[0] && rate <= RATES[1] ? rate : USUAL);

  V.rateOf = function (bytes) {
    if (word(bytes, 0) === "fLaC") return within((bytes[18] << 12) | (bytes[19] << 4) | (bytes[20] >> 4));
    if (word(bytes, 0) !== "RIFF" || word(bytes, 8) !== "WAVE") return USUAL;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 12; at + 16 <= bytes.length; ) {
      if (word(bytes, at) === "fmt ") return within(view.getUint32(at + 12, true));
      const size = view.getUint32(at + 4, true);
      at += 8 + size + (size % 2);
    }
    return USUAL;
  };

  V.readSound = async function (file) {
    const bytes = new Uint8Array(await file.arrayBuffer()), rate = V.rateOf(bytes);
    let sound;
    try {
      sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes.buffer);
    } catch {
      throw new Error(`${file.name} cannot be read as sound here; save it as WAV and choose it again.`);
    }
    if (sound.duration < SECONDS[0] || sound.duration > SECONDS[1])
      throw new Error(`${file.name} lasts ${sound.duration.toFixed(1)} s; choose a clip of a sentence, up to ${SECONDS[1]} s.`);
    const samples = new Float32Array(sound.length), { numberOfChannels: channels } = sound;
    for (let channel = 0; channel < channels; channel++)
      sound.getChannelData(channel).forEach((value, i) => (samples[i] += value / channels));
    if (!samples.some((value) => Math.abs(value) > 1e-4)) throw new Error(`${file.name} is silent; choose another clip.`);
    return { samples, rate };
  };
})((globalThis.Voice = globalThis.Voice || {}));
