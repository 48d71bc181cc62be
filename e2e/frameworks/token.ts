/** The order line that the page is about, and a token for it, as the demo's shop hands them out. */

export const orderLine = () => new URLSearchParams(location.search).get("order-line") ?? "";

export async function fetchToken(): Promise<string> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/demo/token", { method: "POST", headers, body: JSON.stringify({ order_line: orderLine() }) });
  return ((await answer.json()) as { token: string }).token;
}
