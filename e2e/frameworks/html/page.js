// An order page without a framework, before the element's own script is loaded.

const element = document.querySelector("damage-report");
const orderLine = new URLSearchParams(location.search).get("order-line");

element.setAttribute("order-line", orderLine);
element.messages = { opening: "Toestel kapot?" };
element.getToken = async () => (await fetch(`/my-orders/${orderLine}/damage-token`, { method: "POST" })).text();

element.addEventListener(
  "damage-report-step",
  ({ detail }) => (document.querySelector("#step").textContent = detail.step),
);
element.addEventListener("damage-report-submitted", ({ detail }) => {
  document.querySelector("#reference").textContent = detail.reference;
});
document.querySelector("#toggle").addEventListener("click", () => element.toggleAttribute("open"));
