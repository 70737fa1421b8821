// Runs the check under node: the engine in a context that has nothing but JavaScript itself.
//   node playground_run.cjs JOB.json    {engine: [[name, text], ...], check, golden, seconds, mutants: [{name, start, end, text}]}
// prints a list: what differs; or with mutants, for each of them what differed first, null if nothing did.
"use strict";
const fs = require("node:fs");
const vm = require("node:vm");

const { engine, check, golden, mutants, seconds } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));

function run(files, options, timeout) {
  const context = vm.createContext({ golden: JSON.stringify(golden), options });
  const source = files.map(([, text]) => text).join("\n");
  vm.runInContext(`${source}\n${check}`, context, { timeout });
  return vm.runInContext("checkPlayground(Forgetting, JSON.parse(golden), options)", context, { timeout });
}

function judge({ name, start, end, text }) {
  const changed = engine.map(([file, source]) => [
    file,
    file === name ? source.slice(0, start) + text + source.slice(end) : source,
  ]);
  try {
    const wrong = run(changed, { first: true }, 1000 * seconds);
    return wrong.length ? wrong[0] : null;
  } catch (error) {
    return String(error.message);
  }
}

const result = mutants ? mutants.map(judge) : run(engine, {}, 1000 * seconds);
process.stdout.write(JSON.stringify(result));
