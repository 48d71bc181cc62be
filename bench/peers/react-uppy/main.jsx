// The report in React, with react-hook-form for the answers and Uppy for the photos: what most shops would take.

import { StrictMode, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { FormProvider, useForm } from "react-hook-form";
import { beginDraft, fetchOrder, submitClaim } from "../shared/api.js";
import { obstacle } from "../shared/deadline.js";
import { STEPS, WORDS } from "../shared/words.js";
import { Check, Damage, Evidence, Sent, Start } from "./steps.jsx";
import { createUppies, digests, finishUploads } from "./uppies.js";
import "@uppy/core/css/style.min.css";
import "@uppy/dashboard/css/style.min.css";
import "../shared/page.css";
import "../shared/wizard.css";

const PAGES = {
  start: Start,
  damage: Damage,
  packaging: Evidence,
  label: Evidence,
  device: Evidence,
  check: Check,
  sent: Sent,
};

function Report({ order }) {
  const [step, setStep] = useState(order.claim ? "sent" : "start");
  const [reference, setReference] = useState(order.claim?.reference);
  const [uppies] = useState(() => createUppies(order));
  const form = useForm({
    defaultValues: { damage: [], description: "", tracking: order.consignment.tracking_number, wish: "" },
  });
  const { errors, isSubmitting } = form.formState;
  // How often the report was held up, so that each time the words about it take the focus.
  const [stops, setStops] = useState(0);
  const heading = useRef(null);
  const summary = useRef(null);
  const isFirst = useRef(true);

  // The heading takes the focus with each new page, so that it is read out; not when the shop's page opens.
  useEffect(() => {
    if (!isFirst.current) heading.current.focus();
    isFirst.current = false;
  }, [step]);
  useEffect(() => {
    summary.current?.focus();
  }, [stops]);

  function goTo(next) {
    form.clearErrors();
    setStep(next);
  }

  async function goOn(event) {
    event.preventDefault();
    if (step === "check") {
      await form.handleSubmit(send)();
    } else if (step === "start" || (await form.trigger(step))) {
      if (step === "start") beginDraft();
      return goTo(STEPS[STEPS.indexOf(step) + 1]);
    }
    setStops((before) => before + 1);
  }

  // The button may be pressed while photos are still under way: the claim goes when they are there.
  async function send({ damage, description, tracking, wish }) {
    try {
      if (!(await finishUploads(uppies))) return form.setError("root", { message: WORDS.check.photosFailed });
      const claim = { damage, description, tracking_number: tracking, photos: digests(uppies) };
      setReference(await submitClaim(wish ? { ...claim, wish } : claim));
      setStep("sent");
    } catch {
      form.setError("root", { message: WORDS.check.failed });
    }
  }

  const Page = PAGES[step];
  const place = STEPS.indexOf(step);
  const problem = (errors[step] ?? errors.root)?.message;
  return (
    <FormProvider {...form}>
      <form className="step" data-step={step} noValidate onSubmit={goOn}>
        {problem && (
          <div className="summary" tabIndex="-1" ref={summary}>
            <h3>{WORDS.before}</h3>
            <a href="#problem">{problem}</a>
          </div>
        )}
        {place >= 1 && step !== "sent" && <p className="place">{WORDS.place(place)}</p>}
        <h2 tabIndex="-1" ref={heading}>
          {WORDS[step].title}
        </h2>
        <Page key={step} order={order} subject={step} uppies={uppies} goTo={goTo} reference={reference} />
        {step !== "sent" && (
          <div className="actions">
            {step !== "start" && (
              <button type="button" className="back" onClick={() => goTo(STEPS[place - 1])}>
                {WORDS.back}
              </button>
            )}
            <button className="primary" disabled={isSubmitting}>
              {step === "start" && WORDS.start.begin}
              {step === "check" && (isSubmitting ? WORDS.check.sending : WORDS.check.send)}
              {step !== "start" && step !== "check" && WORDS.goOn}
            </button>
          </div>
        )}
      </form>
    </FormProvider>
  );
}

function App() {
  const [order, setOrder] = useState(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    fetchOrder().then(setOrder, () => setFailed(true));
  }, []);
  if (hasFailed) return <p>{WORDS.unreachable}</p>;
  if (!order) return <p>{WORDS.loading}</p>;
  const why = !order.claim && obstacle(order);
  return why ? <p>{why}</p> : <Report order={order} />;
}

createRoot(document.getElementById("report")).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
