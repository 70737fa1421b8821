// A prediction before a result: a choice or a number; what came out, and what misleads, behind a click.
const KEY = "predict." + data.chapter;
const scale = data.scale;
let guess = memory.read(KEY);
const fits = scale
  ? typeof guess === "number" && guess >= scale.low && guess <= scale.high
  : Number.isInteger(guess) && guess >= 0 && guess < data.choices.length;
if (!fits) guess = null;
const form = put(box, "form", {}),
  set = put(form, "fieldset", { class: "sqp-first" });
put(set, "legend", {}, "Before you read on: " + data.ask);
const field = put(set, "div", {});
let value;
if (scale) {
  const shown = (number) => String(Math.round(number * 10) / 10).replace("-", "−") + " " + scale.unit;
  const row = put(field, "div", { class: "sqp-row" });
  const slider = put(row, "input", { type: "range", min: scale.low, max: scale.high, step: scale.step || 1, value: guess ?? (scale.low + scale.high) / 2, "aria-label": "Your guess, in " + scale.unit });
  const output = put(row, "output", { class: "sqp-guess" });
  const write = () => {
    output.textContent = shown(+slider.value);
    slider.setAttribute("aria-valuetext", shown(+slider.value));
  };
  slider.addEventListener("input", write);
  write();
  value = () => +slider.value;
} else {
  const group = unique("guess");
  data.choices.forEach((choice, k) => {
    const label = put(field, "label", {});
    const input = put(label, "input", { type: "radio", name: group, value: k, required: "" });
    if (k === guess) input.checked = true;
    put(label, "span", {}, choice.text);
  });
  value = () => +form.querySelector("input:checked").value;
}
const bar = put(set, "div", { class: "sqp-row" });
put(bar, "button", { class: "main" }, "This is my guess");
const open = put(bar, "button", { type: "button", hidden: "" }, "What came out, and what misleads");
const told = put(set, "p", { role: "status" });
const answer = put(box, "div", { hidden: "", tabindex: -1 });
function kept() {
  open.hidden = false;
  told.textContent = "Noted. Read on to the result, then come back and open the answer.";
}
function line() {
  // guess and measured value on one line, the interval as a bar
  const at = (number) => Math.min(100, Math.max(0, (100 * (number - scale.low)) / (scale.high - scale.low))) + "%";
  const real = scale.measured,
    rounded = (number) => number.toFixed(1).replace("-", "−");
  const text = "Your guess: " + rounded(guess) + ". Measured: " + rounded(real.value) + " " + scale.unit + (real.low === undefined ? "" : " [" + rounded(real.low) + ", " + rounded(real.high) + "]") + ".";
  const track = put(answer, "div", { class: "sqp-line", role: "img", "aria-label": text });
  if (real.low !== undefined) {
    const bar = put(track, "i", { class: "sqp-interval" });
    bar.style.left = at(real.low);
    bar.style.right = "calc(100% - " + at(real.high) + ")";
  }
  put(track, "i", { class: "sqp-real" }).style.left = at(real.value);
  put(track, "i", { class: "sqp-mine" }).style.left = at(guess);
  put(answer, "p", {}, text);
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  guess = value();
  memory.write(KEY, guess);
  answer.hidden = true;
  kept();
});
open.addEventListener("click", () => {
  answer.textContent = "";
  if (scale) line();
  else {
    const choice = data.choices[guess];
    put(answer, "p", { class: choice.right ? "good" : "bad" }, (choice.right ? "✓ You said it: " : "✗ You said: ") + choice.text + (choice.why ? ". " + choice.why : "."));
  }
  put(answer, "p", {}, data.answer);
  const why = put(answer, "p", {});
  say(why, "*Those who guess otherwise:* " + data.why);
  answer.hidden = false;
  open.hidden = true;
  told.textContent = "";
  answer.focus();
});
if (guess !== null) kept();
