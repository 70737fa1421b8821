// Begins: the page's own app is Voice.app.
(function (V) {
  "use strict";

  const box = document.querySelector("[data-voice]");
  if (box) V.app = new V.App(box, { worker: box.dataset.voice !== "here" });
})((globalThis.Voice = globalThis.Voice || {}));
