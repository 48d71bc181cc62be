import { DamageHelp } from "./DamageHelp";
import { fetchToken } from "./token";

export default function App() {
  return (
    <main>
      <h1>My order</h1>
      <DamageHelp orderLine="nogeen-2041" fetchToken={fetchToken} />
    </main>
  );
}
