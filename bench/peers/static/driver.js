({
  opening() { return null; },
  ready() {
    const begin = document.querySelector("#report .primary");
    return begin?.checkVisibility() ? begin : null;
  },
  step() { return document.querySelector("#report") && "start"; },
  next() { return this.ready(); },
  // There is nothing after the first page.
  fill() {},
  picker() { return null; },
  thumbnails() { return 0; },
  accepted() { return 0; },
  reference() { return null; },
})
