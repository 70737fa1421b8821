// Runs what the page hears with under node, and a function on it; prints its answer.
//   node voice_run.cjs JOB.json    {scripts: [text, ...], sounds: {name: file of float32}, files: {name: file}, run: a function's text}
// run(Voice, {sounds: {name: Float32Array}, files: {name: Uint8Array}})
"use strict";
const fs = require("node:fs");
const vm = require("node:vm");

const { scripts, sounds = {}, files = {}, run } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
for (const script of scripts) vm.runInThisContext(script);
const bytes = (name) => Uint8Array.from(fs.readFileSync(name));
const floats = (name) => new Float32Array(bytes(name).buffer);
const read = (names, how) => Object.fromEntries(Object.entries(names).map(([name, file]) => [name, how(file)]));
const given = { sounds: read(sounds, floats), files: read(files, bytes) };
Promise.resolve(vm.runInThisContext(`(${run})`)(globalThis.Voice, given)).then((answer) =>
  process.stdout.write(JSON.stringify(answer, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value))),
);
