// One small case of an exercise, to be answered in the page: other numbers for every reader, kept in this browser.
// In a function of its own, so that what a chapter's twins call their helpers is nothing to it.
function ask(twin) {
  const KEY = "answer." + data.key;
  const SEEDS = 2 ** 31;
  const another = () => Math.floor(Math.random() * SEEDS);
  const kept = memory.read(KEY);
  const known = kept && Number.isInteger(kept.seed) && kept.seed >= 0 && kept.seed < SEEDS;
  // Spoilt is a case whose answer was shown, or a choice after a wrong one: it counts no more, not after a reload either.
  const state = { seed: another(), value: "", answered: false, spoilt: false };
  if (known) Object.assign(state, { seed: kept.seed, value: String(kept.value ?? ""), answered: kept.answered === true, spoilt: kept.spoilt === true });
  let given, tried, before;
  const name = unique("by-hand");
  box.setAttribute("role", "region");
  box.setAttribute("aria-labelledby", name);
  const title = put(box, "h3", { id: name });
  const question = put(box, "p", {});
  const shown = put(box, "div", { class: "sqp-case" });
  const form = put(box, "form", {});
  const field = put(form, "div", {});
  const bar = put(form, "div", { class: "sqp-row" });
  put(bar, "button", { class: "main" }, "Check");
  const other = put(bar, "button", { type: "button" }, twin.choices ? "Another case" : "Other numbers");
  const open = put(bar, "button", { type: "button", hidden: "" }, "Show the answer");
  const told = put(form, "div", { role: "status", class: "sqp-verdict" });

  const written = (value) => (typeof value === "number" ? String(Math.round(value * 1e6) / 1e6).replace("-", "−") : value);
  const answer = () => flat(twin.right(given)).map((one) => (typeof one === "number" ? written(+one.toFixed(twin.places || 0)) : one)).join(" ");
  function table(label, value, heads = {}) {
    const rows = Array.isArray(value[0]) ? value : [value];
    const node = put(put(shown, "div", { class: "sqp-scroll" }), "table", {});
    if (label) put(node, "caption", {}, "`" + label + "`");
    const head = put(put(node, "thead", {}), "tr", {});
    if (rows.length > 1 || heads.rows) put(head, "td", {});
    rows[0].forEach((_, j) => put(head, "th", { scope: "col" }, (heads.columns || [])[j] ?? String(j)));
    const body = put(node, "tbody", {});
    rows.forEach((row, i) => {
      const line = put(body, "tr", {});
      if (rows.length > 1 || heads.rows) put(line, "th", { scope: "row" }, (heads.rows || [])[i] ?? String(i));
      row.forEach((one) => put(line, "td", {}, written(one)));
    });
  }
  function head() {
    say(title, (twin.hints ? "One more: read a result" : "`" + data.name + "` without code") + (state.answered ? ": answered ✓" : ""));
  }
  function draw() {
    given = fresh(twin, state.seed);
    tried = new Set();
    before = ["", 0];
    open.hidden = true;
    head();
    say(question, twin.question || "What should `" + data.name + "` return for this? The numbers are drawn for you.");
    shown.textContent = field.textContent = "";
    const plain = Object.entries(given).filter(([, value]) => !Array.isArray(value));
    if (plain.length) put(shown, "p", {}, plain.map(([label, value]) => "`" + label + "` = " + written(value)).join(", "));
    const together = twin.together || [];
    if (together.length) table("", transposed(together.map((label) => given[label])), { columns: together });
    for (const [label, value] of Object.entries(given)) if (Array.isArray(value) && !together.includes(label)) table(label, value, (twin.heads || {})[label]);
    if (twin.choices) {
      const set = put(field, "fieldset", {}),
        group = unique("choice");
      put(set, "legend", {}, twin.ask);
      const rows = put(set, "div", {});
      for (const choice of twin.choices) {
        const label = put(rows, "label", {});
        put(label, "input", { type: "radio", name: group, value: choice });
        put(label, "span", {}, choice);
      }
    } else {
      const line = put(field, "p", { class: "sqp-field" }),
        id = unique("answer");
      put(line, "label", { for: id }, twin.ask);
      put(line, "input", { id, type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
    }
  }
  const input = () => field.querySelector("input[type=text]");
  function entered() {
    if (!twin.choices) return input().value.trim();
    const chosen = field.querySelector("input:checked");
    return chosen ? chosen.value : "";
  }
  function tell(mark, text, hint) {
    told.textContent = "";
    put(told, "p", { class: mark }, text);
    if (hint) put(told, "p", {}, "*Hint:* " + hint);
  }
  // The mistake decides which hint; the same mistake again brings the next one.
  function hint(reason, stage) {
    before = [reason, before[0] === reason ? before[1] + 1 : 0];
    return (twin.hints || data.hints).slice(0, stage + before[1] + 1).at(-1);
  }
  function sentence(fragment, value) {
    const whole = data.said.find((one) => one.includes(fragment)) || fragment;
    const words = twin.fill ? twin.fill(given, value) : {};
    return whole.replace(/\{(\w+)\}/g, (hole, word) => words[word] ?? hole);
  }
  const counts = (asked, got) => (asked === 1 ? "one " : asked + " ") + (twin.words ? "name" : "number") + (asked === 1 ? " is" : "s are") + " asked for, and you gave " + got + ".";
  const unnamed = (text) => (twin.choices ? 'it is not "' + text + '" here.' : "it is another one, and none of the usual mistakes.");
  function right() {
    if (state.spoilt) return tell("good", "✓ Right, though " + (twin.choices ? "not at the first try" : "after it was shown") + ": take " + other.textContent.toLowerCase() + ".");
    state.answered = true;
    tell("good", "✓ Right: " + answer() + ".");
    head();
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = entered();
    if (!text) return tell("", twin.choices ? "Choose an answer first." : "Enter an answer first.");
    state.value = text;
    const asked = flat(twin.right(given)).length;
    const value = twin.choices ? [text] : entries(text, twin, asked);
    if (value.some((one) => Number.isNaN(one))) return tell("bad", "✗ That cannot be read as numbers: write them with spaces between, such as 2 −1.5 3/4.", hint("unread", 0));
    const verdict = judged(twin, given, value);
    if (verdict.right) right();
    else {
      tried.add(value.join(" "));
      state.spoilt ||= Boolean(twin.choices);
      const reason = verdict.sentence ? sentence(verdict.sentence, value) : verdict.entries ? counts(verdict.entries, value.length) : unnamed(text);
      tell("bad", "✗ Not yet: " + reason, hint(reason, verdict.stage));
      open.hidden = tried.size < 3;
    }
    memory.write(KEY, state);
  });
  open.addEventListener("click", () => {
    open.hidden = true;
    state.spoilt = true;
    memory.write(KEY, state);
    tell("", "Here it is " + answer() + ". Take " + other.textContent.toLowerCase() + ", and do it once more.");
    other.focus();
  });
  other.addEventListener("click", () => {
    state.seed = another();
    state.value = "";
    state.spoilt = false;
    memory.write(KEY, state);
    draw();
    tell("", "Drawn anew.");
    field.querySelector("input").focus();
  });
  draw();
  if (!known) memory.write(KEY, state);
  else if (state.value && !twin.choices) input().value = state.value;
}
ask(twins[data.name]);
