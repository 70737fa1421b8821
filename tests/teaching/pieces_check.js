// What test_pieces_page.py asks of a page.
window.look = {
  click(words) {
    [...document.querySelectorAll("button")].find((button) => button.textContent === words).click();
  },
  slide(value) {
    const slider = document.querySelector("input[type=range]");
    slider.value = value;
    slider.dispatchEvent(new Event("input"));
  },
  ids() {
    return [...document.querySelectorAll("[id]")].map((node) => node.id);
  },
  unlabelled() {
    const named = (node) => node.getAttribute("aria-label") || (node.labels && node.labels.length);
    return [...document.querySelectorAll("audio, canvas, select, input")].filter((node) => !named(node)).length;
  },
  // [all canvases, those with ink], once all have ink or half a minute is over
  async drawn() {
    for (let tries = 0; ; tries++) {
      const all = [...document.querySelectorAll("canvas")];
      const inked = all.filter((c) => c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some((v) => v));
      const missing = all.find((c) => !inked.includes(c));
      if (missing) missing.scrollIntoView(); // a picture is made when its place comes near
      if (!missing || tries > 300) return [all.length, inked.length];
      await new Promise((done) => setTimeout(done, 100));
    }
  },
  playable() {
    const length = (audio) =>
      new Promise((done) => {
        if (audio.readyState) done(audio.duration);
        audio.onloadedmetadata = () => done(audio.duration);
        audio.onerror = () => done(0);
      });
    return Promise.all([...document.querySelectorAll("audio")].map(length));
  },
  contrast(inside = ".sqp") {
    const light = (colour) => {
      const [r, g, b] = colour
        .match(/[\d.]+/g)
        .slice(0, 3)
        .map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (node) => {
      for (; node; node = node.parentElement) {
        const colour = getComputedStyle(node).backgroundColor;
        if (!/, 0\)$/.test(colour)) return colour;
      }
      return "rgb(255, 255, 255)";
    };
    const kinds = ["p", "legend", "span", "h3", "button", "figcaption", "summary"].map((tag) => `${inside} ${tag}`);
    const ratios = [...document.querySelectorAll(kinds.join())]
      .filter((node) => node.innerText && node.getClientRects().length)
      .map((node) => [light(getComputedStyle(node).color), light(ground(node))])
      .map(([a, b]) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
    return Math.min(...ratios);
  },
  smallest() {
    const all = [...document.querySelectorAll(".sqp *")].filter((node) => node.innerText);
    return Math.min(...all.map((node) => parseFloat(getComputedStyle(node).fontSize)));
  },
};
