// What the twins of the checks share: cases drawn by a seed, a little arithmetic, and the judgement of an answer.
function drawing(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (low, high) => low + Math.floor(next() * (high - low + 1));
  const some = (n, make) => Array.from({ length: n }, (_, i) => make(i));
  const shuffled = (list) => {
    const rest = [...list];
    return some(list.length, () => rest.splice(whole(0, rest.length - 1), 1)[0]);
  };
  const pick = (list) => list[whole(0, list.length - 1)];
  // Tenths are whole numbers over ten, so that what is shown is what is meant.
  const tenths = (low, high) => whole(10 * low, 10 * high) / 10;
  return { whole, some, shuffled, pick, tenths };
}
const sum = (list) => list.reduce((all, one) => all + one, 0);
const mean = (list) => sum(list) / list.length;
const range = (n) => Array.from({ length: n }, (_, i) => i);
const dot = (a, b) => sum(a.map((one, i) => one * b[i]));
const transposed = (table) => table[0].map((_, j) => table.map((row) => row[j]));
const columns = (table, make) => transposed(table).map(make);
const variance = (list, less = 0) => sum(list.map((one) => (one - mean(list)) ** 2)) / (list.length - less);
const increasing = (list) => [...list].sort((a, b) => a - b);
const best = (list) => list.indexOf(Math.max(...list));
const least = (list) => list.indexOf(Math.min(...list));
const tied = (list) => increasing(list).at(-1) - increasing(list).at(-2) < 1e-9;
const flat = (value) => [value].flat(Infinity);

// An answer is read to as many decimals as are asked for; whole numbers and words have to be met.
const width = (twin) => (twin.places ? 1.01 * 10 ** -twin.places : 1e-6);
function same(twin, one, other, within) {
  const [a, b] = [one, other].map((list) => (twin.unordered ? flat(list).sort() : flat(list)));
  return a.length === b.length && a.every((x, i) => (typeof x === "number" && typeof b[i] === "number" ? Math.abs(x - b[i]) <= within : x === b[i]));
}
// What each known mistake gives for a case; some cannot be made in every case.
const slips = (twin, given) =>
  Object.entries(twin.wrong)
    .map(([sentence, make]) => ({ sentence, value: make(given) }))
    .filter(({ value }) => value !== undefined && !(twin.choices && value === twin.right(given)));

// A case tells the mistakes apart: from the right answer, and from each other where the answer is no choice.
function tells(twin, given) {
  const right = twin.right(given),
    made = slips(twin, given),
    values = [right, ...made.map((one) => one.value)];
  const numbers = values.flatMap(flat).every((one) => typeof one !== "number" || Number.isFinite(one));
  if (!numbers || !flat(right).length) return false;
  if (twin.choices) return true;
  const apart = 2.2 * width(twin),
    all = twin.some ? made.length > 0 : made.length === Object.keys(twin.wrong).length;
  return all && values.every((a, i) => values.every((b, j) => j <= i || !same(twin, a, b, apart)));
}
function fresh(twin, seed) {
  const drawn = drawing(seed);
  for (let tries = 0; tries < 5000; tries++) {
    const given = twin.draw(drawn);
    if (tells(twin, given)) return given;
  }
  throw new Error("no case tells the mistakes apart");
}
// Right, a mistake that has a name, another number of entries, or another value: as the check in Python tells them.
function judged(twin, given, answer) {
  const right = twin.right(given),
    within = width(twin);
  if (same(twin, answer, right, within)) return { right: true };
  const slip = slips(twin, given).find((one) => same(twin, answer, one.value, within));
  if (slip) return { stage: 1, sentence: slip.sentence };
  const [asked, given_] = [flat(right).length, flat(answer).length];
  return asked === given_ ? { stage: 2 } : { stage: 1, entries: asked };
}
// Numbers or words, separated by spaces: 2 −1.5 3/4; a decimal comma and brackets do no harm.
function entries(text, twin, asked) {
  const plain = text.replace(/[−–]/g, "-").replace(/[[\](){}"'`;]/g, " ").trim();
  let parts = plain.split(/,?\s+/).filter(Boolean);
  if (parts.length === 1 && asked > 1) parts = plain.split(",");
  parts = parts.map((part) => part.replace(/[,%]$/, "")).filter(Boolean);
  if (twin.words) return parts.map((part) => part.toLowerCase());
  return parts.map((part) => {
    const read = /^([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+))(?:\/(\d+(?:[.,]\d+)?))?$/.exec(part);
    return read ? +read[1].replace(",", ".") / +(read[2] || "1").replace(",", ".") : NaN;
  });
}
