// Three gradients of two weights, to drag: GEM and A-GEM bend the new one where it conflicts with old ones.
//
// data: {g, old: [g1, g2]} to begin with, each [weight 1, weight 2]; all may be left out
// Mechanisms.figures.bent_gradients
//   .bend(method, g, G)   what "gem" or "a-gem" of the engine makes of a gradient g; G: gradients of old corpora;
//                         A-GEM sees their mean, as if clips of all were drawn in equal parts
(function (M) {
  "use strict";

  const F = globalThis.Forgetting;
  const mean = (G) => G[0].map((_, i) => G.reduce((sum, g) => sum + g[i] / G.length, 0));

  // The engine's own projection, with gradients that are given and not computed from clips.
  function bend(method, g, G) {
    const learner = new F.LEARNERS[method]({}), grad = Float64Array.from(g);
    learner.memories = [...G.keys()];
    learner.crossEntropy = (_, rows, into) => into.set(method === "gem" ? G[rows] : mean(G));
    learner.bend({ grad, batch: () => null });
    return Array.from(grad);
  }

  const say2 = ([a, b]) => `(${M.number(a)}, ${M.number(b)})`;

  // The corner of the plane in which nothing conflicts with g: where the inner product is not negative.
  function halfPlane([a, b], far) {
    const long = Math.hypot(a, b) || 1, [u, v] = [a / long, b / long];
    return [[-v, u], [v, -u], [v - 2 * u, -u - 2 * v], [-v - 2 * u, u - 2 * v]].map(([p, q]) => [far * p, far * q]);
  }

  // The middle of a word beside a tip, of eight places the one that is farthest from the lines.
  function beside([x, y], lines) {
    const room = ([a, b]) => Math.min(...lines.flatMap(([[p, q], [r, s]]) => Array.from({ length: 21 }, (_, i) =>
      Math.hypot((a - p - ((r - p) * i) / 20) / 1.6, b - q - ((s - q) * i) / 20))));
    const places = Array.from({ length: 8 }, (_, i) => [x + 30 * Math.cos((i * Math.PI) / 4), y + 20 * Math.sin((i * Math.PI) / 4)]);
    return places.reduce((best, place) => (room(place) > room(best) + 1 ? place : best));
  }

  function start({ controls, picture, say }, data) {
    let method = "gem", two = true, g = data.g || [1.2, 0.58];
    const old = data.old || [[-0.5, 1.0], [-1.2, -0.2]], span = 2;
    M.choice(controls, "Bent by", { gem: "GEM", "a-gem": "A-GEM" }, method, (id) => ((method = id), show()));
    M.choice(controls, "Old corpora", { 2: "two", 1: "one" }, "2", (id) => ((two = id === "2"), redraw()));
    const box = M.put(picture, "div", { style: "max-width: 34em; margin: 0 auto" });
    let plane, layer, handles, redraw = () => {};

    function begin(width) {
      const names = ["weight 1", "weight 2"], label = "Gradients of two weights; the shaded part conflicts with an old corpus";
      plane = M.plane(box, width, { label, height: width * 0.85, x: [-span, span], y: [-span * 0.85, span * 0.85], names, ticked: false });
      layer = M.put(plane.svg, "g");
      const one = (name, get, colour) => {
        const move = (dx, dy) => {
          const now = get(), per = plane.X(1) - plane.X(0);
          const within = (value, most) => Math.max(-most, Math.min(most, value));
          now[0] = within(now[0] + dx * per, span * 0.97);
          now[1] = within(now[1] - dy * per, span * 0.8);
          show();
        };
        return { get, name, ...M.handle(plane.svg, { at: [0, 0], label: name, words: "", move, colour }) };
      };
      handles = [one("gradient of the new clips, g", () => g, "var(--e0)")];
      old.slice(0, two ? 2 : 1).forEach((_, k) => handles.push(one(`gradient of old corpus ${k + 1}`, () => old[k], "var(--ink)")));
      show();
    }

    function show() {
      const G = old.slice(0, two ? 2 : 1), bent = bend(method, g, G), { x, y } = plane, at = ([a, b]) => [x(a), y(b)];
      layer.replaceChildren();
      const refs = method === "gem" ? G : [mean(G)], clip = `mech-clip-${Math.random().toString(36).slice(2)}`;
      const [left, top, right, bottom] = [x(-span), y(span * 0.85), x(span), y(-span * 0.85)];
      M.put(M.put(layer, "clipPath", { id: clip }), "rect", { x: left, y: top, width: right - left, height: bottom - top });
      for (const ref of refs) {
        const points = halfPlane(ref, 4).map((point) => at(point).join(",")).join(" ");
        M.put(layer, "polygon", { points, fill: "var(--wrong)", opacity: 0.28, "clip-path": `url(#${clip})` });
      }
      const arrow = (v, colour, name, more) => {
        M.arrow(layer, at([0, 0]), at(v), { stroke: colour, fill: colour, ...more });
        const up = v[1] >= 0 ? -14 : 22;
        M.put(layer, "text", { x: x(v[0]), y: y(v[1]) + up, class: "mech-halo", "text-anchor": "middle", style: "font-size: 14px" }, name);
      };
      G.forEach((v, k) => arrow(v, "var(--ink)", `g${k + 1}`));
      if (method === "a-gem" && two) arrow(refs[0], "var(--soft)", "mean", { "stroke-dasharray": "4 3" });
      arrow(g, "var(--e0)", "g");
      M.put(layer, "path", { d: `M${at(g)}L${at(bent)}`, class: "mech-line mech-dash" });
      M.arrow(layer, at([0, 0]), at(bent), { stroke: "var(--e3)", fill: "var(--e3)", "stroke-width": 4 });
      const ways = [[[0, 0], bent], [[0, 0], g], [g, bent], ...G.map((v) => [[0, 0], v]), ...refs.map((v) => [[0, 0], v])];
      const [a, b] = beside(at(bent), ways.map(([from, to]) => [at(from), at(to)]));
      M.put(layer, "text", { x: a, y: b + 5, class: "mech-halo", "text-anchor": "middle", style: "font-size: 14px" }, "bent");
      handles.forEach(({ get, place }) => place(at(get()), say2(get())));
      const was = G.map((v) => F.dot(v, g)), now = G.map((v) => F.dot(v, bent)), list = (values) => values.map((value) => M.number(value)).join(" and ");
      const moved = bent.some((value, i) => value !== g[i]), hurt = now.some((value) => value < -1e-9);
      const result = moved ? `bent to ${say2(bent)}, ${M.number(100 * Math.hypot(...bent) / Math.hypot(...g), 0)} % of its length` : "left as it is";
      const after = moved ? `, after it ${list(now)}` : "";
      const still = hurt ? " One old corpus is still hurt: only the mean was asked." : moved ? " No old corpus is hurt to first order." : "";
      say(`g ${say2(g)} is ${result}. Inner products with the old gradients: ${list(was)}${after}.${still}`);
    }

    redraw = M.drawn(box, begin);
  }

  M.figures.bent_gradients = { title: "A gradient, bent", bend, start };
})((globalThis.Mechanisms = globalThis.Mechanisms || {}));
