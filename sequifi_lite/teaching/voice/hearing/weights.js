// The weights of the encoder that ships: a safetensors file with matrices of whole numbers, as
// sequifi_lite.data.encoders.shipped reads it.
//
// Voice.bytes(text)      base 64 -> Uint8Array
// Voice.weights(bytes)   Uint8Array of the file -> {name: {shape, values: Float32Array}}; matrices are floats again
(function (V) {
  "use strict";

  const WORTH = ".worth", KINDS = { I8: Int8Array, F32: Float32Array };

  V.bytes = function (text) {
    const words = atob(text), bytes = new Uint8Array(words.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = words.charCodeAt(i);
    return bytes;
  };

  // Whole numbers (rows * columns) times what one of them is worth in its row.
  function floats(whole, worth) {
    const columns = whole.length / worth.length, values = new Float32Array(whole.length);
    for (let row = 0, at = 0; row < worth.length; row++)
      for (let column = 0; column < columns; column++, at++) values[at] = whole[at] * worth[row];
    return values;
  }

  V.weights = function (bytes) {
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)), start = 8 + length;
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
    const read = (name) => {
      const [from, to] = header[name].data_offsets;
      return new KINDS[header[name].dtype](bytes.slice(start + from, start + to).buffer);
    };
    const tensors = {};
    for (const name in header) {
      if (name === "__metadata__" || name.endsWith(WORTH)) continue;
      const values = read(name), { shape } = header[name];
      tensors[name] = { shape, values: values instanceof Int8Array ? floats(values, read(name + WORTH)) : values };
    }
    return tensors;
  };
})((globalThis.Voice = globalThis.Voice || {}));
