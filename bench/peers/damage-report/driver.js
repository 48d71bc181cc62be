({
  root() {
    return document.querySelector("damage-report")?.shadowRoot;
  },
  opening() {
    const button = this.root()?.querySelector('[part~="opening"]');
    // It is still there while what it opens is on its way.
    return button?.checkVisibility() && !button.getRootNode().host.hasAttribute("open") ? button : null;
  },
  ready() {
    if (this.step() !== "start") return null;
    const begin = this.next();
    return begin?.checkVisibility() && !begin.disabled && !begin.hasAttribute("aria-disabled") ? begin : null;
  },
  step() {
    // A page is known by what only it has.
    const marks = {
      start: ".needs",
      damage: "#damage-0",
      packaging: "input#packaging",
      label: "input#label",
      device: "input#device",
      check: "#send",
      sent: ".reference",
    };
    const root = this.root();
    return (root && Object.keys(marks).find((step) => root.querySelector(marks[step]))) ?? null;
  },
  next() {
    return this.root()?.querySelector(".step .primary") ?? null;
  },
  fill() {
    const box = this.root().querySelector("#damage-0");
    if (box && !box.checked) box.click();
  },
  picker() {
    return this.root().querySelector(`input#${this.step()}`);
  },
  thumbnails() {
    return this.root().querySelectorAll(".photo .frame canvas").length;
  },
  accepted() {
    return this.root().querySelectorAll('.photo[data-state="kept"]').length;
  },
  reference() {
    return this.root()?.querySelector(".reference")?.textContent ?? null;
  },
});
