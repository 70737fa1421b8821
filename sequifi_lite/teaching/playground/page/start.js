// Begins: the page's own playground is Playground.app, the landing page's small one Playground.small.
(function (P) {
  "use strict";

  const box = document.querySelector("[data-playground]"), small = document.querySelector("[data-playground-small]");
  if (box) P.app = new P.App(box, { worker: box.dataset.playground !== "here" });
  if (small) P.small = new P.Small(small, { worker: small.dataset.playgroundSmall !== "here" });
})((globalThis.Playground = globalThis.Playground || {}));
