// Begins: the page's own playground is Playground.app.
(function (P) {
  "use strict";

  const box = document.querySelector("[data-playground]");
  if (box) P.app = new P.App(box, { worker: box.dataset.playground !== "here" });
})((globalThis.Playground = globalThis.Playground || {}));
