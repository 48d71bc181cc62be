// How the shop looks: its own look or one of two others, light, dark or as the device is. The choice is kept in the address,
// as the language is, and in the links to the languages.
//
// No module, so that it runs before the browser paints. The looks themselves are in demo-looks.css.

{
  /** The choices by their names in the address, where the first of each has none. */
  const CHOICES = /** @type {Record<string, string[]>} */ ({
    look: ["shop", "warm", "stark"],
    scheme: ["device", "light", "dark"],
  });

  /** @param {string} name */
  const chosen = (name) => {
    const named = new URLSearchParams(location.search).get(name);
    return named && CHOICES[name].includes(named) ? named : CHOICES[name][0];
  };

  /**
   * The query `search` with what is chosen now.
   *
   * @param {string} search
   */
  const withChoices = (search) => {
    const query = new URLSearchParams(search);
    for (const name of Object.keys(CHOICES)) {
      if (chosen(name) === CHOICES[name][0]) query.delete(name);
      else query.set(name, chosen(name));
    }
    return `?${query}`;
  };

  const keys = () => /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-choose]"));
  const links = () => /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-lang]"));

  const show = () => {
    for (const name of Object.keys(CHOICES)) document.documentElement.dataset[name] = chosen(name);
    for (const key of keys()) {
      key.setAttribute("aria-pressed", String(chosen(key.dataset.choose ?? "") === key.value));
    }
    for (const link of links()) link.search = withChoices(link.search);
  };

  /** @param {HTMLButtonElement} key */
  const choose = (key) => {
    const query = new URLSearchParams(location.search);
    query.set(key.dataset.choose ?? "", key.value);
    history.replaceState(null, "", `?${query}${location.hash}`);
    history.replaceState(null, "", `${withChoices(location.search)}${location.hash}`);
    show();
  };

  show();
  addEventListener("popstate", show);
  addEventListener("DOMContentLoaded", () => {
    for (const key of keys()) key.addEventListener("click", () => choose(key));
    show();
  });
}
