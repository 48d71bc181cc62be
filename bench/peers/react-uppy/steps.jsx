// The pages of the report, one thing a page. main.jsx moves between them.

import { useUppyState } from "@uppy/react";
import Dashboard from "@uppy/react/dashboard";
import { useEffect, useState } from "react";
import { useFormContext } from "react-hook-form";
import { deadline } from "../shared/deadline.js";
import { DAMAGE, DAMAGE_NAMES, SUBJECTS, WISHES, WORDS, counted, needed, needs, tooFew } from "../shared/words.js";

export function Start({ order }) {
  return (
    <>
      <p>{order.device}</p>
      <p className="deadline">{deadline(order)}</p>
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

export function Damage({ order }) {
  const {
    register,
    trigger,
    formState: { errors },
  } = useFormContext();
  const damage = register("damage", {
    validate: (kinds) => kinds.length > 0 || WORDS.damage.missing,
    // The form looks again by itself only after it was submitted, and this one is submitted page by page.
    onChange: () => errors.damage && trigger("damage"),
  });
  return (
    <>
      <p className="hint">{WORDS.damage.hint}</p>
      <Problem name="damage" />
      {Object.entries(DAMAGE).map(([id, { title, kinds }]) => (
        <fieldset key={id}>
          <legend>{title}</legend>
          {Object.entries(kinds).map(([kind, name]) => (
            <label className="choice" key={kind}>
              <input type="checkbox" value={kind} {...damage} />
              {name}
            </label>
          ))}
        </fieldset>
      ))}
      <div className="field">
        <label htmlFor="description">{WORDS.damage.description}</label>
        <p className="hint" id="description-hint">
          {WORDS.damage.descriptionHint}
        </p>
        <textarea
          id="description"
          rows="3"
          maxLength={order.policy.description_max}
          aria-describedby="description-hint"
          {...register("description")}
        />
      </div>
    </>
  );
}

export function Evidence({ order, subject, uppies }) {
  const uppy = uppies[subject];
  const {
    register,
    trigger,
    formState: { errors },
  } = useFormContext();
  const count = useUppyState(uppy, ({ files }) => Object.keys(files).length);
  const isWrong = Boolean(errors[subject]);

  // The photos lie in Uppy; the form only asks how many there are.
  register(subject, { validate: () => tooFew(order, subject, uppy.getFiles().length) ?? true });
  useEffect(() => {
    if (isWrong) trigger(subject);
  }, [count, isWrong, subject, trigger]);

  return (
    <>
      <p className="hint">{WORDS[subject].hint}</p>
      <Problem name={subject} />
      <Dashboard
        uppy={uppy}
        width="100%"
        height={320}
        hideUploadButton
        showRemoveButtonAfterComplete
        doneButtonHandler={null}
        proudlyDisplayPoweredByUppy={false}
      />
      <p className="hint" role="status">
        {counted(count, needed(order, subject))}
      </p>
      {subject === "label" && (
        <div className="field">
          <label htmlFor="number">{WORDS.number}</label>
          <p className="hint" id="number-hint">
            {WORDS.numberHint}
          </p>
          <input id="number" autoComplete="off" aria-describedby="number-hint" {...register("tracking")} />
        </div>
      )}
    </>
  );
}

export function Check({ uppies, goTo }) {
  const { register, getValues } = useFormContext();
  const { damage, description, tracking } = getValues();
  return (
    <>
      <p className="hint">{WORDS.check.notSent}</p>
      <Problem name="root" />
      <dl className="answers">
        <Answer title={WORDS.check.damage} onChange={() => goTo("damage")}>
          {damage.map((kind) => DAMAGE_NAMES[kind]).join(", ")}
          {description && <p>{description}</p>}
        </Answer>
        {SUBJECTS.map((subject) => (
          <Answer key={subject} title={WORDS[subject].name} onChange={() => goTo(subject)}>
            {subject === "label" && `${WORDS.number}: ${tracking}`}
            <div className="thumbnails">
              {uppies[subject].getFiles().map((file) => (
                <Thumbnail key={file.id} file={file} />
              ))}
            </div>
          </Answer>
        ))}
      </dl>
      <fieldset>
        <legend>{WORDS.check.wish}</legend>
        {Object.entries(WISHES).map(([wish, name]) => (
          <label className="choice" key={wish}>
            <input type="radio" value={wish} {...register("wish")} />
            {name}
          </label>
        ))}
      </fieldset>
    </>
  );
}

/** The Dashboard makes thumbnails while it is shown. A customer who continues sooner sees the photo itself. */
function Thumbnail({ file }) {
  const [address] = useState(() => file.preview ?? URL.createObjectURL(file.data));
  return <img src={address} alt={file.name} />;
}

function Answer({ title, onChange, children }) {
  return (
    <div>
      <dt>
        {title}
        <button type="button" className="link" aria-label={`${WORDS.change}: ${title}`} onClick={onChange}>
          {WORDS.change}
        </button>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function Problem({ name }) {
  const {
    formState: { errors },
  } = useFormContext();
  return (
    errors[name] && (
      <p className="wrong" id="problem">
        {errors[name].message}
      </p>
    )
  );
}

export function Sent({ reference }) {
  return (
    <>
      <p className="reference">
        <span>{WORDS.sent.reference}</span> <strong>{reference}</strong>
      </p>
      <p>{WORDS.sent.next}</p>
    </>
  );
}
