// Interpolation: learn as vanilla does, then go back a part of the way.
//
// interpolation: {alpha (0.5): share of the new weights, anchor ("before"): the other end of the line, the model
//                 before this corpus, or "source": theta_0 throughout}
(function (F) {
  "use strict";

  class Interpolation extends F.Method {
    constructor({ alpha = 0.5, anchor = "before" }) {
      super();
      Object.assign(this, { alpha, anchor });
    }

    afterCorpus(run, number) {
      const { theta } = run, { alpha } = this;
      if (number > 0) for (let i = 0; i < theta.length; i++) theta[i] = (1 - alpha) * this.old[i] + alpha * theta[i];
      if (number === 0 || this.anchor === "before") this.old = theta.slice();
    }
  }

  F.LEARNERS.interpolation = Interpolation;
})((globalThis.Forgetting = globalThis.Forgetting || {}));
