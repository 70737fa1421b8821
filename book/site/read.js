// Which chapters have been read: marked at their ends, counted there and on the map, kept in this browser alone.
(() => {
  const KEY = "sequifi_lite.read";
  let here = []; // where a browser keeps nothing, marks last as long as the page
  const marks = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) || "[]");
      if (Array.isArray(kept)) return new Set(kept.filter((name) => typeof name === "string").concat(here));
    } catch { /* forbidden, or damaged: begin anew */ }
    return new Set(here);
  };
  const keep = (read) => {
    here = [];
    try { localStorage.setItem(KEY, JSON.stringify([...read])); } catch { here = [...read]; }
  };
  const nameOf = (link) => (/\/notebooks\/\d+_(\w+)\.html$/.exec(link.pathname) || [])[1];

  const tick = (read) => {
    for (const link of document.querySelectorAll("article.bd-article li a[href]")) {
      const item = link.closest("li"), name = nameOf(link);
      item.querySelector(".sq-tick")?.remove();
      if (!name || !read.has(name)) continue;
      const sign = document.createElement("span");
      sign.className = "sq-tick";
      sign.innerHTML = '<span aria-hidden="true">✓</span> read';
      (item.querySelector("p") || item).append(" ", sign);
    }
  };
  const draw = (box) => {
    const chapters = box.dataset.chapters.split(" "), read = marks();
    const done = chapters.filter((name) => read.has(name)).length;
    const count = box.querySelector(".sq-count"), said = `${done} of ${chapters.length} read`;
    if (count.textContent !== said) count.textContent = said;
    const button = box.querySelector(".sq-mark"), bar = box.querySelector("progress");
    if (button) button.textContent = read.has(box.dataset.chapter) ? "✓ Read; take the mark away" : "Mark as read";
    if (bar) Object.assign(bar, { max: chapters.length, value: done });
    if (!box.dataset.chapter) {
      box.querySelector(".sq-again").hidden = done === 0;
      tick(read);
    }
    box.hidden = false;
  };
  const ready = () => {
    const box = document.querySelector(".sq-read");
    if (!box) return;
    box.querySelector(".sq-mark")?.addEventListener("click", () => {
      const read = marks(), name = box.dataset.chapter;
      if (!read.delete(name)) read.add(name);
      keep(read);
      draw(box);
    });
    box.querySelector(".sq-again")?.addEventListener("click", () => {
      keep(new Set());
      draw(box);
      box.querySelector(".sq-count").focus();
    });
    draw(box);
    addEventListener("storage", (event) => { if (event.key === KEY || event.key === null) draw(box); });
    addEventListener("pageshow", (event) => { if (event.persisted) draw(box); });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
