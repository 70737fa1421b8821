// The random numbers of PyTorch's CPU generator (Mersenne Twister), for draws from Gaussians.
//
// Forgetting.TorchGenerator(seed)   torch.Generator().manual_seed(seed), seed from 0 to 2**32 - 1
//   .normals(n)                     torch.randn(n) as a Float64Array, equal but for the last bits of a float32
(function (F) {
  "use strict";

  const SIZE = 624, SHIFT = 397;

  F.TorchGenerator = class TorchGenerator {
    constructor(seed) {
      this.words = new Uint32Array(SIZE);
      this.words[0] = seed;
      for (let i = 1; i < SIZE; i++) {
        const before = this.words[i - 1] ^ (this.words[i - 1] >>> 30);
        this.words[i] = Math.imul(1812433253, before) + i;
      }
      this.next = SIZE;
      this.spare = null; // the second normal of a pair, where n is below 16
    }

    refill() {
      const w = this.words;
      for (let i = 0; i < SIZE; i++) {
        const joined = (w[i] & 0x80000000) | (w[(i + 1) % SIZE] & 0x7fffffff);
        w[i] = w[(i + SHIFT) % SIZE] ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
      }
      this.next = 0;
    }

    bits() {
      if (this.next === SIZE) this.refill();
      let y = this.words[this.next++];
      y ^= y >>> 11;
      y ^= (y << 7) & 0x9d2c5680;
      y ^= (y << 15) & 0xefc60000;
      return (y ^ (y >>> 18)) >>> 0;
    }

    // Uniform in [0, 1): 24 bits for a float, 53 bits of two draws for a double.
    float() {
      return (this.bits() & 0xffffff) / 2 ** 24;
    }

    double() {
      const upper = this.bits() & 0x1fffff;
      return (upper * 2 ** 32 + this.bits()) / 2 ** 53;
    }

    normals(n) {
      const drawn = new Float64Array(n);
      if (n < 16) return drawn.map(() => this.single());
      for (let i = 0; i < n; i++) drawn[i] = this.float();
      for (let i = 0; i + 16 <= n; i += 16) this.pairs(drawn, i);
      if (n % 16) {
        for (let i = n - 16; i < n; i++) drawn[i] = this.float(); // the last sixteen are drawn anew
        this.pairs(drawn, n - 16);
      }
      return drawn;
    }

    // Box and Muller, eight pairs at once: in place, 16 uniform numbers become 16 normal ones.
    pairs(drawn, start) {
      for (let i = start; i < start + 8; i++) {
        const radius = Math.sqrt(-2 * Math.log(1 - drawn[i])), angle = 2 * Math.PI * drawn[i + 8];
        drawn[i] = radius * Math.cos(angle);
        drawn[i + 8] = radius * Math.sin(angle);
      }
    }

    single() {
      if (this.spare !== null) {
        const kept = this.spare;
        this.spare = null;
        return kept;
      }
      const angle = 2 * Math.PI * this.double(), radius = Math.sqrt(-2 * Math.log1p(-this.double()));
      this.spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    }
  };
})((globalThis.Forgetting = globalThis.Forgetting || {}));
