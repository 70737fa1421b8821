// Draw cases of every exercise that can be answered in the page, tell what its twin makes of them, and judge answers.
const [, , kit, ...files] = process.argv;
const read = (path) => require("fs").readFileSync(path, "utf8");
const asked = JSON.parse(read(0));
const plain = (value) => [value].flat(Infinity);
function replay(file) {
  const { twins, fresh, judged } = new Function(read(kit) + read(file) + "; return { twins, fresh, judged };")();
  const tell = ([name, twin]) => {
    const cases = asked.seeds.map((seed) => {
      const given = fresh(twin, seed),
        right = plain(twin.right(given));
      const made = Object.entries(twin.wrong).map(([sentence, make]) => [sentence, make(given)]);
      const wrong = Object.fromEntries(made.filter(([, value]) => value !== undefined).map(([sentence, value]) => [sentence, plain(value)]));
      const told = (asked.answers?.[name]?.[seed] || []).map((answer) => judged(twin, given, answer));
      return { seed, given, right, wrong, told, fills: twin.fill ? twin.fill(given, right) : {} };
    });
    const { choices = null, places = 0, unordered = false, hints = [] } = twin;
    return [name, { cases, choices, places, unordered, hints, sentences: Object.keys(twin.wrong) }];
  };
  return Object.fromEntries(Object.entries(twins).map(tell));
}
const out = {};
for (const file of files) {
  try {
    out[file] = replay(file);
  } catch (error) {
    out[file] = { error: error.message };
  }
}
process.stdout.write(JSON.stringify(out));
