// The network: inputs -> ReLU units -> logits. All weights are one vector theta, so that optimisers, penalties
// and projections are loops over numbers.
//
// new Forgetting.MLP(inputs, hidden, classes)
//   .size                             number of weights; theta is a Float64Array of this length, in this order:
//   .b1 .W2 .b2                       W1 (inputs, hidden); b1 (hidden), W2 (hidden, classes), b2 start here
//   .forward(theta, X, rows)          -> logits (n, classes), which live until the next call; X (m, inputs), rows (n)
//   .backward(theta, dz, grad)        adds to grad what the dz (n, classes) of that forward means for the weights
//   .logits(theta, X, rows)           -> a fresh Float64Array (n, classes), any n
//   .hiddenDerivatives(theta, dz), .accumulate(dz, grad)   the two halves of backward
//   .x (n, inputs), .h (n, hidden), .dh (n, hidden)   inputs, activations, derivatives at them, after these calls
// Forgetting.crossEntropy(z, y, rows, K, dz, share)
//   mean loss over the rows (n) of logits z (n, K); adds share (1 unless given) times its derivative to dz (n, K)
// Forgetting.argmax(z, K)             -> Uint8Array (n) of the largest of each K; the first where several are
// Forgetting.logSoftmax(z, K, T)      -> Float64Array like z: logarithms of probabilities at temperature T (1)
(function (F) {
  "use strict";

  F.MLP = class MLP {
    constructor(inputs, hidden, classes) {
      Object.assign(this, { inputs, hidden, classes });
      this.b1 = inputs * hidden;
      this.W2 = this.b1 + hidden;
      this.b2 = this.W2 + hidden * classes;
      this.size = this.b2 + classes;
      this.room = 0;
    }

    makeRoom(n) {
      this.n = n;
      if (n <= this.room) return;
      this.room = n;
      this.x = new Float64Array(n * this.inputs);
      this.h = new Float64Array(n * this.hidden);
      this.dh = new Float64Array(n * this.hidden);
      this.z = new Float64Array(n * this.classes);
    }

    forward(theta, X, rows) {
      const { inputs: d, hidden: m, classes: K } = this;
      this.makeRoom(rows.length);
      const { x, h, z, n } = this;
      for (let b = 0; b < n; b++) {
        const from = rows[b] * d;
        for (let i = 0; i < d; i++) x[b * d + i] = X[from + i];
        for (let j = 0; j < m; j++) h[b * m + j] = theta[this.b1 + j];
        this.firstLayer(theta, b);
        for (let k = 0; k < K; k++) {
          let sum = theta[this.b2 + k];
          for (let j = 0; j < m; j++) sum += h[b * m + j] * theta[this.W2 + j * K + k];
          z[b * K + k] = sum;
        }
      }
      return z.subarray(0, n * K);
    }

    // Activations of sample b. Four inputs at once here, four samples at once in `accumulate`: the sums are
    // read and written a quarter as often.
    firstLayer(theta, b) {
      const { inputs: d, hidden: m, x, h } = this, at = b * m;
      let i = 0;
      for (; i + 4 <= d; i += 4) {
        const x0 = x[b * d + i], x1 = x[b * d + i + 1], x2 = x[b * d + i + 2], x3 = x[b * d + i + 3];
        const w0 = i * m, w1 = w0 + m, w2 = w1 + m, w3 = w2 + m;
        for (let j = 0; j < m; j++)
          h[at + j] += x0 * theta[w0 + j] + x1 * theta[w1 + j] + x2 * theta[w2 + j] + x3 * theta[w3 + j];
      }
      for (; i < d; i++) for (let j = 0; j < m; j++) h[at + j] += x[b * d + i] * theta[i * m + j];
      for (let j = 0; j < m; j++) if (h[at + j] < 0) h[at + j] = 0;
    }

    // Derivatives at the hidden units, dh, from those at the logits.
    hiddenDerivatives(theta, dz) {
      const { hidden: m, classes: K, h, dh, n } = this;
      for (let b = 0; b < n; b++)
        for (let j = 0; j < m; j++) {
          let sum = 0;
          for (let k = 0; k < K; k++) sum += dz[b * K + k] * theta[this.W2 + j * K + k];
          dh[b * m + j] = h[b * m + j] > 0 ? sum : 0;
        }
    }

    backward(theta, dz, grad) {
      this.hiddenDerivatives(theta, dz);
      this.accumulate(dz, grad);
    }

    // Sums over the samples of outer products: what a layer received times the derivatives at what it gave.
    accumulate(dz, grad) {
      const { inputs: d, hidden: m, classes: K, x, h, dh, n } = this;
      for (let b = 0; b < n; b++) {
        for (let k = 0; k < K; k++) {
          const delta = dz[b * K + k];
          grad[this.b2 + k] += delta;
          for (let j = 0; j < m; j++) grad[this.W2 + j * K + k] += h[b * m + j] * delta;
        }
        for (let j = 0; j < m; j++) grad[this.b1 + j] += dh[b * m + j];
      }
      let b = 0;
      for (; b + 4 <= n; b += 4) {
        const d0 = b * m, d1 = d0 + m, d2 = d1 + m, d3 = d2 + m;
        for (let i = 0; i < d; i++) {
          const at = b * d + i, w = i * m;
          const x0 = x[at], x1 = x[at + d], x2 = x[at + 2 * d], x3 = x[at + 3 * d];
          for (let j = 0; j < m; j++)
            grad[w + j] += x0 * dh[d0 + j] + x1 * dh[d1 + j] + x2 * dh[d2 + j] + x3 * dh[d3 + j];
        }
      }
      for (; b < n; b++)
        for (let i = 0; i < d; i++)
          for (let j = 0; j < m; j++) grad[i * m + j] += x[b * d + i] * dh[b * m + j];
    }

    logits(theta, X, rows) {
      const all = new Float64Array(rows.length * this.classes), portion = 256;
      for (let start = 0; start < rows.length; start += portion)
        all.set(this.forward(theta, X, rows.slice(start, start + portion)), start * this.classes);
      return all;
    }
  };

  F.logSoftmax = function (z, K, T = 1) {
    const logs = new Float64Array(z.length);
    for (let at = 0; at < z.length; at += K) {
      const most = Math.max(...z.subarray(at, at + K));
      let sum = 0;
      for (let k = 0; k < K; k++) sum += Math.exp((z[at + k] - most) / T);
      for (let k = 0; k < K; k++) logs[at + k] = (z[at + k] - most) / T - Math.log(sum);
    }
    return logs;
  };

  F.crossEntropy = function (z, y, rows, K, dz, share = 1) {
    const logs = F.logSoftmax(z, K), n = rows.length;
    let loss = 0;
    for (let b = 0; b < n; b++) {
      const truth = y[rows[b]];
      loss -= logs[b * K + truth] / n;
      for (let k = 0; k < K; k++) {
        const p = Math.exp(logs[b * K + k]);
        dz[b * K + k] += (share * (k === truth ? p - 1 : p)) / n;
      }
    }
    return loss;
  };

  F.argmax = function (z, K) {
    const said = new Uint8Array(z.length / K);
    for (let b = 0; b < said.length; b++)
      for (let k = 1; k < K; k++) if (z[b * K + k] > z[b * K + said[b]]) said[b] = k;
    return said;
  };
})((globalThis.Forgetting = globalThis.Forgetting || {}));
