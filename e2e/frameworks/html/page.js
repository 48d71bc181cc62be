// An order page without a framework, before the element's own script is loaded.

const element = document.querySelector("damage-report");
const orderLine = new URLSearchParams(location.search).get("order-line");

element.setAttribute("order-line", orderLine);
element.messages = { opening: "Toestel kapot?" };
element.getToken = async () => {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/demo/token", { method: "POST", headers, body: JSON.stringify({ order_line: orderLine }) });
  return (await answer.json()).token;
};

element.addEventListener("damage-report-step", ({ detail }) => (document.querySelector("#step").textContent = detail.step));
element.addEventListener("damage-report-submitted", ({ detail }) => {
  document.querySelector("#reference").textContent = detail.reference;
});
document.querySelector("#toggle").addEventListener("click", () => element.toggleAttribute("open"));
