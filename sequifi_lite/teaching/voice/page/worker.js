// The last lines of the worker: what arrives goes to the listener, what it says goes to the page.
if (typeof importScripts === "function") {
  const listener = new Voice.Listener((message) => postMessage(message));
  onmessage = ({ data }) => listener.receive(data);
}
