// Two weights on springs: the old loss is a valley, the new corpus wants them elsewhere, the springs have a strength.
//
// data: {star, wish, steep}: where the source ended, where the new corpus wants them, curvatures of the old loss along
//       and across its valley; all may be left out
// Mechanisms.figures.springs
//   .curvature(steep, angle)     the old loss's second derivatives [[a, b], [b, c]], its valley turned by an angle
//   .stiffness(kind, H)          omega of "l2-sp" (ones) or "ewc" (the diagonal of H, mean one)
//   .rest(omega, lam, star, wish)   where new loss and springs balance: the minimum of their sum
//   .walk(omega, lam, star, wish, steps, lr)   the same by gradient descent with the engine's springs: every place
//   .losses(theta, H, star, wish)   [old, new]
(function (M) {
  "use strict";

  const F = globalThis.Forgetting;

  function curvature([p, q], angle) {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    return [[p * c * c + q * s * s, (p - q) * c * s], [(p - q) * c * s, p * s * s + q * c * c]];
  }

  function stiffness(kind, H) {
    const diagonal = [H[0][0], H[1][1]], mean = (diagonal[0] + diagonal[1]) / 2;
    return kind === "ewc" ? diagonal.map((value) => value / mean) : [1, 1];
  }

  const rest = (omega, lam, star, wish) => omega.map((o, i) => (wish[i] + lam * o * star[i]) / (1 + lam * o));

  function walk(omega, lam, star, wish, steps = 60, lr = 0.1) {
    const learner = new F.LEARNERS.ewc({ lam }), theta = Float64Array.from(star), places = [Array.from(theta)];
    Object.assign(learner, { omega, pulled: omega.map((o, i) => o * star[i]) });
    const sgd = F.OPTIMISERS.sgd(2);
    for (let t = 0; t < steps; t++) {
      sgd.step(theta, Float64Array.from(theta, (value, i) => value - wish[i]), lr);
      learner.afterStep({ theta, lr });
      places.push(Array.from(theta));
    }
    return places;
  }

  function losses([a, b], H, star, wish) {
    const [u, v] = [a - star[0], b - star[1]];
    return [(H[0][0] * u * u + 2 * H[0][1] * u * v + H[1][1] * v * v) / 2, ((a - wish[0]) ** 2 + (b - wish[1]) ** 2) / 2];
  }

  const KINDS = { "l2-sp": "all alike (L2-SP)", ewc: "by importance (EWC)" }, RANGE = { x: [-0.9, 2.1], y: [-0.7, 2.1] };

  function start({ controls, picture, say }, data) {
    const star = data.star || [0, 0], wish = data.wish || [1.3, 1.6], steep = data.steep || [8, 0.4];
    let kind = "ewc", power = 0, angle = 0;
    M.choice(controls, "Springs", KINDS, kind, (id) => ((kind = id), show()));
    const strength = () => (power <= -2 ? 0 : 10 ** power), words = () => String(Number(strength().toPrecision(2)));
    M.slider(controls, "Strength", { min: -2, max: 3, step: 0.1, value: power }, (value) => ((power = value), words()), () => show());
    M.slider(controls, "Valley turned by", { min: 0, max: 90, step: 5, value: 0 }, (value) => `${value}\u00b0`, (value) => ((angle = value), show()));
    const box = M.put(picture, "div", { style: "max-width: 34em; margin: 0 auto" });
    let plane, layer, handle;

    function begin(width) {
      const names = ["weight 1", "weight 2"], label = "Contours of the old loss, and where the weights come to rest";
      plane = M.plane(box, width, { label, height: width * 0.86, ...RANGE, names });
      layer = M.put(plane.svg, "g");
      const move = (dx, dy) => {
        const within = (value, [low, high]) => Math.max(low + 0.1, Math.min(high - 0.1, value));
        wish[0] = within(wish[0] + dx * (plane.X(1) - plane.X(0)), RANGE.x);
        wish[1] = within(wish[1] + dy * (plane.Y(1) - plane.Y(0)), RANGE.y);
        show();
      };
      handle = M.handle(plane.svg, { at: [0, 0], label: "what the new corpus wants", words: "", move, colour: "var(--e0)" });
      show();
    }

    // An ellipse of equal old loss, inside the axes.
    function contours(H, turn) {
      const { x, y } = plane, clip = `mech-clip-${Math.random().toString(36).slice(2)}`;
      const size = { x: x(RANGE.x[0]), y: y(RANGE.y[1]), width: x(RANGE.x[1]) - x(RANGE.x[0]), height: y(RANGE.y[0]) - y(RANGE.y[1]) };
      M.put(M.put(layer, "clipPath", { id: clip }), "rect", size);
      for (const level of [0.1, 0.5, 1.5, 4, 8]) {
        const points = Array.from({ length: 73 }, (_, i) => {
          const t = (i * Math.PI) / 36, p = Math.sqrt((2 * level) / steep[0]) * Math.cos(t), q = Math.sqrt((2 * level) / steep[1]) * Math.sin(t);
          return [x(star[0] + p * Math.cos(turn) - q * Math.sin(turn)), y(star[1] + p * Math.sin(turn) + q * Math.cos(turn))].map((v) => v.toFixed(1)).join();
        });
        M.put(layer, "polyline", { points: points.join(" "), class: "mech-axis", "clip-path": `url(#${clip})` });
      }
    }

    function show() {
      if (!plane) return;
      const turn = (angle * Math.PI) / 180, H = curvature(steep, turn), omega = stiffness(kind, H), lam = strength();
      const { x, y } = plane, line = (places) => places.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(" ");
      layer.replaceChildren();
      contours(H, turn);
      const all = Array.from({ length: 61 }, (_, i) => rest(omega, i ? 10 ** (-2 + (i * 5) / 60) : 0, star, wish));
      M.put(layer, "polyline", { points: line(all), class: "mech-line mech-dash" });
      walk(omega, lam, star, wish).forEach(([a, b], i) => i % 2 || M.put(layer, "circle", { cx: x(a), cy: y(b), r: 2.2, fill: "var(--e3)" }));
      const end = rest(omega, lam, star, wish), [before, after] = losses(end, H, star, wish);
      M.put(layer, "circle", { cx: x(end[0]), cy: y(end[1]), r: 8, fill: "none", stroke: "var(--e3)", "stroke-width": 3 });
      M.put(layer, "rect", { x: x(star[0]) - 5, y: y(star[1]) - 5, width: 10, height: 10, fill: "var(--ink)" });
      const label = (text, [a, b], dy, anchor = "middle") =>
        M.put(layer, "text", { x: x(a), y: y(b) + dy, class: "mech-halo", "text-anchor": anchor }, text);
      label("source model", star, 20);
      label("the new corpus wants", wish, -14, wish[0] > 1.3 ? "end" : "middle");
      handle.place([x(wish[0]), y(wish[1])], `(${M.number(wish[0])}, ${M.number(wish[1])})`);
      const stiff = omega.map((value) => M.number(value)).join(" and ");
      say(`Strength ${words()}, stiffness ${stiff}: the weights come to rest at (${M.number(end[0], 3)}, ${M.number(end[1], 3)}). ` +
        `Loss on the source ${M.number(before, 3)}, on the new corpus ${M.number(after, 3)}. Dots: the way there by gradient descent; dashed: all strengths.`);
    }

    M.drawn(box, begin);
  }

  M.figures.springs = { title: "Two weights on springs", curvature, stiffness, rest, walk, losses, start };
})((globalThis.Mechanisms = globalThis.Mechanisms || {}));
