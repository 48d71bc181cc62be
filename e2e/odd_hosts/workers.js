// Counts the workers. The widget starts its first ahead of a press once it has everything that the press will show.

window.workers = 0;
window.Worker = class extends Worker {
  /** @param {ConstructorParameters<typeof Worker>} given */
  constructor(...given) {
    super(...given);
    window.workers++;
  }
};

export {};
