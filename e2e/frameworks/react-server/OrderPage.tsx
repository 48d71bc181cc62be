// An order page in React that a server renders: the component, because React sets no functions on what it takes over.

import { DamageReport } from "damage-report/react";
import { useState, useSyncExternalStore } from "react";
import { fetchToken, orderLine } from "../token";

const messages = { opening: "Toestel kapot?" };
const never = () => () => {};

export function OrderPage() {
  // A shop's server knows the order line. This one renders before anybody has asked.
  const line = useSyncExternalStore(never, orderLine, () => "");
  const [isOpen, setOpen] = useState(false);
  const [step, setStep] = useState("");
  const [reference, setReference] = useState("");
  return (
    <>
      <h1>Bestelling</h1>
      <DamageReport
        order-line={line}
        open={isOpen}
        getToken={fetchToken}
        messages={messages}
        ondamage-report-toggle={({ detail }) => setOpen(detail.open)}
        ondamage-report-step={({ detail }) => setStep(detail.step)}
        ondamage-report-submitted={({ detail }) => setReference(detail.reference)}
      >
        <a href="/contact">Neem contact op</a>
      </DamageReport>
      <p>
        Pagina: <output id="step">{step}</output>
      </p>
      <p>
        Referentie: <output id="reference">{reference}</output>
      </p>
      <button id="toggle" type="button" onClick={() => setOpen(!isOpen)}>
        Open of dicht
      </button>
    </>
  );
}
