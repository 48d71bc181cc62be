({
  opening() {
    return null;
  },
  ready() {
    const begin = document.querySelector("#report .primary");
    return begin?.checkVisibility() ? begin : null;
  },
  step() {
    return document.querySelector("#report") && "start";
  },
  next() {
    return this.ready();
  },
  // The page ends after the first step.
  fill() {},
  picker() {
    return null;
  },
  thumbnails() {
    return 0;
  },
  accepted() {
    return 0;
  },
  reference() {
    return null;
  },
});
