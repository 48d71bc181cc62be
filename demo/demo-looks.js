// How the shop looks: its own look or one of two others, light, dark or as the device is. The choice is kept in the address,
// as the language is, and in the links to the languages.
//
// No module, so that it runs before the browser paints. The looks themselves are in demo-looks.css.

{
  /** The choices by their names in the address, where the first of each has none. */
  const CHOICES = { look: ["shop", "warm", "stark"], scheme: ["device", "light", "dark"] };

  const chosen = (name) => {
    const named = new URLSearchParams(location.search).get(name);
    return CHOICES[name].includes(named) ? named : CHOICES[name][0];
  };

  /** The query `search` with what is chosen now. */
  const withChoices = (search) => {
    const query = new URLSearchParams(search);
    for (const name of Object.keys(CHOICES)) {
      if (chosen(name) === CHOICES[name][0]) query.delete(name);
      else query.set(name, chosen(name));
    }
    return `?${query}`;
  };

  const show = () => {
    for (const name of Object.keys(CHOICES)) document.documentElement.dataset[name] = chosen(name);
    for (const key of document.querySelectorAll("[data-choose]")) {
      key.setAttribute("aria-pressed", String(chosen(key.dataset.choose) === key.value));
    }
    for (const link of document.querySelectorAll("a[data-lang]")) link.search = withChoices(link.search);
  };

  const choose = ({ currentTarget: key }) => {
    const query = new URLSearchParams(location.search);
    query.set(key.dataset.choose, key.value);
    history.replaceState(null, "", `?${query}${location.hash}`);
    history.replaceState(null, "", `${withChoices(location.search)}${location.hash}`);
    show();
  };

  show();
  addEventListener("popstate", show);
  addEventListener("DOMContentLoaded", () => {
    for (const key of document.querySelectorAll("[data-choose]")) key.addEventListener("click", choose);
    show();
  });
}
