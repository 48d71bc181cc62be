// Keys for the pages of the desk, and photos that turn and grow without a way to the backend. Without this script every page works.

/** The setting under which this browser keeps that keys are off. */
const KEYS_OFF = "desk-keys-off";

/**
 * Whether keys belong to `target`: what is typed there is text, or a choice.
 * @param {EventTarget | null} target
 */
function isTyping(target) {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

function keysAreOff() {
  return localStorage.getItem(KEYS_OFF) === "yes";
}

/**
 * Does what an element is for: opens a form and goes to its first field, or presses a link.
 * @param {HTMLElement} element
 */
function use(element) {
  if (element instanceof HTMLDetailsElement) {
    element.open = true;
    const first = element.querySelector("input:not([type=hidden]), textarea, button");
    if (first instanceof HTMLElement) first.focus();
    element.scrollIntoView({ block: "nearest" });
  } else if (element instanceof HTMLInputElement) {
    element.focus();
    element.select();
  } else {
    element.click();
  }
}

/**
 * Moves the focus among the claims of the list.
 * @param {1 | -1} step
 */
function moveInList(step) {
  const rows = [...document.querySelectorAll("a.row")];
  const at = document.activeElement ? rows.indexOf(document.activeElement) : -1;
  const next = rows[at < 0 ? 0 : at + step];
  if (next instanceof HTMLElement) next.focus();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const dialog = document.querySelector("dialog");
  if (keysAreOff() || dialog?.open) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
    return;
  }
  if (event.key === "?" && dialog) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  for (const element of document.querySelectorAll("[data-key]")) {
    const keys = element.getAttribute("data-key")?.split(" ") ?? [];
    if (keys.includes(event.key) && element instanceof HTMLElement) {
      event.preventDefault();
      use(element);
      return;
    }
  }
  if (document.querySelector("a.row") && (event.key === "j" || event.key === "k")) {
    event.preventDefault();
    moveInList(event.key === "j" ? 1 : -1);
  }
}

/**
 * Turns and zooms the photo on the page.
 * @param {HTMLElement} plate
 * @param {number} turn quarter turns
 * @param {number} step of zoom
 */
function show(plate, turn, step) {
  const turned = (Number(plate.dataset.turned) + turn) % 4;
  const zoomed = Math.min(4, Math.max(1, Number(plate.dataset.zoomed) + step));
  plate.dataset.turned = String(turned);
  plate.dataset.zoomed = String(zoomed);
  plate.className = `plate zoom-${zoomed} turn-${turned}`;
}

document.addEventListener("keydown", onKey);

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("[data-turn], [data-zoom]") : null;
  const plate = document.querySelector(".plate");
  if (!(link instanceof HTMLElement) || !(plate instanceof HTMLElement)) return;
  event.preventDefault();
  show(plate, "turn" in link.dataset ? 1 : 0, Number(link.dataset.zoom ?? 0));
});

const dialog = document.querySelector("dialog");
const keysButton = document.getElementById("keys-open");
const keysOn = document.getElementById("keys-on");
if (dialog && keysButton) {
  keysButton.hidden = false;
  keysButton.addEventListener("click", () => dialog.showModal());
}
if (keysOn instanceof HTMLInputElement) {
  keysOn.checked = !keysAreOff();
  keysOn.addEventListener("change", () => localStorage.setItem(KEYS_OFF, keysOn.checked ? "no" : "yes"));
}

// After an action the keyboard goes on from what was done, and in the list from the first claim.
const done = document.getElementById("done");
if (done) done.focus();
else if (document.activeElement === document.body && !keysAreOff()) moveInList(1);
