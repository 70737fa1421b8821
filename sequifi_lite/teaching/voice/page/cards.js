// What six heads answer to one clip, before and after the second corpus: a card for each, with four bars.
//
// new Voice.Cards(parent)
//   .reset(titles)              heads are being trained on other corpora; titles: of both
//   .head(number, uars)         one has been trained; uars: [per stop: % of both corpora]
//   .show(shares, stop)         shares: [head: (stops * 4)], fewer while heads are being trained; null: no clip
//   .sentence()                 the same in words
(function (V, P) {
  "use strict";

  const largest = (shares) => shares.indexOf(Math.max(...shares));

  V.Cards = class Cards {
    constructor(parent) {
      this.cards = V.HEADS.map(({ id, title, says }) => this.build(parent, id, title, says));
    }

    build(parent, id, title, says) {
      const box = P.put(parent, "section", { class: "vc-card", "data-head": id, "aria-label": title });
      P.put(box, "h3", {}, title);
      P.put(box, "p", { class: "pg-hint" }, says);
      const verdict = P.put(box, "p", { class: "vc-verdict" }), grid = P.put(box, "div", { class: "vc-bars" });
      const rows = V.EMOTIONS.map((name, k) => {
        P.put(grid, "span", {}, name);
        const track = P.put(grid, "div", { class: "vc-track" });
        const bar = P.put(track, "i", { class: `pg-fill${k}` }), tick = P.put(track, "b");
        return { bar, tick, value: P.put(grid, "span", { class: "vc-value" }) };
      });
      return { box, title, verdict, rows, scores: P.put(box, "p", { class: "vc-scores" }), uars: null };
    }

    reset(titles) {
      this.titles = titles;
      for (const card of this.cards) card.uars = null;
      this.show(null, V.STOPS);
    }

    head(number, uars) {
      this.cards[number].uars = uars;
    }

    show(shares, stop) {
      Object.assign(this, { shares, stop });
      this.cards.forEach((card, number) => this.draw(card, number));
    }

    // The four shares of a head at a stop; what is never trained has one stop.
    at(number, stop) {
      const all = this.shares && this.shares[number];
      if (!all) return null;
      const from = 4 * Math.min(stop, all.length / 4 - 1);
      return Array.from(all.slice(from, from + 4));
    }

    draw(card, number) {
      const now = this.at(number, this.stop), before = this.at(number, 0);
      card.verdict.textContent = now ? V.EMOTIONS[largest(now)] : card.uars ? "\u00a0" : "not trained yet";
      card.rows.forEach(({ bar, tick, value }, k) => {
        bar.style.width = `${now ? 100 * now[k] : 0}%`;
        tick.hidden = !before;
        tick.style.left = `${before ? 100 * before[k] : 0}%`;
        value.textContent = now ? `${Math.round(100 * now[k])}` : "";
      });
      card.scores.textContent = this.scores(card, number);
    }

    scores({ uars }, number) {
      if (!uars) return "\u00a0";
      const now = uars[Math.min(this.stop, uars.length - 1)].map((uar, i) => `${this.titles[i]} ${P.percent(uar)}`);
      const quarter = Math.ceil((4 * this.stop) / V.STOPS) - 1;
      const stage = V.HEADS[number].id === "long" && quarter >= 0 ? ` Shown last: ${V.EMOTIONS[quarter]}.` : "";
      return `UAR (%): ${now.join(", ")}.${stage}`;
    }

    sentence() {
      const words = V.HEADS.map(({ title }, number) => {
        const now = this.at(number, this.stop);
        return now && `${title}: ${V.EMOTIONS[largest(now)]}, ${Math.round(100 * Math.max(...now))}\u00a0%`;
      });
      return words.filter(Boolean).join("; ");
    }
  };
})((globalThis.Voice = globalThis.Voice || {}), globalThis.Playground);
