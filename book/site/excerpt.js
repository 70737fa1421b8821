// What is shown of a result: prose from excerpts.js, from the beginning of the sentence that has the word. The page
// itself is not asked for; under file:// a browser would refuse.
window.fetch = (address) => Promise.resolve({ text: () => Promise.resolve(String(address)) });

// By page; a search waits until they are there. A browser that cannot unpack them shows results without excerpts.
let EXCERPTS = {};
const unpacked = async () => {
  const bytes = Uint8Array.from(atob(DEFLATED), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).json();
};
const setIndex = Search.setIndex;
Search.setIndex = async (index) => {
  EXCERPTS = await unpacked().catch(() => ({}));
  setIndex(index);
};

Search.makeSearchSummary = (address, words) => {
  const page = address.replace(/^(\.\/)?/, "").replace(/\.html$/, "");
  const prose = EXCERPTS[page] || "";
  const lower = prose.toLowerCase();
  const places = [...words].map((word) => lower.indexOf(word)).filter((place) => place >= 0);
  const place = places.length ? Math.min(...places) : 0;
  const start = Math.max(...[". ", "? ", "! "].map((end) => prose.lastIndexOf(end, place) + 2), 0);
  const from = start > 1 && place - start < 200 ? start : place < 200 ? 0 : prose.indexOf(" ", place - 100) + 1;
  const summary = document.createElement("p");
  summary.classList.add("context");
  summary.textContent = prose.slice(from, from + 240) + (prose.length > from + 240 ? " …" : "");
  return summary;
};
