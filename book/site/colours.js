// Before anything is drawn: the reader's choice of colours, else that of the system.
(() => {
  let mode = "auto";
  try { mode = localStorage.getItem("mode") || "auto"; } catch { /* storage may be forbidden */ }
  const dark = mode === "dark" || (mode === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  Object.assign(document.documentElement.dataset, { mode, theme: dark ? "dark" : "light" });
})();
