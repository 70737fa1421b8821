// From the page to the listener: a worker made from a Blob, or the page itself where that is not allowed; and the
// files that the page reads when they are asked for, each by a script element, so that it works from a folder too.
//
// new Voice.Link(hear, {worker: true, corpora})   hear(message) is called with answers; corpora: their folder
//   .send(message)
//   .corpora(names)          -> Promise: these corpora and the projection have reached the listener
//   .encoder(progress)       -> Promise: so have the weights; progress(share) on the way
// Voice.SOURCE               the worker's source, a string (made when the book is built)
(function (V) {
  "use strict";

  const base = globalThis.document && document.currentScript ? document.currentScript.src.replace(/[^/]*$/, "") : "";

  function run(attributes) {
    const script = document.createElement("script");
    document.head.append(Object.assign(script, attributes));
    return script;
  }

  function read(src, hint) {
    return new Promise((resolve, reject) => {
      const script = run({ src });
      script.onload = () => resolve(script.remove());
      script.onerror = () => {
        script.remove();
        reject(new Error(hint));
      };
    });
  }

  V.Link = class Link {
    constructor(hear, { worker = true, corpora = "" } = {}) {
      Object.assign(this, { hear, folder: corpora, read: {} });
      this.thread = worker && typeof Worker !== "undefined" ? this.begin() : null;
      this.threaded = Boolean(this.thread);
      if (!this.thread) this.here();
    }

    begin() {
      try {
        const thread = new Worker(URL.createObjectURL(new Blob([V.SOURCE], { type: "text/javascript" })));
        thread.onmessage = ({ data }) => this.hear(data);
        thread.onerror = (event) => {
          event.preventDefault();
          this.hear({ kind: "error", text: "The part of the page that calculates has stopped; load the page again." });
        };
        return thread;
      } catch {
        return null;
      }
    }

    here() {
      if (!V.Listener) run({ textContent: V.SOURCE });
      const listener = new V.Listener((message) => setTimeout(() => this.hear(message), 0));
      this.thread = { postMessage: (message) => setTimeout(() => listener.receive(message), 0) };
    }

    send(message) {
      this.thread.postMessage(message);
    }

    // Data files hand their record to Forgetting.receive; the engine, where it runs in the page, has one of its own.
    collect() {
      const F = (globalThis.Forgetting = globalThis.Forgetting || {});
      F.receive = (record) => this.send({ kind: "records", records: { [record.name]: record } });
      F.receiveProjection = (projection) => this.send({ kind: "projection", projection });
    }

    once(name, begin) {
      this.read[name] = this.read[name] || begin().catch((error) => {
        delete this.read[name];
        throw error;
      });
      return this.read[name];
    }

    corpora(names) {
      this.collect();
      const one = (name) => this.once(name, () =>
        read(`${this.folder}/data/${name}.js`, `The clips of ${name} could not be loaded; is the folder playground beside the page's whole?`));
      const axes = this.once("projection", () =>
        read(`${base}projection.js`, "The page's numbers could not be loaded; is the folder voice beside the page's whole?"));
      return Promise.all([axes, ...names.map(one)]);
    }

    encoder(progress) {
      return this.once("encoder", async () => {
        let of = 1;
        V.receivePart = (part) => {
          of = part.of;
          this.send({ kind: "part", ...part });
        };
        for (let part = 0; part < of; part++) {
          await read(`${base}encoder/${part}.js`, "The encoder could not be loaded; try again, or see that the folder voice beside the page is whole.");
          progress((part + 1) / of);
        }
      });
    }
  };
})((globalThis.Voice = globalThis.Voice || {}));
