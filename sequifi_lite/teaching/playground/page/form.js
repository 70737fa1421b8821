// Controls made of labels: a choice, a slider over a list of values, a tick.
//
// Playground.choice(parent, label, options {value: text}, change)   -> {show(value), node}
// Playground.slider(parent, label, values, words, change)           -> {show(value), node}; words(value): what is read out
// Playground.tick(parent, label, change)                            -> {show(value), node}
(function (P) {
  "use strict";

  let number = 0;

  P.choice = function (parent, label, options, change) {
    const node = P.put(parent, "label", { class: "pg-field" }, label), select = P.put(node, "select");
    for (const value in options) P.put(select, "option", { value }, options[value]);
    select.onchange = () => change(select.value);
    return { node, show: (value) => void (select.value = value) };
  };

  P.slider = function (parent, label, values, words, change) {
    const node = P.put(parent, "div", { class: "pg-field" }), id = `pg-slider-${++number}`;
    const head = P.put(node, "label", { for: id }, `${label} `), said = P.put(head, "b");
    const input = P.put(node, "input", { type: "range", id, min: 0, step: 1 });
    let list = values;
    const tell = () => {
      said.textContent = words(list[input.value]);
      input.setAttribute("aria-valuetext", said.textContent);
    };
    input.oninput = () => {
      tell();
      change(list[input.value]);
    };
    return {
      node,
      show(value, others = list, name = label) {
        list = others;
        head.firstChild.textContent = `${name} `;
        input.max = list.length - 1;
        input.value = list.indexOf(value);
        tell();
      },
    };
  };

  P.tick = function (parent, label, change) {
    const node = P.put(parent, "label", { class: "pg-tick" }), input = P.put(node, "input", { type: "checkbox" });
    node.append(label);
    input.onchange = () => change(input.checked);
    return { node, show: (value) => void (input.checked = value) };
  };
})((globalThis.Playground = globalThis.Playground || {}));
