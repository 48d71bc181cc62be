import { Order } from "./Order";

export default function Page() {
  return (
    <main>
      <h1>My order</h1>
      <Order orderLine="nogeen-2041" />
    </main>
  );
}
