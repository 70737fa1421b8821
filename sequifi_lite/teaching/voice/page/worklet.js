// Hands samples of the microphone to the page, as they come: messages are Float32Arrays of one channel.
registerProcessor("take", class extends AudioWorkletProcessor {
  process([[channel]]) {
    if (channel) this.port.postMessage(channel.slice());
    return true;
  }
});
