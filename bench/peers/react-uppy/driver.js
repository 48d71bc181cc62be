({
  opening() {
    return null;
  },
  ready() {
    const begin = document.querySelector('[data-step="start"] .primary');
    return begin?.checkVisibility() && !begin.disabled ? begin : null;
  },
  step() {
    return document.querySelector("#report [data-step]")?.dataset.step ?? null;
  },
  next() {
    return document.querySelector("#report .primary");
  },
  fill() {
    const box = document.querySelector('#report input[value="screen_broken"]');
    if (box && !box.checked) box.click();
  },
  picker() {
    return document.querySelector("#report input.uppy-Dashboard-input[multiple]:not([webkitdirectory])");
  },
  thumbnails() {
    return [...document.querySelectorAll("#report .uppy-Dashboard-Item-previewImg")].filter(
      (img) => img.complete && img.naturalWidth > 0,
    ).length;
  },
  accepted() {
    return document.querySelectorAll("#report .uppy-Dashboard-Item.is-complete").length;
  },
  reference() {
    return document.querySelector("#report .reference strong")?.textContent ?? null;
  },
});
