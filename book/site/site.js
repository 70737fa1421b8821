// What the theme leaves out: a drawer closes after a tap, and a wide box can be scrolled by keys.
(() => {
  const ready = () => {
    for (const drawer of document.querySelectorAll("dialog[id$=-sidebar-modal]"))
      drawer.addEventListener("click", (event) => {
        if (event.target.closest("a[href]")) drawer.close();
      });
    addEventListener("beforeprint", () => {
      for (const picture of document.querySelectorAll("img[loading=lazy]")) picture.loading = "eager";
    });
    addEventListener("pagehide", () => {
      for (const drawer of document.querySelectorAll("dialog[open]")) drawer.close();
    });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
