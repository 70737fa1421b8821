// What all pieces share: the box, its data, making elements, and remembering in this browser alone.
const box = document.currentScript.parentElement;
const data = DATA;
box.querySelector(".sqp-without").remove();
let made = 0;
// Names that are given to elements stay apart, however many pieces are on a page.
const unique = (word) => "sqp-" + word + "-" + Math.random().toString(36).slice(2, 8) + "-" + made++;
function put(parent, tag, attributes, text) {
  const node = document.createElement(tag);
  for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
  if (text !== undefined) say(node, text);
  return parent.appendChild(node);
}
// `code` and *stress* are marked as in the book; all else is text as it stands.
function say(node, text) {
  node.textContent = "";
  for (const part of String(text).split(/(`[^`]+`|\*[^*\s][^*]*\*)/)) {
    if (/^`.+`$/.test(part)) node.appendChild(document.createElement("code")).textContent = part.slice(1, -1);
    else if (/^\*.+\*$/.test(part)) node.appendChild(document.createElement("em")).textContent = part.slice(1, -1);
    else if (part) node.appendChild(document.createTextNode(part.replace(/([\d\]]) %/g, "$1\u00a0%")));
  }
  return node;
}
// Some browsers keep nothing (private windows, notebooks in frames): then it is forgotten with the page.
const memory = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem("sequifi_lite." + key));
    } catch (error) {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem("sequifi_lite." + key, JSON.stringify(value));
    } catch (error) {
      return false;
    }
    return true;
  },
};
