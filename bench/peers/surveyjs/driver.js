({
  opening() {
    return null;
  },
  ready() {
    const begin = document.querySelector("#report .sd-navigation__start-btn");
    return begin?.checkVisibility() && !begin.disabled ? begin : null;
  },
  step() {
    if (document.querySelector("#report .reference")) return "sent";
    // A step is known by a question that only it has.
    const marks = {
      about: "start",
      cosmetic: "damage",
      packaging: "packaging",
      label: "label",
      device: "device",
      answers: "check",
    };
    for (const question of document.querySelectorAll("#report [data-name]")) {
      if (marks[question.dataset.name]) return marks[question.dataset.name];
    }
    return null;
  },
  next() {
    return (
      document.querySelector("#report .sd-navigation__complete-btn, #report .sd-navigation__next-btn") ?? this.ready()
    );
  },
  fill() {
    const box = document.querySelector('#report input[value="screen_broken"]');
    if (box && !box.checked) box.click();
  },
  picker() {
    const input = document.querySelector("#report input[type=file]");
    // The page listens to it from when its button is pressed, which would open the browser's own dialog.
    input.click = () => {};
    document.querySelector("#report .sd-file__choose-btn").click();
    return input;
  },
  thumbnails() {
    const images = [...document.querySelectorAll("#report .sd-file__preview-item img")];
    return images.every((img) => img.complete && img.naturalWidth > 0) ? this.accepted() : 0;
  },
  accepted() {
    // A phone shows one photo at a time, and says "1 van 5" below it. None is shown before the backend has it.
    const index = document.querySelector("#report .sv-action--file-index:not(.sv-action--hidden)")?.textContent;
    return index ? Number(index.match(/\d+$/)[0]) : document.querySelectorAll("#report .sd-file__preview-item").length;
  },
  reference() {
    return document.querySelector("#report .reference strong")?.textContent ?? null;
  },
});
