// What the encoder is built of. A matrix (n, d) is a Float32Array, row by row; sums are float64.
//
// Voice.linear(x, n, weight, bias)   (n, in) -> (n, out); weight {shape: [out, in], values}, bias {values} or undefined
// Voice.convolve(x, n, weight, bias, stride)   kernel of 3, a zero at both ends: (n, in) -> (n / stride, out)
// Voice.gelu(x)                      in place, the exact one
// Voice.normalise(x, n, gain, bias)  layer norm of every row
// Voice.attend(q, k, v, n, heads)    softmax(q k / sqrt(d)) v, head by head
(function (V) {
  "use strict";

  // Four rows and two outputs at a time: each number is read from memory once for several products.
  V.linear = function (x, n, weight, bias) {
    const [out] = weight.shape, w = weight.values, inputs = w.length / out, y = new Float32Array(n * out);
    const b = bias ? bias.values : new Float32Array(out);
    for (let o = 0; o + 1 < out; o += 2) {
      const u = o * inputs, v = u + inputs;
      let r = 0;
      for (; r + 3 < n; r += 4) {
        const r0 = r * inputs, r1 = r0 + inputs, r2 = r1 + inputs, r3 = r2 + inputs;
        let p0 = b[o], p1 = p0, p2 = p0, p3 = p0, q0 = b[o + 1], q1 = q0, q2 = q0, q3 = q0;
        for (let i = 0; i < inputs; i++) {
          const p = w[u + i], q = w[v + i], x0 = x[r0 + i], x1 = x[r1 + i], x2 = x[r2 + i], x3 = x[r3 + i];
          p0 += p * x0;
          p1 += p * x1;
          p2 += p * x2;
          p3 += p * x3;
          q0 += q * x0;
          q1 += q * x1;
          q2 += q * x2;
          q3 += q * x3;
        }
        let at = r * out + o;
        y[at] = p0;
        y[at + 1] = q0;
        y[(at += out)] = p1;
        y[at + 1] = q1;
        y[(at += out)] = p2;
        y[at + 1] = q2;
        y[(at += out)] = p3;
        y[at + 1] = q3;
      }
      for (; r < n; r++) {
        let p = b[o], q = b[o + 1];
        for (let i = 0; i < inputs; i++) {
          p += w[u + i] * x[r * inputs + i];
          q += w[v + i] * x[r * inputs + i];
        }
        y[r * out + o] = p;
        y[r * out + o + 1] = q;
      }
    }
    return y;
  };

  V.convolve = function (x, n, weight, bias, stride) {
    const inputs = weight.shape[1], m = Math.ceil(n / stride), seen = new Float32Array(m * inputs * 3);
    for (let t = 0; t < m; t++)
      for (let k = 0; k < 3; k++) {
        const from = t * stride + k - 1;
        if (from < 0 || from >= n) continue;
        for (let c = 0; c < inputs; c++) seen[(t * inputs + c) * 3 + k] = x[from * inputs + c];
      }
    return V.linear(seen, m, weight, bias);
  };

  // Abramowitz and Stegun 7.1.26; off by 1.5e-7 at most.
  function erf(z) {
    const t = 1 / (1 + 0.3275911 * Math.abs(z));
    const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
    return Math.sign(z) * (1 - sum * Math.exp(-z * z));
  }

  V.gelu = function (x) {
    for (let i = 0; i < x.length; i++) x[i] = 0.5 * x[i] * (1 + erf(x[i] * Math.SQRT1_2));
    return x;
  };

  V.normalise = function (x, n, gain, bias) {
    const d = x.length / n, y = new Float32Array(x.length);
    for (let r = 0; r < n; r++) {
      const row = x.subarray(r * d, (r + 1) * d);
      let mean = 0, variance = 0;
      for (let i = 0; i < d; i++) mean += row[i] / d;
      for (let i = 0; i < d; i++) variance += (row[i] - mean) ** 2 / d;
      const scale = 1 / Math.sqrt(variance + 1e-5);
      for (let i = 0; i < d; i++) y[r * d + i] = (row[i] - mean) * scale * gain.values[i] + bias.values[i];
    }
    return y;
  };

  V.attend = function (q, k, v, n, heads) {
    const d = q.length / n, width = d / heads, y = new Float32Array(q.length), scores = new Float64Array(n);
    for (let start = 0; start < d; start += width)
      for (let i = 0; i < n; i++) {
        let most = -Infinity, sum = 0;
        for (let j = 0; j < n; j++) {
          let score = 0;
          for (let c = start; c < start + width; c++) score += q[i * d + c] * k[j * d + c];
          scores[j] = score / Math.sqrt(width);
          most = Math.max(most, scores[j]);
        }
        for (let j = 0; j < n; j++) sum += scores[j] = Math.exp(scores[j] - most);
        for (let j = 0; j < n; j++) {
          const share = scores[j] / sum;
          for (let c = start; c < start + width; c++) y[i * d + c] += share * v[j * d + c];
        }
      }
    return y;
  };
})((globalThis.Voice = globalThis.Voice || {}));
