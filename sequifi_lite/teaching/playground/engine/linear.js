// Rounding, sums over weights, and two small problems of linear algebra. Everything in float64.
//
// Forgetting.dot(a, b)              inner product of two vectors of one length
// Forgetting.roundEven(value)       the nearest whole number, as Python rounds
// Forgetting.solve(A, B, n, m)      X with A X = B; A (n, n) symmetric, positive, B (n, m), row by row; null where
//                                   A has no inverse
// Forgetting.principalAxes(S, n, q) the q largest eigenvalues of the symmetric S (n, n), and their axes (q, n)
(function (F) {
  "use strict";

  const SWEEPS = 12; // each about doubles the digits that are right; 128 inputs need eight or nine

  F.dot = function (a, b) {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  };

  // As Python rounds: a half goes to the even neighbour.
  F.roundEven = function (value) {
    const below = Math.floor(value);
    if (value - below !== 0.5) return Math.round(value);
    return below + Math.abs(below % 2);
  };

  // Gauss and Jordan, without pivots: A is symmetric, and none of its eigenvalues is negative.
  F.solve = function (A, B, n, m) {
    const left = Float64Array.from(A), right = Float64Array.from(B);
    for (let c = 0; c < n; c++) {
      const pivot = left[c * n + c];
      if (pivot < 1e-12 * A[c * n + c]) return null;
      for (let j = c; j < n; j++) left[c * n + j] /= pivot;
      for (let j = 0; j < m; j++) right[c * m + j] /= pivot;
      for (let r = 0; r < n; r++) {
        if (r === c) continue;
        const share = left[r * n + c];
        for (let j = c; j < n; j++) left[r * n + j] -= share * left[c * n + j];
        for (let j = 0; j < m; j++) right[r * m + j] -= share * right[c * m + j];
      }
    }
    return right;
  };

  // One rotation of Jacobi's method: makes S[p][q] zero, and turns the axes with it.
  function rotate(S, axes, n, p, q) {
    const off = S[p * n + q];
    if (off === 0) return;
    const slope = (S[q * n + q] - S[p * n + p]) / (2 * off);
    const t = (slope < 0 ? -1 : 1) / (Math.abs(slope) + Math.hypot(slope, 1));
    const c = 1 / Math.hypot(t, 1), s = t * c;
    for (let k = 0; k < n; k++) {
      const kp = S[k * n + p], kq = S[k * n + q];
      S[k * n + p] = c * kp - s * kq;
      S[k * n + q] = s * kp + c * kq;
    }
    for (const M of [S, axes])
      for (let k = 0; k < n; k++) {
        const pk = M[p * n + k], qk = M[q * n + k];
        M[p * n + k] = c * pk - s * qk;
        M[q * n + k] = s * pk + c * qk;
      }
  }

  // Every axis is turned so that its entry of largest size is positive.
  F.principalAxes = function (S, n, q) {
    const M = Float64Array.from(S), axes = new Float64Array(n * n);
    for (let i = 0; i < n; i++) axes[i * n + i] = 1;
    for (let sweep = 0; sweep < SWEEPS; sweep++)
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) rotate(M, axes, n, j, i);
    const values = Array.from({ length: n }, (_, i) => M[i * n + i]);
    const chosen = values.map((_, i) => i).sort((a, b) => values[b] - values[a]).slice(0, q);
    const sorted = new Float64Array(chosen.length * n);
    chosen.forEach((from, to) => {
      const axis = axes.subarray(from * n, (from + 1) * n);
      const tip = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
      for (let j = 0; j < n; j++) sorted[to * n + j] = tip < 0 ? -axis[j] : axis[j];
    });
    return { values: chosen.map((i) => values[i]), axes: sorted };
  };
})((globalThis.Forgetting = globalThis.Forgetting || {}));
