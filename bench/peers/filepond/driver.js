({
  opening() {
    return null;
  },
  ready() {
    const begin = document.querySelector('#report form[data-at="start"] .primary');
    return begin?.checkVisibility() && !begin.disabled ? begin : null;
  },
  step() {
    return document.querySelector("#report form[data-at]")?.dataset.at ?? null;
  },
  next() {
    return document.querySelector("#report .primary");
  },
  fill() {
    const box = document.querySelector('#report input[value="screen_broken"]');
    if (this.step() === "damage" && !box.checked) box.click();
  },
  picker() {
    return document.querySelector("#report [data-step]:not([hidden]) input.filepond--browser");
  },
  thumbnails() {
    // Drawn before it is faded in.
    return [...document.querySelectorAll("#report [data-step]:not([hidden]) .filepond--image-preview canvas")].filter(
      (canvas) => canvas.checkVisibility({ checkOpacity: true }),
    ).length;
  },
  accepted() {
    return document.querySelectorAll(
      '#report [data-step]:not([hidden]) [data-filepond-item-state="processing-complete"]',
    ).length;
  },
  reference() {
    return document.querySelector("#report .reference strong")?.textContent || null;
  },
});
