// A customer who reports a device on a page whose browser lacks something, and tells the page around it what came of that.

const asked = new URLSearchParams(location.search);
/** In ms: nobody looks at a page that says nothing for longer. */
const WORDS_WAIT = 10_000;
/** In ms: what is waited for before a step goes on. */
const STEP_WAIT = 30_000;

/**
 * Waits for the result of `look`, for `ms` milliseconds at most.
 *
 * @template T
 * @param {string} what
 * @param {() => T} look
 * @param {number} ms
 */
async function found(what, look, ms) {
  for (let waited = 0; waited < ms; waited += 25) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const said = document.querySelector("damage-report")?.shadowRoot?.querySelector(".report")?.textContent ?? "";
  throw new Error(`waited in vain for ${what}; it says: ${said.slice(0, 200)}`);
}

const element = /** @type {HTMLElementTagNameMap["damage-report"]} */ (document.querySelector("damage-report"));
let errors = 0;
addEventListener("damage-report-error", () => errors++);

/**
 * Reports a device, and returns the outcome.
 *
 * @param {ArrayBuffer[]} photos
 */
async function report(photos) {
  /** @type {(css: string) => HTMLInputElement | null | undefined} */
  const $ = (css) => element.shadowRoot?.querySelector(css);
  const fallback = /** @type {HTMLElement} */ (document.querySelector(".fallback"));
  if (!(await found("the element", () => $("button"), 3000).catch(() => {}))) {
    return fallback.checkVisibility() ? "silent words" : "nothing";
  }
  $("button")?.click();
  const isTold = () => errors && fallback.checkVisibility();
  await found("a first page, or the shop's words", () => $(".needs") || isTold(), WORDS_WAIT);
  if (!$(".needs")) return "words";

  /** @param {string} css */
  const press = async (css) => (await found(css, () => $(css), STEP_WAIT))?.click();
  /** @param {string} css */
  const goOnTo = async (css) => {
    await press(".primary");
    await found(css, () => $(css), STEP_WAIT);
  };
  await press(".primary");
  await found("the second page, or the shop's words", () => $("#damage-0") || isTold(), STEP_WAIT);
  if (!$("#damage-0")) return "words";
  await press("#damage-0");
  for (const subject of ["packaging", "label"]) {
    await goOnTo(`#${subject}-missing`);
    await press(`#${subject}-missing`);
    await press(`#${subject}-other`);
  }
  await goOnTo("input#device");
  const picked = new DataTransfer();
  for (const photo of photos) picked.items.add(new File([photo], "image.jpg", { type: "image/jpeg" }));
  const input = /** @type {HTMLInputElement} */ ($("input#device"));
  input.files = picked.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  /** @param {string} state */
  const in_ = (state) => element.shadowRoot?.querySelectorAll(`.photo[data-state="${state}"]`).length;
  await found("photos", () => [in_("kept"), in_("wrong")].includes(photos.length), STEP_WAIT);
  if (in_("wrong")) return "refused";
  await goOnTo("#send");
  await press("#send");
  await found(".reference", () => $(".reference"), STEP_WAIT);
  return "sent";
}

element.setAttribute("order-line", parent.orderLine);
// Each page has a draft of its own, since its endpoint is written in its own way.
element.setAttribute("endpoint", location.origin + "/".repeat(Number(asked.get("n"))));
element.getToken = () => parent.token;
report(parent.photos).then(
  (outcome) => parent.came(asked.get("lacks"), outcome),
  (error) => parent.came(asked.get("lacks"), error.message),
);
