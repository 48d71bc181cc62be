// The report in Preact, with everything else by hand: as little as such a wizard can be.

import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { beginDraft, fetchOrder, submitClaim } from "../shared/api.js";
import { obstacle } from "../shared/deadline.js";
import { STEPS, SUBJECTS, WORDS, tooFew } from "../shared/words.js";
import { digests, usePhotos } from "./photos.jsx";
import { Check, Damage, Evidence, Sent, Start } from "./steps.jsx";
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
  const [draft, setDraft] = useState({
    damage: [],
    description: "",
    tracking: order.consignment.tracking_number,
    wish: "",
  });
  const photos = usePhotos(order.policy.photos_max);
  // How often Continue was pressed on this page, so that what is wrong is said then and not before.
  const [tries, setTries] = useState(0);
  const [failure, setFailure] = useState();
  const [isSending, setSending] = useState(false);
  const heading = useRef();
  const summary = useRef();
  const isFirst = useRef(true);

  // The heading takes the focus with each new page, so that it is read out; not when the shop's page opens.
  useEffect(() => {
    if (!isFirst.current) heading.current.focus();
    isFirst.current = false;
  }, [step]);
  const problem = tries > 0 && (missing() ?? failure);
  useEffect(() => {
    summary.current?.focus();
  }, [tries, failure]);

  // The button may be pressed while photos are still under way: the claim goes when they are there.
  useEffect(() => {
    if (!isSending) return;
    if (photos.all.some(({ state }) => state === "failed")) {
      setSending(false);
      setFailure(WORDS.check.photosFailed);
    } else if (photos.all.every(({ state }) => state === "kept")) {
      send();
    }
  }, [isSending, photos.all]);

  async function send() {
    try {
      const { damage, description, tracking, wish } = draft;
      const claim = { damage, description, tracking_number: tracking, photos: digests(photos) };
      setReference(await submitClaim(wish ? { ...claim, wish } : claim));
      setStep("sent");
    } catch {
      setFailure(WORDS.check.failed);
    }
    setSending(false);
  }

  function goTo(next) {
    setTries(0);
    setFailure();
    setStep(next);
  }

  function goOn(event) {
    event.preventDefault();
    setTries(tries + 1);
    setFailure();
    if (missing()) return;
    if (step === "check") return setSending(true);
    if (step === "start") beginDraft();
    goTo(STEPS[STEPS.indexOf(step) + 1]);
  }

  function missing() {
    if (step === "damage" && draft.damage.length === 0) return WORDS.damage.missing;
    if (SUBJECTS.includes(step)) {
      return tooFew(order, step, photos.of(step).filter(({ state }) => state !== "failed").length);
    }
  }

  const Page = PAGES[step];
  const place = STEPS.indexOf(step);
  return (
    <form class="step" data-step={step} noValidate onSubmit={goOn}>
      {problem && (
        <div class="summary" tabIndex="-1" ref={summary}>
          <h3>{WORDS.before}</h3>
          <a href="#problem">{problem}</a>
        </div>
      )}
      {place >= 1 && step !== "sent" && <p class="place">{WORDS.place(place)}</p>}
      <h2 tabIndex="-1" ref={heading}>
        {WORDS[step].title}
      </h2>
      <Page
        order={order}
        subject={step}
        draft={draft}
        change={(change) => setDraft((before) => ({ ...before, ...change }))}
        photos={photos}
        goTo={goTo}
        problem={problem}
        reference={reference}
      />
      {step !== "sent" && (
        <div class="actions">
          {step !== "start" && (
            <button type="button" class="back" onClick={() => goTo(STEPS[place - 1])}>
              {WORDS.back}
            </button>
          )}
          <button class="primary" disabled={isSending}>
            {step === "start" && WORDS.start.begin}
            {step === "check" && (isSending ? WORDS.check.sending : WORDS.check.send)}
            {step !== "start" && step !== "check" && WORDS.goOn}
          </button>
        </div>
      )}
    </form>
  );
}

function App() {
  const [order, setOrder] = useState();
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    fetchOrder().then(setOrder, () => setFailed(true));
  }, []);
  if (hasFailed) return <p>{WORDS.unreachable}</p>;
  if (!order) return <p>{WORDS.loading}</p>;
  const why = !order.claim && obstacle(order);
  return why ? <p>{why}</p> : <Report order={order} />;
}

const place = document.getElementById("report");
place.replaceChildren();
render(<App />, place);
