// Bytes that a script brought as letters of 16 bits, as sequifi_lite.teaching.dense writes them: 31 bits in two letters.
//
// Dense.bytes(text, length)   -> Uint8Array (length)
(globalThis.Dense = globalThis.Dense || {}).bytes = function (text, length) {
  "use strict";
  const FIRST = 0x2100, BASE = 46341, bytes = new Uint8Array(length);
  let kept = 0, bits = 0; // of what was read and is not yet written; at most 38 bits, which a number holds
  for (let at = 0, i = 0; at < length; i += 2) {
    kept = kept * 2 ** 31 + (text.charCodeAt(i) - FIRST) * BASE + text.charCodeAt(i + 1) - FIRST;
    for (bits += 31; bits >= 8 && at < length; at++) {
      const rest = 2 ** (bits -= 8);
      bytes[at] = kept / rest;
      kept %= rest;
    }
  }
  return bytes;
};
