// Holds the playground's engine against golden runs of the library (tools/playground_golden.py).
// A classic script, for node and for a browser: checkPlayground(Forgetting, golden) -> the list of what differs.
function checkPlayground(F, golden, tolerance = 1e-4) {
  const wrong = [];
  const floats = (text) => new Float32Array(F.bytes(text).buffer);
  const largest = (a, b) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
  const near = (what, a, b, by = tolerance) => {
    const off = a.length === b.length ? largest(a, b) : Infinity;
    if (!(off <= by)) wrong.push(`${what}: off by ${off}`);
  };
  const same = (what, a, b) => {
    if (JSON.stringify(a) !== JSON.stringify(b)) wrong.push(`${what}: ${JSON.stringify(a).slice(0, 80)}`);
  };

  for (const { key, permutation, below, seed, normals, sizes } of golden.draws || []) {
    const generator = new F.Generator(key);
    same(`permutation ${key}`, generator.permutation([...permutation.keys()]), permutation);
    same(`below ${key}`, below.map(([most]) => [most, generator.below(most)]), below);
    const torch = new F.TorchGenerator(seed);
    sizes.forEach((n, i) => near(`normals ${n}`, [...torch.normals(n).slice(-20)], normals[i], 1e-5));
    same(`seed ${key}`, new F.Generator(key).below(2 ** 31 - 1), seed);
  }

  const records = Object.fromEntries(golden.records.map((record) => [record.name, record]));
  const problem = F.problem(golden.records.map(({ name }) => name), records);
  near("X", problem.X, floats(golden.X), 0);
  const tested = Int32Array.from(problem.corpora.flatMap((name) => [...problem.parts[name].test]));

  // The axes of a Gaussian have no direction; the library's lie as the golden file says.
  const fitted = F.gaussians;
  const turned = (turns) => (problem, rows, rank) => {
    const number = problem.corpora.findIndex((name) => problem.parts[name].train === rows);
    return fitted(problem, rows, rank).map((one) => {
      const axes = one.axes.map((value, at) => value * turns[number][one.k][Math.floor(at / problem.inputs)]);
      return { ...one, axes };
    });
  };

  for (const { settings, losses, points, turns, rows } of golden.cases) {
    if (turns) F.gaussians = turned(turns);
    const run = new F.Trainer(problem, settings), found = [], left = points.slice(), tables = [];
    const what = `${golden.cases.findIndex((one) => one.settings === settings)} ${JSON.stringify(settings)}`;
    for (let state = run.step(); state; state = run.step()) {
      if (run.schedule) found.push(state.loss);
      if (state.step === 1) tables.push(Array.from(run.schedule.rows));
      if (!left.length || state.number !== left[0].number || state.step !== left[0].step) continue;
      const point = left.shift(), where = `${what} at ${state.number}, ${state.step}`;
      near(`${where}: weights`, run.theta, floats(point.weights));
      same(`${where}: answers`, run.said(tested).join(""), point.said);
    }
    F.gaussians = fitted;
    same(`${what}: points left`, left.length, 0);
    near(`${what}: losses`, Float32Array.from(found), floats(losses));
    if (rows) same(`${what}: rows`, tables, rows);
  }
  return wrong;
}
