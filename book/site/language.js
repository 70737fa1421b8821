// The reader's language: asked for in the address (?lang=de), kept in this browser, and from then on the one in which
// a page is shown where there is one. Pages in English only have their titles in the language.
(() => {
  const KEY = "sequifi_lite.language", page = document.documentElement, own = page.lang;
  if (page.dataset.show) [toggleHintShow, toggleHintHide] = [page.dataset.show, page.dataset.hide];
  const known = (name) => ["en", LANGUAGES].includes(name);
  const asked = new URLSearchParams(location.search).get("lang");
  let kept = null; // where a browser keeps nothing, the address alone says it
  try {
    if (known(asked)) localStorage.setItem(KEY, asked);
    kept = localStorage.getItem(KEY);
  } catch { /* forbidden */ }
  const wanted = known(asked) ? asked : own === "en" && known(kept) ? kept : own;

  // Titles in the sidebar, with one sentence that says so, and the way back.
  globalThis.sequifiTitles = ({ language, direction, titles }) => {
    const bar = document.querySelector("nav.bd-links");
    if (!bar) return;
    for (const tag of bar.querySelectorAll("a, .caption-text")) {
      const [, number, title] = /^(\d+\. )?(.*)$/s.exec(tag.textContent.trim()), said = titles[title.replace(/\u2019/g, "'")];
      if (said) tag.textContent = (number || "") + said;
    }
    Object.assign(bar, { lang: language, dir: direction });
    const note = document.createElement("p"), back = document.createElement("a");
    note.className = "sq-titles";
    Object.assign(back, { href: "?lang=en", lang: "en", textContent: "English" });
    note.append(`${titles["Titles are translated; this page is in English."]} `, back);
    bar.prepend(note);
  };
  const ready = () => {
    if (wanted === own) return;
    const there = document.querySelector(`.sq-languages a[hreflang="${wanted}"]`);
    if (there) location.replace(there.href + location.hash);
    else if (own === "en") {
      const script = document.createElement("script");
      script.src = `${page.dataset.content_root || "./"}words/${wanted}.js`;
      document.head.append(script);
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
