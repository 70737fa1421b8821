// The order of the classes: words to drag, or to move with the arrow keys or their buttons.
//
// new Playground.Order(parent, label, change)   change(order) is called when the reader has moved a word
//   .show(order, emotions)
(function (P) {
  "use strict";

  const NTH = [
    (name) => P.say("{name}, 1st of 4; arrow keys move it", { name }), (name) => P.say("{name}, 2nd of 4; arrow keys move it", { name }),
    (name) => P.say("{name}, 3rd of 4; arrow keys move it", { name }), (name) => P.say("{name}, 4th of 4; arrow keys move it", { name }),
  ];
  const ahead = P.rightToLeft ? -1 : 1; // where an arrow to the right leads

  P.Order = class Order {
    constructor(parent, label, change) {
      this.change = change;
      this.list = P.put(parent, "ol", { class: "pg-order", "aria-label": label });
      this.items = [0, 1, 2, 3].map((k) => this.item(k));
      this.list.onpointermove = (event) => this.drag(event);
      this.list.onlostpointercapture = () => this.drop();
    }

    item(k) {
      const node = P.put(this.list, "li"), back = P.put(node, "button", { type: "button" }, "\u2039");
      const word = P.put(node, "button", { type: "button", class: "pg-word", "aria-roledescription": P.say("movable word") });
      const on = P.put(node, "button", { type: "button" }, "\u203a");
      back.onclick = () => this.move(k, -1, back);
      on.onclick = () => this.move(k, 1, on);
      word.onkeydown = (event) => {
        const by = { ArrowLeft: -ahead, ArrowUp: -1, ArrowRight: ahead, ArrowDown: 1 }[event.key];
        if (!by) return;
        event.preventDefault();
        event.stopPropagation();
        this.move(k, by, word);
      };
      // The list keeps the pointer: a word that changes its place would lose it.
      word.onpointerdown = (event) => {
        if (event.button) return;
        this.held = k;
        node.classList.add("pg-held");
        this.list.setPointerCapture(event.pointerId);
      };
      return { node, back, word, on };
    }

    drag(event) {
      if (this.held === undefined) return;
      const under = document.elementFromPoint(event.clientX, event.clientY);
      const k = this.items.findIndex(({ node }) => node.contains(under));
      if (k >= 0 && k !== this.held) this.move(this.held, this.order.indexOf(k) - this.order.indexOf(this.held));
    }

    drop() {
      if (this.held !== undefined) this.items[this.held].node.classList.remove("pg-held");
      this.held = undefined;
    }

    move(k, by, focus) {
      const order = this.order.filter((other) => other !== k);
      order.splice(Math.max(0, Math.min(3, this.order.indexOf(k) + by)), 0, k);
      if (order.join() === this.order.join()) return;
      this.show(order, this.emotions);
      if (focus) (focus.disabled ? this.items[k].word : focus).focus(); // a node that is moved loses the focus
      this.change(order);
    }

    show(order, emotions) {
      Object.assign(this, { order, emotions });
      order.forEach((k, place) => {
        const { node, back, word, on } = this.items[k], name = emotions[k];
        if (word.textContent !== name) word.textContent = name;
        word.setAttribute("aria-label", NTH[place](name));
        back.setAttribute("aria-label", P.say("{name} earlier", { name }));
        on.setAttribute("aria-label", P.say("{name} later", { name }));
        back.disabled = place === 0;
        on.disabled = place === 3;
        if (this.list.children[place] !== node) this.list.insertBefore(node, this.list.children[place]);
      });
    }
  };
})((globalThis.Playground = globalThis.Playground || {}));
