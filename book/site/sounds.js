// Clips that lie beside the pages: each is a script, which any page may run, from a folder too.
//
// Sounds.bring(address)   -> Promise of {src, content}: what a player plays, and the file's bytes, an ArrayBuffer
// Sounds.receive(clip)    is called by such a script
globalThis.Sounds = (() => {
  const waiting = {}, asked = {};
  return {
    bring(address) {
      const name = address.replace(/.*\//, "");
      asked[name] ||= new Promise((ok, no) => {
        waiting[name] = ok;
        const script = Object.assign(document.createElement("script"), { src: address });
        script.onload = () => script.remove();
        script.onerror = () => {
          delete asked[name];
          script.remove();
          no(new Error("The clip could not be loaded."));
        };
        document.head.append(script);
      });
      return asked[name];
    },
    receive({ name, kind, bytes, text }) {
      const content = Dense.bytes(text, bytes).buffer;
      waiting[name]({ src: URL.createObjectURL(new Blob([content], { type: kind })), content });
    },
  };
})();
