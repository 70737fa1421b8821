// A confusion matrix with its recalls and the share of every answer, and the biases of the output layer.
//
// new Playground.Matrix(parent)   .show(title, emotions, matrix, last)   last: the emotion trained last, or null
// new Playground.Biases(parent)   .show(emotions, biases)                null where no output layer is trained
(function (P) {
  "use strict";

  P.Matrix = class Matrix {
    constructor(parent) {
      this.table = P.put(parent, "table", { class: "pg-matrix" });
    }

    build(emotions) {
      const { table } = this, K = emotions.length;
      table.replaceChildren();
      this.caption = P.put(table, "caption");
      const head = P.put(P.put(table, "thead"), "tr"), body = P.put(table, "tbody"), foot = P.put(P.put(table, "tfoot"), "tr");
      P.put(head, "th", { scope: "col" }, P.say("was, called"));
      this.heads = emotions.map((name) => P.put(P.put(head, "th", { scope: "col" }), "abbr", { title: name }, P.short(name)));
      P.put(head, "th", { scope: "col", class: "pg-recall" }, P.say("recall (%)"));
      this.cells = emotions.map((name) => {
        const row = P.put(body, "tr");
        P.put(row, "th", { scope: "row" }, name);
        return Array.from({ length: K + 1 }, (_, j) => P.put(row, "td", j === K ? { class: "pg-recall" } : {}));
      });
      P.put(foot, "th", { scope: "row" }, P.say("answers (%)"));
      this.shares = emotions.map(() => P.put(foot, "td"));
      this.uar = P.put(foot, "td", { class: "pg-recall" });
      this.K = K;
    }

    show(title, emotions, matrix, last) {
      if (this.K !== emotions.length) this.build(emotions);
      const { K } = this, all = matrix.flat().reduce((a, b) => a + b, 0), recalls = [];
      this.caption.textContent = title;
      matrix.forEach((row, i) => {
        const clips = row.reduce((a, b) => a + b, 0), recall = (100 * row[i]) / clips;
        recalls.push(recall);
        row.forEach((count, j) => {
          const share = count / clips, cell = this.cells[i][j];
          cell.textContent = count;
          cell.style.setProperty("--share", share.toFixed(3));
          cell.className = i === j ? "pg-right" : "pg-wrong";
        });
        this.cells[i][K].textContent = P.percent(recall);
        this.cells[i][K].style.setProperty("--bar", `${recall.toFixed(1)}%`);
      });
      this.shares.forEach((cell, j) => {
        const share = (100 * matrix.reduce((sum, row) => sum + row[j], 0)) / all;
        cell.textContent = P.percent(share);
        cell.className = j === last ? "pg-last" : "";
        cell.title = j === last ? P.say("share of the answers that go to {emotion}, trained last", { emotion: emotions[j] }) : "";
      });
      this.uar.textContent = `UAR ${P.percent(recalls.reduce((a, b) => a + b, 0) / K)}`;
    }
  };

  P.Biases = class Biases {
    constructor(parent) {
      this.box = P.put(parent, "div", { class: "pg-biases" });
      P.put(this.box, "h3", {}, P.say("Biases of the output layer"));
      this.grid = P.put(this.box, "div", { class: "pg-bias-grid" });
      this.note = P.put(this.box, "p", { hidden: "" }, P.say("Class means answer here; no output layer is used."));
    }

    show(emotions, biases) {
      this.grid.hidden = !biases;
      this.note.hidden = Boolean(biases);
      if (!biases) return;
      if (!this.rows)
        this.rows = emotions.map((name) => {
          P.put(this.grid, "span", {}, name);
          return { bar: P.put(P.put(this.grid, "div", { class: "pg-zero" }), "i"), value: P.put(this.grid, "b") };
        });
      const most = Math.max(0.25, ...biases.map(Math.abs));
      this.rows.forEach(({ bar, value }, k) => {
        const width = (50 * Math.abs(biases[k])) / most;
        bar.className = `pg-fill${k}`;
        bar.style.width = `${width}%`;
        bar.style.left = `${biases[k] < 0 ? 50 - width : 50}%`;
        value.textContent = (biases[k] < 0 ? "\u2212" : "") + P.decimal(Math.abs(biases[k]).toFixed(2));
      });
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
