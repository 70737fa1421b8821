// Formulas of the book set in advance: a list of {tex, display} comes in, markup and one style sheet go out.
"use strict";
const fs = require("node:fs");
const folder = process.argv[2];

require(folder + "/node-main.js")
  .init({
    loader: { paths: { mathjax: folder }, load: ["input/tex-full", "output/chtml", "a11y/assistive-mml"] },
    options: { enableAssistiveMml: true },
    chtml: { fontURL: "fonts", adaptiveCSS: true },
    tex: { formatError: (_, error) => { throw error; } },
    startup: { typeset: false },
  })
  .then((MathJax) => {
    const adaptor = MathJax.startup.adaptor;
    const formulas = JSON.parse(fs.readFileSync(0, "utf8"));
    const set = formulas.map(({ tex, display }) => {
      try {
        return { markup: adaptor.outerHTML(MathJax.tex2chtml(tex, { display })) };
      } catch (error) {
        return { error: String(error.message || error) };
      }
    });
    process.stdout.write(JSON.stringify({ set, style: adaptor.textContent(MathJax.chtmlStylesheet()) }));
  })
  .catch((error) => {
    process.stderr.write(String(error.stack || error));
    process.exit(1);
  });
