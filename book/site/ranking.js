// How results are ranked: what was asked in the title first, the more of the title it is the better, and all the more
// where it stands there in one piece; then how often a page's prose has it; chapters before lists of names, since
// whoever asks wants it explained.
const ASKED = (new URLSearchParams(location.search).get("q") || "").toLowerCase().match(/[\p{L}\p{N}_-]+/gu) || [];

const timesIn = (text, word) => text.toLowerCase().split(word).length - 1;

var Scorer = {
  score: ([page, title, anchor, description, score]) => {
    const prose = EXCERPTS[page] || "";
    const often = ASKED.reduce((sum, word) => sum + Math.log2(1 + timesIn(prose, word)), 0);
    const dense = ASKED.reduce((sum, word) => sum + (1000 * timesIn(prose, word)) / (prose.length + 2000), 0);
    const name = title.split(":")[0].split(/\s+/), inOne = ASKED.length > 1 && timesIn(title, ASKED.join(" "));
    const titled = ASKED.length && ASKED.every((word) => timesIn(title, word))
      ? 6 + (12 * Math.min(ASKED.length, name.length)) / name.length + (inOne ? 10 : 0) : 0;
    const chapter = page.startsWith("notebooks/") || page === "book/playground" ? 10 : 0;
    return Math.min(score, 15) + 2 * often + 2 * dense + titled + chapter - (description || anchor ? 6 : 0);
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
