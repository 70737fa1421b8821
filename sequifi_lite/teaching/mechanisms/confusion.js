// A confusion matrix to drag: clips move from answer to answer, and accuracy and UAR follow.
//
// data: {emotions, matrix: K x K counts [class][answer]}
// Mechanisms.figures.confusion
//   .moved(matrix, i, j, n)   n clips of class i come to answer j (or leave it): from the others, in equal parts as far
//                             as they have clips; a row keeps its sum
//   .sized(matrix, i, total)  class i has so many clips; shares of the answers stay, rounded
//   .scores(matrix)           {accuracy, uar, recalls, largest: accuracy and UAR of always answering the largest class}
(function (M) {
  "use strict";

  const F = globalThis.Forgetting, sum = (values) => values.reduce((a, b) => a + b, 0);
  const copy = (matrix) => matrix.map((row) => row.slice());

  function moved(matrix, i, j, n) {
    const changed = copy(matrix), row = changed[i], others = [...row.keys()].filter((k) => k !== j);
    for (let left = Math.abs(n); left > 0; left--) {
      // To take, from the fullest of the others; to give back, to the emptiest: equal parts, one by one.
      const by = n > 0 ? (a, b) => row[b] - row[a] : (a, b) => row[a] - row[b], k = others.slice().sort(by)[0];
      const [from, to] = n > 0 ? [k, j] : [j, k];
      if (row[from] === 0) break;
      row[from]--;
      row[to]++;
    }
    return changed;
  }

  function sized(matrix, i, total) {
    const changed = copy(matrix), row = matrix[i], all = sum(row);
    const exact = row.map((count) => (all ? (count * total) / all : total / row.length)), floor = exact.map(Math.floor);
    const order = [...row.keys()].sort((a, b) => exact[b] - floor[b] - (exact[a] - floor[a]));
    for (let k = 0, left = total - sum(floor); left > 0; k++, left--) floor[order[k]]++;
    changed[i] = floor;
    return changed;
  }

  function scores(matrix) {
    const clips = matrix.map(sum), all = sum(clips), there = clips.filter((n) => n > 0).length;
    return {
      accuracy: sum(matrix.map((row, k) => row[k])) / all, uar: F.uar(matrix), recalls: F.recalls(matrix),
      largest: { accuracy: Math.max(...clips) / all, uar: 1 / there },
    };
  }

  const percent = (share) => (Number.isNaN(share) ? "none" : `${M.number(100 * share, 1)} %`);

  function start({ controls, picture, say }, { emotions, matrix: first }) {
    let matrix = copy(first);
    const K = emotions.length, set = (next) => ((matrix = next), show());
    const answer = (j) => matrix.map((row) => row.map((_, k) => (k === j ? sum(row) : 0)));
    const acts = {
      "As measured": () => copy(first),
      "All right": () => matrix.map((row, i) => row.map((_, k) => (k === i ? sum(row) : 0))),
      "Always the largest class": () => {
        const clips = matrix.map(sum);
        return answer(clips.indexOf(Math.max(...clips)));
      },
      "Classes of one size": () => {
        const even = Math.round(sum(matrix.map(sum)) / K);
        return matrix.reduce((now, _, i) => sized(now, i, even), matrix);
      },
    };
    for (const title in acts) M.button(controls, title, () => set(acts[title]()));
    const table = M.put(picture, "table", { style: "max-width: 40em" });
    table.createCaption().textContent = "Clips of each emotion (rows) and what they were called; recall in %";
    const head = M.put(M.put(table, "thead"), "tr"), body = M.put(table, "tbody");
    ["", ...emotions.map((word) => word.slice(0, 3)), "clips", "recall"].forEach((word) => M.put(head, "th", { scope: "col" }, word));
    const cells = emotions.map((word, i) => {
      const row = M.put(body, "tr");
      M.put(row, "th", { scope: "row" }, word);
      return Array.from({ length: K + 2 }, (_, j) => {
        const cell = M.put(row, "td");
        if (j <= K) knob(cell, i, j);
        return cell;
      });
    });
    M.put(picture, "p", { class: "mech-hint" }, "Drag a number up or down, or focus it and press the arrow keys. The column clips makes a class larger or smaller.");

    function knob(cell, i, j) {
      const by = (n) => set(j < K ? moved(matrix, i, j, n) : sized(matrix, i, Math.max(0, sum(matrix[i]) + n)));
      Object.assign(cell, { tabIndex: 0 });
      cell.setAttribute("role", "spinbutton");
      cell.setAttribute("aria-label", j < K ? `${emotions[i]} called ${emotions[j]}` : `clips of ${emotions[i]}`);
      cell.style.cssText = "cursor: ns-resize; touch-action: none; user-select: none";
      let from = null;
      cell.onpointerdown = (event) => {
        from = event.clientY;
        cell.setPointerCapture(event.pointerId);
        cell.focus({ preventScroll: true });
        event.preventDefault();
      };
      cell.onpointermove = (event) => {
        const n = from === null ? 0 : Math.trunc((from - event.clientY) / 4);
        if (!n) return;
        from -= 4 * n;
        by(n);
      };
      cell.onpointerup = cell.onpointercancel = () => (from = null);
      cell.onkeydown = (event) => {
        const n = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
        if (!n) return;
        event.preventDefault();
        event.stopPropagation();
        by(n);
      };
    }

    function show() {
      const { accuracy, uar, recalls, largest } = scores(matrix);
      matrix.forEach((row, i) => {
        const clips = sum(row);
        [...row, clips].forEach((count, j) => {
          const cell = cells[i][j], share = clips ? (100 * count) / clips : 0;
          cell.textContent = count;
          cell.setAttribute("aria-valuenow", count);
          const colour = i === j ? "--right" : "--wrong";
          cell.style.background = j < K ? `color-mix(in srgb, var(${colour}) ${share}%, var(--rise))` : "var(--rise)";
        });
        cells[i][K + 1].textContent = Number.isNaN(recalls[i]) ? "none" : M.number(100 * recalls[i], 1);
      });
      const missing = recalls.some(Number.isNaN) ? " A class without clips has no recall and is left out of UAR." : "";
      const words = emotions.map((word, k) => `${word} ${percent(recalls[k])}`).join(", ");
      say(`Accuracy ${percent(accuracy)}, UAR ${percent(uar)}. Recalls: ${words}.${missing} ` +
        `With these classes, who always says the largest one has accuracy ${percent(largest.accuracy)} and UAR ${percent(largest.uar)}.`);
    }

    show();
  }

  M.figures.confusion = { title: "One matrix, two scores", moved, sized, scores, start };
})((globalThis.Mechanisms = globalThis.Mechanisms || {}));
