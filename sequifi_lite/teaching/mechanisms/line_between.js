// Walking the straight line between two models: what each corpus scores at every place of it.
//
// data: {alphas: [P] from 0 to 1, corpora: [titles], scores: [P][corpus], UAR in %, best: place of the highest mean on
//        validation clips}
// Mechanisms.figures.line_between
//   .mean(data, i)   mean of the scores at place i
(function (M) {
  "use strict";

  const mean = ({ scores }, i) => scores[i].reduce((a, b) => a + b, 0) / scores[i].length;

  function start({ controls, picture, say }, data) {
    const { alphas, corpora, scores, best } = data, last = alphas.length - 1;
    const slider = M.slider(controls, "Share of the new weights", { min: 0, max: last, step: 1, value: 0 },
      (i) => M.number(alphas[i], 3), (i) => show(i));
    M.button(controls, "Best on validation clips", () => show(best));
    const box = M.put(picture, "div"), dashes = ["", "8 4", "2 3", "9 3 2 3"];
    let plane, dots, at = last;

    function begin(width) {
      const all = scores.flat(), low = Math.floor(Math.min(...all) / 10) * 10, high = Math.ceil(Math.max(...all) / 10) * 10;
      const names = ["share of the new weights", "UAR on test clips (%)"], label = "UAR along the line between two models";
      plane = M.plane(box, width, { label, height: Math.min(330, 170 + width * 0.22), x: [0, 1], y: [low, high], names, right: 84 });
      const { svg, x, y } = plane;
      const line = (values, look) => {
        const points = values.map((value, i) => `${x(alphas[i]).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
        M.put(svg, "polyline", { points, fill: "none", "stroke-width": 2.2, ...look });
        return y(values[last]) + 4;
      };
      const ends = corpora.map((title, k) => {
        const colour = `var(--e${[3, 0, 2, 1][k]})`;
        return { title, colour, at: line(scores.map((row) => row[k]), { stroke: colour, "stroke-dasharray": dashes[k] }) };
      });
      ends.push({ title: "mean", colour: "var(--soft)", at: line(alphas.map((_, i) => mean(data, i)), { stroke: "var(--soft)", "stroke-dasharray": "2 3" }) });
      ends.sort((a, b) => a.at - b.at).forEach((end, i) => {
        if (i) end.at = Math.max(end.at, ends[i - 1].at + 14);
        M.put(svg, "text", { x: x(1) + 8, y: end.at, style: `fill: ${end.colour}` }, end.title);
      });
      dots = M.put(svg, "g");
      const move = (dx) => {
        loose += dx / (x(1) - x(0));
        show(Math.max(0, Math.min(last, Math.round(loose * last))), false);
      };
      let loose = alphas[at];
      handle = M.handle(svg, { at: [0, 0], label: "place on the line", words: "", step: (x(1) - x(0)) / last, move });
      settle = (i) => (loose = alphas[i]);
      show(at);
    }

    let handle = null, settle = () => {};

    function show(i, jump = true) {
      at = i;
      slider.show(i);
      if (jump) settle(i);
      if (!handle) return;
      const { x, y } = plane, a = alphas[i];
      dots.replaceChildren();
      M.put(dots, "line", { x1: x(a), x2: x(a), y1: y(mean(data, i)), y2: plane.svg.viewBox.baseVal.height - 38, class: "mech-axis mech-dash" });
      scores[i].forEach((value) => M.put(dots, "circle", { cx: x(a), cy: y(value), r: 4.5, fill: "var(--ink)" }));
      const words = corpora.map((title, k) => `${title} ${M.number(scores[i][k], 1)} %`).join(", ");
      handle.place([x(a), y(mean(data, i))], `${M.number(a, 3)}: ${words}`);
      const where = i === 0 ? "The old model" : i === last ? "The new model, fine-tuned" : `${M.number(a, 3)} of the way from the old model to the new one`;
      say(`${where}: ${words}; mean ${M.number(mean(data, i), 1)} %. Validation clips would choose ${M.number(alphas[best], 3)}.`);
    }

    M.drawn(box, begin);
  }

  M.figures.line_between = { title: "The line between two models", mean, start };
})((globalThis.Mechanisms = globalThis.Mechanisms || {}));
