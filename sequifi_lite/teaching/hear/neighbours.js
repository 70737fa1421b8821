// A clip, a depth of the encoder, and the three clips that lie nearest there.
const named = (clip) => clip.words + ", " + clip.who + ", " + clip.emotion;
const bar = put(box, "div", { class: "sqp-row" });
const chosen = put(bar, "select", { "aria-label": "Clip" });
for (const key in data.near) put(chosen, "option", { value: key }, named(data.clips[key]));
const label = put(bar, "label", {}, "");
const told = put(label, "span", { class: "sqp-depth" }, "");
const depth = put(label, "input", { type: "range", min: 0, max: data.depths.length - 1, value: 1, "aria-label": "Depth: block of the encoder" });
const where = (k) => (k == 0 ? "in front of block 1" : "behind block " + k);
const view = put(box, "div", {});
const counted = put(box, "p", { role: "status", class: "soft" });
function show() {
  const k = +depth.value,
    asked = data.clips[chosen.value];
  told.textContent = where(k);
  depth.setAttribute("aria-valuetext", where(k));
  view.textContent = "";
  const first = put(view, "div", { class: "sqp-cards" });
  card(first, asked, "Chosen: " + named(asked));
  data.near[chosen.value][k].forEach((other, rank) => {
    const clip = data.clips[other],
      same = [
        ["voice", clip.who === asked.who && clip.corpus === asked.corpus],
        ["words", clip.words === asked.words],
        ["mood", clip.emotion === asked.emotion],
      ].filter((one) => one[1]);
    const what = same.length ? "same " + same.map((one) => one[0]).join(", same ") : "nothing in common";
    card(first, clip, rank + 1 + ". " + named(clip) + " (" + what + ")");
  });
  counted.textContent =
    "Of the " + data.asked + " clips of CREMA-D that can be chosen, the nearest one " + where(k) + " shares the voice in " +
    data.shared.voice[k] + " %, the words in " + data.shared.words[k] + " %, the mood in " + data.shared.mood[k] + " %.";
}
chosen.addEventListener("change", show);
depth.addEventListener("input", show);
show();
put(box, "p", { class: "soft sqp-credit" }, data.credit);
