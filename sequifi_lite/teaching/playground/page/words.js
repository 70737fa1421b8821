// The page's words in the reader's language. The English stands in the scripts; another language is a file of
// words/, which a page runs before these scripts, and which sets Playground.WORDS.
//
// Playground.say(text, values)           the sentence, with each {name} filled in
// Playground.count(n, one, many, values) the form that goes with a number; {n} is the number
// Playground.list(parts)                 "a, b, c"
// Playground.decimal(text)               a number, written as JavaScript does, with the language's own sign for decimals
// Playground.EMOTIONS, .emotion(name)    what emotions are called
(function (P) {
  "use strict";

  const W = P.WORDS || { language: "en", direction: "ltr", decimal: ".", messages: {} };
  const forms = new Intl.PluralRules(W.language);
  // What stands inside a sentence that runs from right to left keeps its own direction: FSI ... PDI.
  const apart = (value) => (W.direction === "rtl" ? `\u2068${value}\u2069` : value);
  // A line does not end between a number and its unit.
  const fill = (text, values) =>
    text
      .replace(/\{(\w+)\}/g, (all, name) => (Object.hasOwn(values, name) ? apart(values[name]) : all))
      .replace(/([\d\u2069]) (?=(?:%|[kM]B)(?!\w))/g, "$1\u00a0");
  const known = (text) => (Object.hasOwn(W.messages, text) ? W.messages[text] : null);

  P.rightToLeft = W.direction === "rtl";
  P.say = (text, values = {}) => fill(known(text) ?? text, values);
  P.count = function (n, one, many, values = {}) {
    const form = forms.select(Number(n)), said = known(many) || { one, other: many };
    return fill(said[form] ?? said.other, { n, ...values });
  };
  P.list = (parts) => parts.join(P.say(", "));
  P.decimal = (text) => String(text).replace(".", W.decimal);
  P.EMOTIONS = { anger: P.say("anger"), happiness: P.say("happiness"), neutral: P.say("neutral"), sadness: P.say("sadness") };
  P.emotion = (name) => (Object.hasOwn(P.EMOTIONS, name) ? P.EMOTIONS[name] : name);
})((globalThis.Playground = globalThis.Playground || {}));
