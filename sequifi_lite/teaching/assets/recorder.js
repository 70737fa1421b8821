// Samples are kept as they come and put behind a WAV header: no browser records WAV by itself.
// Nothing leaves the page.
const box = document.currentScript.parentElement,
  [button, status, player, link] = ["button", "span", "audio", "a"].map((tag) => box.querySelector(tag));
function wav(samples, rate) {
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, word) => [...word].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((x, i) =>
    view.setInt16(44 + 2 * i, Math.round(32767 * Math.max(-1, Math.min(1, x))), true),
  );
  return new Blob([view], { type: "audio/wav" });
}
button.onclick = async function () {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    status.textContent = "No microphone here (" + error.name + "); record a file and upload it.";
    return;
  }
  const context = new AudioContext(),
    source = context.createMediaStreamSource(stream);
  const node = context.createScriptProcessor(4096, 1, 1),
    samples = [];
  source.connect(node);
  node.connect(context.destination);
  button.disabled = true;
  status.textContent = "Speak now.";
  node.onaudioprocess = function (event) {
    if (samples.length < SECONDS * context.sampleRate) {
      samples.push(...event.inputBuffer.getChannelData(0));
      return;
    }
    node.onaudioprocess = null;
    node.disconnect();
    stream.getTracks().forEach((track) => track.stop());
    player.src = link.href = URL.createObjectURL(wav(samples, context.sampleRate));
    context.close();
    player.hidden = link.hidden = button.disabled = false;
    status.textContent = "Listen, save, then upload the file.";
  };
};
