// Holds the playground's engine against golden runs of the library (tools/playground_golden.py).
// A classic script, for node and for a browser: checkPlayground(Forgetting, golden) -> the list of what differs;
// with {first: true} it stops at the first.
function checkPlayground(F, golden, { tolerance = 1e-4, first = false } = {}) {
  const wrong = [];
  const fail = (text) => {
    wrong.push(text);
    if (first) throw new Error(text);
  };
  const floats = (text) => new Float32Array(F.bytes(text).buffer);
  const near = (what, a, b, by = tolerance) => {
    let off = a.length === b.length ? 0 : Infinity;
    for (let i = 0; i < b.length; i++) if (!(Math.abs(a[i] - b[i]) <= off)) off = Math.abs(a[i] - b[i]);
    if (!(off <= by)) fail(`${what}: off by ${off}`);
  };
  const same = (what, a, b) => {
    if (JSON.stringify(a) !== JSON.stringify(b)) fail(`${what}: ${JSON.stringify(a).slice(0, 80)}`);
  };
  const refused = (what, attempt) => {
    let error = null;
    try {
      attempt();
    } catch (caught) {
      error = caught;
    }
    if (!(error instanceof Error && error.message.endsWith("."))) fail(`${what}: not refused in a sentence`);
  };

  function draws({ key, permutation, below, seed, floats: singles, doubles, normals, sizes }) {
    const generator = new F.Generator(key);
    same(`permutation ${key}`, generator.permutation([...permutation.keys()]), permutation);
    same(`below ${key}`, below.map(([most]) => [most, generator.below(most)]), below);
    const torch = new F.TorchGenerator(seed);
    same(`floats ${seed}`, singles.map(() => torch.float()), singles);
    same(`doubles ${seed}`, doubles.map(() => torch.double()), doubles);
    sizes.forEach((n, i) => near(`normals ${n}`, torch.normals(n).slice(-20), normals[i], 2e-6));
    same(`seed ${key}`, new F.Generator(key).below(2 ** 31 - 1), seed);
  }

  function scores({ truth, said, K, matrix, recalls, uar, shares, order, last }) {
    same("confusion", F.confusion(truth, said, K), matrix);
    same("recalls", F.recalls(matrix).map((value) => (Number.isNaN(value) ? null : value)), recalls);
    near("uar and shares", [F.uar(matrix), ...F.shares(matrix)], [uar, ...shares], 1e-12);
    near("last class", [F.lastClassShare(matrix, order)], [last], 1e-12);
  }

  // The numbers of every learner unless told otherwise are the library's.
  function defaults([name, wanted]) {
    const learner = new F.LEARNERS[name]({}), keys = Object.keys(wanted);
    near(`defaults of ${name}`, keys.map((key) => Number(learner[key])), Object.values(wanted).map(Number), 1e-7);
  }

  function units({ draws: drawn, scores: scored, duals, projection, orders, halves, bytes, learners, gaussian, fisher }) {
    drawn.forEach(draws);
    scored.forEach(scores);
    for (const { P, q, v } of duals) {
      const found = F.dual(P, q), times = (u) => P.map((row) => row.reduce((sum, p, i) => sum + p * u[i], 0));
      near(`dual ${q}`, times(found), times(v), 1e-9);
      if (found.some((value) => value < 0)) fail(`dual ${q}: below zero`);
    }
    F.receiveProjection(projection);
    for (const { embedding, coordinates } of projection.examples)
      same("projection", Array.from(F.coordinates(embedding)), coordinates);
    same("orders", F.allOrders(4), orders);
    same("halves", halves.map(([value]) => [value, F.roundEven(value)]), halves);
    bytes.forEach(({ text, values }) => same(`bytes ${values}`, Array.from(F.bytes(text)), values));
    Object.entries(learners).forEach(defaults);
    const small = new F.MLP(1, 1, 2), one = small.logits([2, 1, 1, -1, 0, 0.5], [3], [0]);
    same("one sample alone", Array.from(one), [7, -6.5]);
    const three = { inputs: 2, X: gaussian.X, y: [0, 0, 0] }, [fit] = F.gaussians(three, Int32Array.of(0, 1, 2), 1);
    near("a Gaussian", [...fit.mu, ...fit.sigma], [...gaussian.mu, ...gaussian.sigma], 1e-6);
    near("its axis", fit.axes.map(Math.abs), gaussian.axes, 1e-6);
    near("Fisher", F.fisher(new F.Trainer(problem), parts[corpora[0]].train), floats(fisher), 1e-6);
    const source = new F.Trainer(problem), train = parts[corpora[0]].train, mean = new Float64Array(source.theta.length);
    for (const row of train) F.fisher(source, Int32Array.of(row)).forEach((f, i) => (mean[i] += f / train.length));
    near("Fisher row by row", mean, F.fisher(source, train), 1e-9);
    const two = { rows: Int32Array.of(5, 6, 7, 8), width: 2, stage: Int32Array.of(0, 1) };
    same("writes", Array.from(F.stageWrites(two, new Uint8Array(9), 5, 3, 1)), [4, 3, 4, 3]);
    const alone = F.replay(F.shuffled(Int32Array.of(4, 5), 1, 0), [0, -1], 0, 2);
    same("a memory of row 0", Array.from(alone.rows.slice(-2)), [0, 0]);
    near("far logits", F.logSoftmax(Float64Array.of(1000, 0, -1000), 3), [0, -1000, -2000], 1e-9);
    same("the first of equals", Array.from(F.argmax([1, 3, 3, 2, 2, 1], 3)), [1, 0]);
    same("no inverse", F.solve([1, 2, 2, 4], [1, 1], 2, 1), null);
    same("nearly no inverse", F.solve([1, 1e4, 1e4, 1e8 * (1 + 1e-14)], [1, 1], 2, 1), null);
    near("an inverse", F.solve([1, 1, 1, 1 + 1e-9], [1, 1], 2, 1), [1, 0], 1e-6);
    const { values, axes } = F.principalAxes([2, 0, 0, 0, 2, 1, 0, 1, 5], 3, 1);
    near("an axis", [...values, ...axes], [5.302775637731995, 0, 0.2897841486884302, 0.9570920264890529], 1e-12);
  }

  const records = Object.fromEntries(golden.records.map((record) => [record.name, record]));
  const problem = F.problem(golden.records.map(({ name }) => name), records);
  const { corpora, parts } = problem, tested = Int32Array.from(corpora.flatMap((name) => [...parts[name].test]));

  // The axes of a Gaussian have no direction; the library's lie as the golden file says.
  const fitted = F.gaussians;
  const turned = (turns) => (asked, rows, rank) => {
    const number = corpora.findIndex((name) => parts[name].train === rows);
    return fitted(asked, rows, rank).map((one) => {
      const axes = one.axes.map((value, at) => value * turns[number][one.k][Math.floor(at / problem.inputs)]);
      return { ...one, axes };
    });
  };

  function replay({ settings, losses, points, schedules, confusions, turns, means, rule }, index) {
    if (turns) F.gaussians = turned(turns);
    const what = `${index} ${JSON.stringify(settings)}`, left = points.slice(), found = [], seen = [];
    const run = new F.Trainer(problem, settings), none = { number: 0, step: 0, steps: 0, stage: 0, loss: null };
    same(`${what}: at first`, run.state(), { corpus: corpora[0], ...none, ended: true, done: false });
    for (let state = run.step(); state; state = run.step()) {
      const { number, step, steps, stage, ended, done } = state, where = `${what} at ${number}, ${step}`;
      if (run.schedule) found.push(state.loss);
      if (step === 1) seen.push({ ends: F.ends(run.schedule), rows: Array.from(run.schedule.rows) });
      same(`${where}: state`, [state.corpus, ended, done], [corpora[number], step === steps, run.done]);
      const stages = step ? seen[seen.length - 1].ends : [1];
      same(`${where}: stage`, stage, stages.findIndex((end) => end >= step));
      if (!left.length || number !== left[0].number || step !== left[0].step) continue;
      const point = left.shift(), weights = floats(point.weights);
      near(`${where}: weights`, run.theta, weights);
      near(`${where}: biases`, run.biases(), weights.slice(-problem.emotions.length));
      same(`${where}: answers`, run.said(tested).join(""), point.said);
    }
    F.gaussians = fitted;
    if (means) near(`${what}: means`, run.learner.means.flatMap((mean) => Array.from(mean)), floats(means));
    if (rule) near(`${what}: rule`, [...run.learner.W, ...run.learner.b], floats(rule), 1e-5);
    near(`${what}: losses`, found, floats(losses));
    same(`${what}: points left, another step`, [left.length, run.step()], [0, null]);
    seen.forEach(({ ends, rows }, i) => {
      same(`${what}: ends`, ends, schedules[i].ends);
      const wanted = schedules[i].rows && Array.from(new Uint16Array(F.bytes(schedules[i].rows).buffer));
      if (wanted) same(`${what}: rows`, rows, wanted);
    });
    same(`${what}: trainings`, seen.length, schedules.length);
    same(`${what}: confusion`, [run.confusion(corpora[0]), run.confusion(corpora[1], "valid")], confusions);
  }

  // What has no clip is never said; a model without a doubt has no Fisher information, and its springs are loose.
  function borders() {
    const three = { ...problem, y: problem.y.map((k) => Math.min(k, 2)) };
    if (new F.Trainer(three, { learner: "slda" }).said(tested).includes(3)) fail("a class without a clip is said");
    const { mlp, theta } = new F.Trainer(problem), many = tested.map((_, i) => tested[i % 3]);
    const long = Int32Array.from({ length: 600 }, (_, i) => many[i % many.length]);
    near("many rows", mlp.logits(theta, problem.X, long).slice(-4), mlp.logits(theta, problem.X, long.slice(-1)), 0);
    const sure = { ...problem, theta0: problem.theta0.map((weight) => 1e4 * weight) };
    const { omega } = new F.Trainer(sure, { learner: "ewc" }).learner;
    same("springs without a doubt", [Math.min(...omega), Math.max(...omega)], [0, 0]);
  }

  function refusals() {
    const some = parts[corpora[0]].train, byClass = { stream: "class by class", order: [0, 1, 2, 3] };
    refused("unknown learner", () => new F.Trainer(problem, { learner: "magic" }));
    refused("too few steps", () => new F.Trainer(problem, { ...byClass, steps: 3 }).step());
    refused("an empty stage", () => new F.Trainer(problem, { ...byClass, steps: [5, 0, 5, 5] }).step());
    refused("too few lengths", () => new F.Trainer(problem, { ...byClass, steps: [5, 5] }).step());
    refused("no rows", () => F.stream(new Int32Array(0), 5, [0, 0]));
    refused("no memory", () => F.replay(F.shuffled(some, 2, 0), [-1, -1], 0));
  }

  try {
    if (golden.units && !golden.unitsLast) units(golden.units);
    near("X", problem.X, floats(golden.X), 0);
    const sizes = Object.values(parts).map(({ train, valid, test }) => [train.length, valid.length, test.length]);
    same("parts", sizes, golden.parts);
    golden.cases.forEach(replay);
    if (golden.unitsLast) units(golden.units);
    borders();
    refusals();
    same("defaults", new F.Trainer(problem).settings, golden.defaults);
  } catch (error) {
    if (!first) throw error;
    if (!wrong.length) wrong.push(String(error));
  }
  return wrong;
}
