// From the page to the simulator: a worker made from a Blob, or the page itself where that is not allowed.
//
// Playground.connect(hear, {worker: true})  -> {send(message), threaded}; hear(message) is called with answers
// Playground.load(names)   -> Promise: the files of these corpora have been read, each once, by a script element
// Playground.SOURCE        the worker's source, a string (made when the book is built)
(function (P) {
  "use strict";

  const base = document.currentScript ? document.currentScript.src.replace(/[^/]*$/, "") : "";
  const files = {};

  function run(attributes) {
    const script = document.createElement("script");
    document.head.append(Object.assign(script, attributes));
    return script;
  }

  P.load = (names) => Promise.all(names.map((name) => (files[name] = files[name] || read(name))));

  function read(name) {
    return new Promise((resolve, reject) => {
      collect();
      const script = run({ src: `${base}data/${name}.js` });
      script.onload = () => resolve(name);
      script.onerror = () => {
        delete files[name];
        reject(new Error(P.say("The clips of {title} could not be loaded; is the folder playground beside the page’s whole?", { title: P.CORPORA[name].title })));
      };
    });
  }

  P.records = {};

  // Data files hand their record to Forgetting.receive; the engine, where it runs in the page, has one of its own.
  function collect() {
    const F = (globalThis.Forgetting = globalThis.Forgetting || {});
    F.receive = (record) => void (P.records[record.name] = record);
  }

  function here(hear) {
    if (!P.Simulator) run({ textContent: P.SOURCE });
    collect();
    const simulator = new P.Simulator((message) => setTimeout(hear, 0, message));
    return { threaded: false, send: (message) => setTimeout(() => simulator.receive(message), 0) };
  }

  P.connect = function (hear, { worker = true } = {}) {
    if (!worker || typeof Worker === "undefined") return here(hear);
    try {
      const url = URL.createObjectURL(new Blob([P.SOURCE], { type: "text/javascript" }));
      const thread = new Worker(url), sent = [];
      const link = { threaded: true, send: (message) => void (sent.push(message), thread.postMessage(message)) };
      thread.onmessage = ({ data }) => {
        sent.length = 0;
        hear(data);
      };
      // Refused only later, as some browsers do: all that was not answered is said again, to the page.
      thread.onerror = (event) => {
        event.preventDefault();
        Object.assign(link, here(hear));
        link.send({ kind: "records", records: P.records });
        sent.splice(0).forEach((message) => link.send(message));
      };
      return link;
    } catch {
      return here(hear);
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
