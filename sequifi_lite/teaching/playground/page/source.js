// What the worker is made of, as a string: the engine, simulator.js and worker.js; put in when the page is made.
(globalThis.Playground = globalThis.Playground || {}).SOURCE = WORKER_SOURCE;
