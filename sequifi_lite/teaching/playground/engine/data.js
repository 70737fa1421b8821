// Corpora as numbers. A data file calls Forgetting.receive(record); a problem is made of one or several of them.
//
// record: {name, title, licence, home, changes, clips, components, shared, wide, coordinates, labels, parts,
//          emotions, source: {map, scale, offset, weights, hidden, seed, lr, steps}}; numbers are text: base 85,
//          little-endian
//   coordinates   (clips, shared) in an axis system that all corpora share: of each clip `wide` whole numbers of a
//                 byte, then the others, two in a byte. An unpacked Int8Array (clips * shared) will do as well
//   labels, parts one digit a clip: the class; 0 training, 1 validation, 2 test (fold 0)
//   source        how all corpora are seen where this one comes first: map int8 (shared, components), scale and
//                 offset float32 (components); weights float32: theta_0, trained on it
//
// Forgetting.records                    what has been received, by name; plain text, can be posted to a worker
// Forgetting.problem(names, records)    the chain of these corpora; the first is the source
//   -> {corpora, emotions, inputs: components, X: Float32Array (n * inputs), y,
//       parts: {name: {train, valid, test: Int32Array of rows}}, hidden, theta0: Float64Array}
// Forgetting.receiveProjection(p), Forgetting.coordinates(embedding, p)
//     shared coordinates Int8Array (shared) of a new embedding (inputs), such as a record's may be made of
// Forgetting.unpack(record)             -> Int8Array (clips * shared) of a record's coordinates
// Forgetting.bytes(text)                -> Uint8Array; the base 85 of Python's base64.b85encode
(function (F) {
  "use strict";

  F.records = {};
  F.receive = (record) => void (F.records[record.name] = record);

  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
  const DIGIT = [];
  for (let i = 0; i < ALPHABET.length; i++) DIGIT[ALPHABET.charCodeAt(i)] = i;

  // Five characters are four bytes; fewer at the end are one byte less than characters.
  F.bytes = function (text) {
    const bytes = new Uint8Array(Math.floor((text.length * 4) / 5));
    for (let at = 0, to = 0; at < text.length; at += 5) {
      let number = 0;
      for (let i = 0; i < 5; i++) number = number * 85 + (at + i < text.length ? DIGIT[text.charCodeAt(at + i)] : 84);
      for (let shift = 24; shift >= 0 && to < bytes.length; shift -= 8) bytes[to++] = (number / 2 ** shift) & 255;
    }
    return bytes;
  };

  const int8 = (text) => new Int8Array(F.bytes(text).buffer);
  const float32 = (text) => new Float32Array(F.bytes(text).buffer);
  const digits = (text) => Uint8Array.from(text, Number);

  // Whole numbers (clips * shared): the first `wide` of a clip have a byte each, the others half of one.
  F.unpack = function unpack({ coordinates, clips, shared, wide }) {
    if (typeof coordinates !== "string") return coordinates;
    const packed = int8(coordinates), whole = new Int8Array(clips * shared);
    for (let clip = 0, from = 0; clip < clips; clip++) {
      let to = clip * shared;
      for (let i = 0; i < wide; i++) whole[to++] = packed[from++];
      for (let i = wide; i < shared; i += 2) {
        const both = packed[from++] & 255;
        whole[to++] = (both & 15) - 8;
        whole[to++] = (both >> 4) - 8;
      }
    }
    return whole;
  };

  // x = scale * (c map) + offset for every clip c: whole numbers until the last step, so the same bits everywhere.
  function project(record, { source, components: d }, X) {
    const coordinates = F.unpack(record), { shared, clips } = record;
    const map = int8(source.map), scale = float32(source.scale), offset = float32(source.offset);
    const sums = new Float64Array(d);
    for (let clip = 0; clip < clips; clip++) {
      sums.fill(0);
      for (let i = 0; i < shared; i++) {
        const c = coordinates[clip * shared + i];
        for (let j = 0; j < d; j++) sums[j] += c * map[i * d + j];
      }
      for (let j = 0; j < d; j++) X[clip * d + j] = scale[j] * sums[j] + offset[j];
    }
  }

  F.problem = function (names, records = F.records) {
    const chain = names.map((name) => records[name]), [first] = chain;
    const d = first.components, n = chain.reduce((sum, record) => sum + record.clips, 0);
    const X = new Float32Array(n * d), y = new Uint8Array(n), parts = {};
    let start = 0;
    for (const record of chain) {
      project(record, first, X.subarray(start * d));
      y.set(digits(record.labels), start);
      const part = digits(record.parts), offset = start;
      const rows = (wanted) => {
        const places = Array.from(part.keys()).filter((row) => part[row] === wanted);
        return Int32Array.from(places, (row) => row + offset);
      };
      parts[record.name] = { train: rows(0), valid: rows(1), test: rows(2) };
      start += record.clips;
    }
    const theta0 = Float64Array.from(float32(first.source.weights));
    return { corpora: names, emotions: first.emotions, inputs: d, X, y, parts, hidden: first.source.hidden, theta0 };
  };

  F.receiveProjection = (projection) => void (F.projection = projection);

  F.coordinates = function (embedding, projection = F.projection) {
    const { inputs, shared, wide } = projection, axes = int8(projection.axes), sums = new Float64Array(shared);
    const scale = float32(projection.scale), mean = float32(projection.mean), spread = float32(projection.spread);
    for (let i = 0; i < inputs; i++) {
      const z = (embedding[i] - mean[i]) / spread[i];
      for (let j = 0; j < shared; j++) sums[j] += z * axes[i * shared + j];
    }
    const within = (value, least, most) => Math.max(least, Math.min(most, value));
    return Int8Array.from(sums, (sum, j) => {
      const whole = F.roundEven(scale[j] * sum);
      return j < wide ? within(whole, -127, 127) : within(whole, -8, 7);
    });
  };
})((globalThis.Forgetting = globalThis.Forgetting || {}));
