// The microphone, and where speech begins and ends in what it took.
//
// Voice.record({limit, level})       -> Promise of {stop(), done: Promise of {samples, rate}}; ends by itself after `limit`
//                                       seconds; level(0 to 1) is called on the way. Error where listening has not
//                                       begun after `patience` seconds
// Voice.trim(samples, rate)          -> Float32Array without the silence before and behind; Error where nothing was said
(function (V) {
  "use strict";

  const FRAME = 0.02, MARGIN = 0.15, BELOW = 0.03; // seconds; of the loudest frame, -30 dB
  const SILENT = 0.001, LEAST = 0.3; // of full scale; seconds

  V.trim = function (samples, rate) {
    const size = Math.round(FRAME * rate), levels = [];
    for (let start = 0; start + size <= samples.length; start += size) {
      let sum = 0;
      for (let i = start; i < start + size; i++) sum += samples[i] * samples[i];
      levels.push(Math.sqrt(sum / size));
    }
    const loudest = Math.max(0, ...levels);
    if (loudest < SILENT) throw new Error("Nothing was heard; see that the microphone is on, and speak closer to it.");
    const spoken = levels.flatMap((level, i) => (level >= BELOW * loudest ? [i] : []));
    const first = Math.max(0, Math.round(spoken[0] * size - MARGIN * rate));
    const end = Math.min(samples.length, Math.round((spoken[spoken.length - 1] + 1) * size + MARGIN * rate));
    if (end - first < LEAST * rate) throw new Error("That was too short; say a whole sentence.");
    return samples.slice(first, end);
  };

  function refusal({ name }) {
    const reasons = {
      AbortError: "The microphone did not start; try again, or choose a sound file.",
      LateError: "Listening did not begin: some browsers need a loudspeaker or headphones for it. Connect one, or choose a sound file.",
      NotAllowedError: "The microphone was not allowed; allow it in the browser, or choose a sound file.",
      NotFoundError: "There is no microphone here; choose a sound file, or one of the recorded examples.",
    };
    return new Error(reasons[name] || `The microphone cannot be used here (${name}); choose a sound file.`);
  }

  async function open() {
    if (!navigator.mediaDevices) throw refusal({ name: "not in this browser" });
    const plain = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: plain });
    } catch (error) {
      throw refusal(error);
    }
  }

  // Samples as they come. Some browsers load no worklet for a page in a folder: they are listened to in the older way.
  async function tap(context, hear) {
    try {
      await context.audioWorklet.addModule(`data:text/javascript,${encodeURIComponent(V.WORKLET)}`);
      const node = new AudioWorkletNode(context, "take", { numberOfOutputs: 0 });
      node.port.onmessage = ({ data }) => hear(data);
      return node;
    } catch {
      const node = context.createScriptProcessor(4096, 1, 1);
      node.onaudioprocess = ({ inputBuffer }) => hear(inputBuffer.getChannelData(0).slice());
      node.connect(context.destination);
      return node;
    }
  }

  // Firefox waits for ever, and says nothing, where there is a microphone and nothing that could play a sound.
  async function begin(context, patience) {
    let timer;
    const late = new Promise((_, reject) => (timer = setTimeout(() => reject(refusal({ name: "LateError" })), 1000 * patience)));
    await Promise.race([context.resume(), late]).finally(() => clearTimeout(timer));
  }

  V.record = async function ({ limit, level, patience = 5 }) {
    const stream = await open(), context = new AudioContext(), taken = [];
    let count = 0, finish;
    const done = new Promise((resolve) => (finish = resolve));
    const stop = () => {
      stream.getTracks().forEach((track) => track.stop());
      if (context.state !== "closed") context.close();
      const samples = new Float32Array(count);
      taken.reduce((at, piece) => (samples.set(piece, at), at + piece.length), 0);
      finish({ samples, rate: context.sampleRate });
    };
    try {
      const node = await tap(context, (data) => {
        if (context.state === "closed") return;
        taken.push(data);
        count += data.length;
        level(Math.min(1, 4 * Math.max(...data.map(Math.abs))));
        if (count >= limit * context.sampleRate) stop();
      });
      context.createMediaStreamSource(stream).connect(node);
      await begin(context, patience);
    } catch (error) {
      stop(); // the microphone is let go
      throw error;
    }
    return { stop, done };
  };
})((globalThis.Voice = globalThis.Voice || {}));
