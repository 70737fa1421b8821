// The random numbers of NumPy: a seed gives the same row numbers here as in Python.
//
// Forgetting.Generator(key)   numpy.random.default_rng(key), key an array of whole numbers from 0 to 2**32 - 1
//   .below(most)              a whole number from 0 to most, both included; most below 2**32 - 1
//   .permutation(values)      a shuffled copy, of the same type as `values`
(function (F) {
  "use strict";

  // SeedSequence of NumPy: spreads a key over 8 words of 32 bits.
  function seedWords(key) {
    let constant = 0x43b0d7e5;
    const hash = (value) => {
      value ^= constant;
      constant = Math.imul(constant, 0x931e8875);
      value = Math.imul(value, constant);
      return value ^ (value >>> 16);
    };
    const mix = (x, y) => {
      const mixed = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
      return mixed ^ (mixed >>> 16);
    };
    const pool = [0, 1, 2, 3].map((i) => hash(key[i] || 0));
    for (let from = 0; from < 4; from++)
      for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mix(pool[to], hash(pool[from]));
    for (let from = 4; from < key.length; from++)
      for (let to = 0; to < 4; to++) pool[to] = mix(pool[to], hash(key[from]));
    let second = 0x8b51f9dd;
    return Array.from({ length: 8 }, (_, i) => {
      let word = pool[i % 4] ^ second;
      second = Math.imul(second, 0x58f38ded);
      word = Math.imul(word, second);
      return (word ^ (word >>> 16)) >>> 0;
    });
  }

  // PCG64: a number of 128 bits is multiplied on; its two halves, folded and turned, are 64 random bits.
  const FACTOR = 0x2360ed051fc65da44385df649fccf645n;
  const WORD = 0xffffffffn, LONG = 0xffffffffffffffffn;

  F.Generator = class Generator {
    constructor(key) {
      const w = seedWords(key).map(BigInt);
      const wide = (i) => (w[i + 1] << 96n) | (w[i] << 64n) | (w[i + 3] << 32n) | w[i + 2];
      this.increment = BigInt.asUintN(128, (wide(4) << 1n) | 1n);
      this.state = 0n;
      this.turn();
      this.state += wide(0);
      this.turn();
      this.second = null; // the upper half of the last 64 bits, where it is unused
    }

    turn() {
      this.state = BigInt.asUintN(128, this.state * FACTOR + this.increment);
    }

    // 32 random bits: the lower half first, then the upper one.
    bits() {
      if (this.second !== null) {
        const upper = this.second;
        this.second = null;
        return upper;
      }
      this.turn();
      const folded = (this.state >> 64n) ^ (this.state & LONG), by = this.state >> 122n;
      const turned = BigInt.asUintN(64, (folded >> by) | (folded << (64n - by)));
      this.second = Number(turned >> 32n);
      return Number(turned & WORD);
    }

    // Masked rejection, as numpy.random.Generator.shuffle draws: bits that are too large are thrown away. From 0
    // to most, both included; most from 1 to 2**31 - 1.
    masked(most) {
      const mask = 2 ** (32 - Math.clz32(most)) - 1;
      let drawn = this.bits() & mask;
      while (drawn > most) drawn = this.bits() & mask;
      return drawn;
    }

    // Lemire's method, as numpy.random.Generator.integers draws: the upper half of a product.
    below(most) {
      if (most === 0) return 0;
      const range = BigInt(most) + 1n;
      let product = BigInt(this.bits()) * range;
      const threshold = (WORD - BigInt(most)) % range;
      while ((product & WORD) < threshold) product = BigInt(this.bits()) * range;
      return Number(product >> 32n);
    }

    permutation(values) {
      const shuffled = values.slice();
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = this.masked(i), moved = shuffled[i];
        shuffled[i] = shuffled[j];
        shuffled[j] = moved;
      }
      return shuffled;
    }
  };
})((globalThis.Forgetting = globalThis.Forgetting || {}));
