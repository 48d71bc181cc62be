// The pages of the report, one thing a page. main.jsx moves between them.

import { deadline } from "../shared/deadline.js";
import { DAMAGE, DAMAGE_NAMES, SUBJECTS, WISHES, WORDS, needs } from "../shared/words.js";
import { Picker } from "./photos.jsx";

export function Start({ order }) {
  return (
    <>
      <p>{order.device}</p>
      <p class="deadline">{deadline(order)}</p>
      <h3>{WORDS.start.needs}</h3>
      <ul>
        {needs(order).map((need) => (
          <li key={need}>{need}</li>
        ))}
      </ul>
      <p>{WORDS.start.keep}</p>
    </>
  );
}

export function Damage({ order, draft, change, problem }) {
  const toggle = (kind) =>
    change({
      damage: draft.damage.includes(kind) ? draft.damage.filter((other) => other !== kind) : [...draft.damage, kind],
    });
  return (
    <>
      <p class="hint">{WORDS.damage.hint}</p>
      {problem && (
        <p class="wrong" id="problem">
          {problem}
        </p>
      )}
      {Object.entries(DAMAGE).map(([id, { title, kinds }]) => (
        <fieldset key={id}>
          <legend>{title}</legend>
          {Object.entries(kinds).map(([kind, name]) => (
            <label class="choice" key={kind}>
              <input type="checkbox" name={kind} checked={draft.damage.includes(kind)} onChange={() => toggle(kind)} />
              {name}
            </label>
          ))}
        </fieldset>
      ))}
      <div class="field">
        <label for="description">{WORDS.damage.description}</label>
        <p class="hint" id="description-hint">
          {WORDS.damage.descriptionHint}
        </p>
        <textarea
          id="description"
          rows="3"
          maxLength={order.policy.description_max}
          aria-describedby="description-hint"
          value={draft.description}
          onInput={({ currentTarget }) => change({ description: currentTarget.value })}
        />
      </div>
    </>
  );
}

export function Evidence({ order, subject, draft, change, photos, problem }) {
  return (
    <>
      <p class="hint">{WORDS[subject].hint}</p>
      {problem && (
        <p class="wrong" id="problem">
          {problem}
        </p>
      )}
      <Picker order={order} subject={subject} photos={photos} />
      {subject === "label" && (
        <div class="field">
          <label for="number">{WORDS.number}</label>
          <p class="hint" id="number-hint">
            {WORDS.numberHint}
          </p>
          <input
            id="number"
            autocomplete="off"
            aria-describedby="number-hint"
            value={draft.tracking}
            onInput={({ currentTarget }) => change({ tracking: currentTarget.value })}
          />
        </div>
      )}
    </>
  );
}

export function Check({ draft, change, photos, goTo, problem }) {
  return (
    <>
      <p class="hint">{WORDS.check.notSent}</p>
      {problem && (
        <p class="wrong" id="problem">
          {problem}
        </p>
      )}
      <dl class="answers">
        <Answer title={WORDS.check.damage} onChange={() => goTo("damage")}>
          {draft.damage.map((kind) => DAMAGE_NAMES[kind]).join(", ")}
          {draft.description && <p>{draft.description}</p>}
        </Answer>
        {SUBJECTS.map((subject) => (
          <Answer key={subject} title={WORDS[subject].name} onChange={() => goTo(subject)}>
            {subject === "label" && `${WORDS.number}: ${draft.tracking}`}
            <div class="thumbnails">
              {photos.of(subject).map(({ id, thumbnail, name }) => (
                <img key={id} src={thumbnail} alt={name} />
              ))}
            </div>
          </Answer>
        ))}
      </dl>
      <fieldset>
        <legend>{WORDS.check.wish}</legend>
        {Object.entries(WISHES).map(([wish, name]) => (
          <label class="choice" key={wish}>
            <input type="radio" name="wish" checked={draft.wish === wish} onChange={() => change({ wish })} />
            {name}
          </label>
        ))}
      </fieldset>
    </>
  );
}

function Answer({ title, onChange, children }) {
  return (
    <div>
      <dt>
        {title}
        <button type="button" class="link" aria-label={`${WORDS.change}: ${title}`} onClick={onChange}>
          {WORDS.change}
        </button>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Sent({ reference }) {
  return (
    <>
      <p class="reference">
        <span>{WORDS.sent.reference}</span> <strong>{reference}</strong>
      </p>
      <p>{WORDS.sent.next}</p>
    </>
  );
}
