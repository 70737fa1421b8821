// The prompts of the day, one at a time; what was known is kept in this browser.
const KEY = "prompts",
  NEW = 8; // new prompts a day
const today = () => dayOf(Date.now(), new Date().getTimezoneOffset());
const byId = Object.fromEntries(data.prompts.map((one) => [one.id, one]));
const sound = (kept) =>
  Object.fromEntries(
    Object.entries(kept && typeof kept === "object" ? kept : {}).filter(
      ([id, state]) => byId[id] && state && Number.isFinite(state.due) && Number.isFinite(state.days) && state.days >= 0,
    ),
  );
const kept = memory.read(KEY) || {};
let states = sound(kept.states),
  begun = kept.begun && kept.begun.day === today() ? kept.begun.count : 0;
const save = () => memory.write(KEY, { states, begun: { day: today(), count: begun } });
const bar = put(box, "div", { class: "sqp-row" });
const chapter = put(bar, "select", { "aria-label": "Chapter" });
put(chapter, "option", { value: "" }, "all chapters");
for (const one of data.prompts)
  if (![...chapter.options].some((option) => option.value === one.chapter)) put(chapter, "option", { value: one.chapter }, one.title);
const status = put(box, "p", { role: "status", class: "soft" });
const view = put(box, "div", {});
let more = 0;
function next(focus) {
  const ids = data.prompts.filter((one) => !chapter.value || one.chapter === chapter.value).map((one) => one.id);
  const queue = session(ids, states, today(), NEW + more - begun);
  const met = ids.filter((id) => states[id]).length;
  status.textContent = queue.length + " to ask today; " + met + " of " + ids.length + " met so far.";
  view.textContent = "";
  if (!queue.length) {
    const waiting = ids.filter((id) => states[id]).map((id) => states[id].due - today());
    const left = ids.length - met;
    put(view, "p", {}, "Done for today." + (waiting.length ? " The next one comes back in " + Math.max(1, Math.min(...waiting)) + (Math.min(...waiting) > 1 ? " days." : " day.") : ""));
    if (left) {
      const button = put(view, "button", { type: "button" }, "Some new ones all the same");
      button.addEventListener("click", () => {
        more += NEW;
        next(true);
      });
      if (focus) button.focus();
    }
    return;
  }
  const one = byId[queue[0]];
  const card = put(view, "div", { class: "sqp-card" });
  put(card, "p", { class: "soft" }, one.title);
  put(card, "p", {}, one.ask);
  const open = put(card, "button", { type: "button", class: "main" }, "Show the answer");
  if (focus) open.focus();
  open.addEventListener("click", () => {
    open.remove();
    const back = put(card, "p", { tabindex: -1 }, one.answer);
    const row = put(card, "div", { class: "sqp-row" });
    for (const [known, words] of [[true, "I knew it"], [false, "Not yet"]])
      put(row, "button", { type: "button" }, words).addEventListener("click", () => {
        if (!states[one.id]) begun++;
        states[one.id] = answered(states[one.id], known, today(), data.first, data.factor);
        save();
        next(true);
      });
    back.focus();
  });
}
chapter.addEventListener("change", () => next(false));
next(false);
const tools = put(put(box, "details", {}), "div", {});
put(tools.parentElement, "summary", {}, "Take them elsewhere");
tools.parentElement.prepend(tools.parentElement.lastChild);
function file(name, kind, words, content) {
  const link = put(tools.querySelector(".sqp-row") || put(tools, "div", { class: "sqp-row" }), "button", { type: "button" }, words);
  link.addEventListener("click", () => {
    const place = URL.createObjectURL(new Blob([content()], { type: kind }));
    const a = put(box, "a", { href: place, download: name, hidden: "" });
    a.click();
    a.remove();
    setTimeout(() => URL.revokeObjectURL(place), 10000);
  });
}
file("sequifi_prompts_anki.txt", "text/tab-separated-values", "For Anki", () => data.anki);
file("sequifi_prompts.md", "text/markdown", "As text", () => data.text);
file("sequifi_progress.json", "application/json", "Save my progress", () => JSON.stringify({ states }));
const label = put(tools, "label", {}, "");
put(label, "span", {}, "Bring progress from a file:");
const chosen = put(label, "input", { type: "file", accept: ".json,application/json" });
chosen.style.width = "auto";
chosen.style.height = "auto";
chosen.addEventListener("change", async () => {
  try {
    const found = sound(JSON.parse(await chosen.files[0].text()).states);
    if (!Object.keys(found).length) throw new Error("nothing");
    for (const id in found) if (!states[id] || found[id].due > states[id].due) states[id] = found[id];
    save();
    next(false);
    status.textContent = Object.keys(found).length + " prompts were brought. " + status.textContent;
  } catch (error) {
    status.textContent = "This file holds no progress; choose one that “Save my progress” has written.";
  }
});
