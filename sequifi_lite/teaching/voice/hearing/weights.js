// The weights of the encoder that ships: a safetensors file with matrices of whole numbers, as
// sequifi_lite.data.encoders.shipped reads it.
//
// Voice.inflated(parts)  Uint8Arrays, one behind the other a deflated file -> Promise of the file's Uint8Array
// Voice.weights(bytes)   Uint8Array of the file -> {name: {shape, values: Float32Array}}; matrices are floats again
(function (V) {
  "use strict";

  const WORTH = ".worth", KINDS = { I8: Int8Array, F32: Float32Array };

  V.inflated = async function (parts) {
    if (typeof DecompressionStream === "undefined")
      throw new Error("This browser cannot unpack the encoder; one of 2023 or later can.");
    const whole = new Blob(parts).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(whole).arrayBuffer());
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
