// Files that pieces of the pages have in common, and what runs each piece where its script stood.
(function (files) {
  for (const held of document.querySelectorAll('script[type="text/x-piece"]')) {
    const script = document.createElement("script");
    script.text = JSON.parse(held.textContent).map((part) => (typeof part === "number" ? files[part] : part)).join("");
    held.replaceWith(script);
  }
})(FILES);
