/** A token as the demo's shop hands it out. */
export async function fetchToken(orderLine: string): Promise<string> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/demo/token", { method: "POST", headers, body: JSON.stringify({ order_line: orderLine }) });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return ((await answer.json()) as { token: string }).token;
}
