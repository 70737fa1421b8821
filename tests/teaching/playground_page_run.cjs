// What of the page runs without a page: settings, addresses, presets, the book's numbers. Prints what was asked for.
//   node playground_page_run.cjs JOB.json     {scripts: [text, ...], run: a function's text} -> its answer
"use strict";
const fs = require("node:fs");
const vm = require("node:vm");

const { scripts, run } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
for (const script of scripts) vm.runInThisContext(script);
process.stdout.write(JSON.stringify(vm.runInThisContext(`(${run})(Playground)`)));
