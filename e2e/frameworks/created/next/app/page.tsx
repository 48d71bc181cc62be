import { DamageHelp } from "./DamageHelp";

export default function Page() {
  return (
    <main>
      <h1>My order</h1>
      <DamageHelp orderLine="nogeen-2041" lang="en" />
    </main>
  );
}
