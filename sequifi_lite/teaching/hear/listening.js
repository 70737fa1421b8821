// A blind quiz: hear a clip, say the emotion, see what listeners and a probe said; at the end three scores.
const KEY = "hear.emotion_quiz";
const count = data.clips.length;
let said = memory.read(KEY);
if (!Array.isArray(said) || said.length > count || said.some((word) => !data.emotions.includes(word))) said = [];
const view = put(box, "div", {});
const mine = (words) => {
  // unweighted average recall in % over the clips that have been answered
  const shares = data.emotions
    .map((emotion) => words.map((word, k) => [word, data.clips[k].emotion]).filter((pair) => pair[1] === emotion))
    .filter((pairs) => pairs.length)
    .map((pairs) => pairs.filter((pair) => pair[0] === pair[1]).length / pairs.length);
  return (100 * shares.reduce((a, b) => a + b, 0)) / shares.length;
};
function ask(number) {
  view.textContent = "";
  if (number >= count) return finish();
  const clip = data.clips[number];
  put(view, "p", { class: "soft" }, "Clip " + (number + 1) + " of " + count + ": “" + clip.words + "”, " + clip.who);
  card(put(view, "div", { class: "sqp-cards" }), clip, "a voice, no label");
  const form = put(view, "form", {}),
    set = put(form, "fieldset", {});
  put(set, "legend", {}, "Which emotion was the actor asked for?");
  const group = unique("emotion"),
    options = put(set, "div", { class: "sqp-options" });
  for (const emotion of data.emotions) {
    const label = put(options, "label", {});
    put(label, "input", { type: "radio", name: group, value: emotion, required: "" });
    label.append(emotion);
  }
  const row = put(form, "div", { class: "sqp-row" }),
    button = put(row, "button", { class: "main" }, "Answer"),
    told = put(form, "div", { role: "status" });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (said.length > number) return ask(number + 1);
    const word = form.querySelector("input:checked").value;
    said.push(word);
    memory.write(KEY, said);
    for (const input of form.querySelectorAll("input")) input.disabled = true;
    told.append(result(number));
    button.textContent = number + 1 < count ? "Next clip" : "All three scores";
  });
  return form;
}
function result(number) {
  const clip = data.clips[number],
    votes = data.votes[number],
    all = votes.reduce((a, b) => a + b, 0),
    part = document.createElement("div");
  const good = said[number] === clip.emotion;
  put(part, "p", { class: good ? "good" : "bad" }, (good ? "Yes: " : "The actor was asked for ") + clip.emotion + (good ? "." : "; you said " + said[number] + "."));
  const list = data.emotions.map((word, k) => [word, votes[k]]).filter((pair) => pair[1]).sort((a, b) => b[1] - a[1]);
  put(part, "p", {}, "Of " + all + " listeners: " + list.map((pair) => pair[1] + " " + pair[0]).join(", ") + ". The probe says " + data.probe[number] + ".");
  return part;
}
function finish() {
  const frame = put(view, "div", { class: "sqp-wide" }),
    table = put(frame, "table", {}),
    head = put(put(table, "thead", {}), "tr", {});
  put(table, "caption", {}, "Unweighted average recall (UAR) of six emotions, in %; guessing has 16.7.");
  for (const word of ["", "these " + count + " clips", "all " + data.total.toLocaleString("en") + " clips [95 % over speakers]"]) put(head, "th", { scope: "col" }, word);
  const body = put(table, "tbody", {});
  const line = (name, here, all) => {
    const row = put(body, "tr", {});
    put(row, "th", { scope: "row" }, name);
    put(row, "td", {}, here.toFixed(1));
    put(row, "td", {}, all ? all[0].toFixed(1) + " [" + all[1].toFixed(1) + ", " + all[2].toFixed(1) + "]" : "–");
  };
  line("you", mine(said), null);
  for (const row of data.rows) line(row.name, row.here, row.all);
  // Wilson's interval for a share of `count` clips
  const p = said.filter((word, k) => word === data.clips[k].emotion).length / count,
    z = 1.96,
    base = 1 + (z * z) / count,
    middle = (p + (z * z) / (2 * count)) / base,
    half = (z * Math.sqrt((p * (1 - p)) / count + (z * z) / (4 * count * count))) / base;
  put(view, "p", {}, "You were right on " + Math.round(p * count) + " of " + count + " clips. So few say little: on other clips like these your share may be anything from " + Math.round(100 * (middle - half)) + " to " + Math.round(100 * (middle + half)) + " %.");
  put(view, "p", {}, "The probe has an advantage that you have not: it learnt from thousands of clips of this very corpus, with the intended emotion as the label, and the same twelve sentences. It is good at telling what these actors were asked for. That is not the same as hearing what people feel.");
  const again = put(put(view, "div", { class: "sqp-row" }), "button", { type: "button" }, "Start again");
  again.addEventListener("click", () => {
    said = [];
    memory.write(KEY, said);
    ask(0).querySelector("input").focus();
  });
  again.focus();
}
ask(said.length);
put(box, "p", { class: "soft sqp-credit" }, data.credit);
