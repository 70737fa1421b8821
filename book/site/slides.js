// Keys of a deck: on to the next slide, back, to both ends; for print all answers are open.
(() => {
  const slides = [...document.querySelectorAll("main > section")];
  const here = () => slides.findIndex((slide) => slide.getBoundingClientRect().bottom > innerHeight / 2);
  const go = (number) => slides[Math.max(0, Math.min(slides.length - 1, number))].scrollIntoView();
  const steps = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("a, summary, button")) return;
    const ends = { Home: 0, End: slides.length - 1 }[event.key], by = steps[event.key];
    if (ends === undefined && !by) return;
    event.preventDefault();
    go(ends === undefined ? here() + (event.key === " " && event.shiftKey ? -1 : by) : ends);
  });
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => (one.open = true)));
})();
