// An order page in React: attributes, properties and events as JSX has them.

import "damage-report";
import "damage-report/react";
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { fetchToken, orderLine } from "../token";

const messages = { opening: "Toestel kapot?" };

function OrderPage() {
  const [isOpen, setOpen] = useState(false);
  const [step, setStep] = useState("");
  const [reference, setReference] = useState("");
  return (
    <>
      <h1>Bestelling</h1>
      <damage-report
        order-line={orderLine()}
        open={isOpen}
        getToken={fetchToken}
        messages={messages}
        ondamage-report-toggle={({ detail }) => setOpen(detail.open)}
        ondamage-report-step={({ detail }) => setStep(detail.step)}
        ondamage-report-submitted={({ detail }) => setReference(detail.reference)}
      >
        <a href="/contact">Neem contact op</a>
      </damage-report>
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

createRoot(document.getElementById("page")!).render(
  <StrictMode>
    <OrderPage />
  </StrictMode>,
);
