// What came of it. A confusion matrix is a plain array of K arrays: [i][j] counts clips of class i called j.
//
// Forgetting.confusion(truth, said, K)     truth, said: arrays of n classes -> K x K
// Forgetting.recalls(matrix)               -> K shares; NaN where a class has no clip
// Forgetting.uar(matrix)                   mean of the recalls there are, a share: 1 is everything right
// Forgetting.shares(matrix)                -> K: the share of the answers that each class receives
// Forgetting.lastClassShare(matrix, order) share of the answers that go to the class trained last
(function (F) {
  "use strict";

  const sum = (values) => values.reduce((a, b) => a + b, 0);

  F.confusion = function (truth, said, K) {
    const matrix = Array.from({ length: K }, () => new Array(K).fill(0));
    for (let i = 0; i < truth.length; i++) matrix[truth[i]][said[i]]++;
    return matrix;
  };

  F.recalls = (matrix) => matrix.map((row, k) => row[k] / sum(row)); // 0 / 0 is NaN

  F.uar = function (matrix) {
    const there = F.recalls(matrix).filter((recall) => !Number.isNaN(recall));
    return sum(there) / there.length;
  };

  F.shares = function (matrix) {
    const all = sum(matrix.map(sum));
    return matrix.map((_, k) => sum(matrix.map((row) => row[k])) / all);
  };

  F.lastClassShare = (matrix, order) => F.shares(matrix)[order[order.length - 1]];
})((globalThis.Forgetting = globalThis.Forgetting || {}));
