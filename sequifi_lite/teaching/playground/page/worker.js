// The last lines of the worker: what arrives goes to the simulator, what it says goes to the page.
if (typeof importScripts === "function") {
  const simulator = new Playground.Simulator((message) => postMessage(message));
  onmessage = ({ data }) => simulator.receive(data);
}
