// Optimisers: from a gradient to a step. `reset` makes one anew, as the canonical reading does at every stage.
//
// Forgetting.OPTIMISERS[name](size) -> {step(theta, grad, lr), reset()};  name: "adam", "sgd", "momentum"
(function (F) {
  "use strict";

  // Kingma & Ba 2015 (arXiv 1412.6980), with PyTorch's settings.
  function adam(size) {
    const m = new Float64Array(size), v = new Float64Array(size);
    let t;
    return {
      reset() {
        t = 0;
        m.fill(0);
        v.fill(0);
      },
      step(theta, grad, lr) {
        t++;
        const rate = lr / (1 - 0.9 ** t), spread = Math.sqrt(1 - 0.999 ** t);
        for (let i = 0; i < size; i++) {
          const g = grad[i];
          m[i] = 0.9 * m[i] + 0.1 * g;
          v[i] = 0.999 * v[i] + 0.001 * g * g;
          theta[i] -= (rate * m[i]) / (Math.sqrt(v[i]) / spread + 1e-8);
        }
      },
    };
  }

  function sgd() {
    return {
      reset() {},
      step(theta, grad, lr) {
        for (let i = 0; i < theta.length; i++) theta[i] -= lr * grad[i];
      },
    };
  }

  function momentum(size) {
    const velocity = new Float64Array(size);
    return {
      reset() {
        velocity.fill(0);
      },
      step(theta, grad, lr) {
        for (let i = 0; i < size; i++) {
          velocity[i] = 0.9 * velocity[i] + grad[i];
          theta[i] -= lr * velocity[i];
        }
      },
    };
  }

  F.OPTIMISERS = { adam, sgd, momentum };
})((globalThis.Forgetting = globalThis.Forgetting || {}));
