// The pages of the report as markup. All are there from the start; main.js shows one at a time.

import { deadline } from "../shared/deadline.js";
import { DAMAGE, SUBJECTS, WISHES, WORDS, needs } from "../shared/words.js";

/** The form, with nothing in it that anybody typed: what comes from the backend is put in by main.js. */
export function markup(order) {
  return `
    <form class="step" novalidate>
      <div class="summary" tabindex="-1" hidden>
        <h3>${WORDS.before}</h3>
        <a href="#problem"></a>
      </div>
      <p class="wrong" id="problem" hidden></p>
      ${start(order)}
      ${damage(order)}
      ${SUBJECTS.map(evidence).join("")}
      ${check()}
      ${page(
        "sent",
        `
        <p class="reference"><span>${WORDS.sent.reference}</span> <strong></strong></p>
        <p>${WORDS.sent.next}</p>
      `,
      )}
      <div class="actions">
        <button type="button" class="back">${WORDS.back}</button>
        <button class="primary"></button>
      </div>
    </form>`;
}

function page(step, content, place) {
  return `
    <section class="step" data-step="${step}" hidden>
      ${place ? `<p class="place">${WORDS.place(place)}</p>` : ""}
      <h2 tabindex="-1">${WORDS[step].title}</h2>
      ${content}
    </section>`;
}

function start(order) {
  return page(
    "start",
    `
    <p class="device"></p>
    <p class="deadline">${deadline(order)}</p>
    <h3>${WORDS.start.needs}</h3>
    <ul>${needs(order)
      .map((need) => `<li>${need}</li>`)
      .join("")}</ul>
    <p>${WORDS.start.keep}</p>
  `,
  );
}

function damage(order) {
  const groups = Object.values(DAMAGE).map(
    ({ title, kinds }) => `
    <fieldset>
      <legend>${title}</legend>
      ${choices("checkbox", "damage", kinds)}
    </fieldset>`,
  );
  return page(
    "damage",
    `
    <p class="hint">${WORDS.damage.hint}</p>
    ${groups.join("")}
    <div class="field">
      <label for="description">${WORDS.damage.description}</label>
      <p class="hint" id="description-hint">${WORDS.damage.descriptionHint}</p>
      <textarea id="description" name="description" rows="3" maxlength="${order.policy.description_max}" aria-describedby="description-hint"></textarea>
    </div>
  `,
    1,
  );
}

function evidence(subject, index) {
  const number = `
    <div class="field">
      <label for="number">${WORDS.number}</label>
      <p class="hint" id="number-hint">${WORDS.numberHint}</p>
      <input id="number" name="tracking" autocomplete="off" aria-describedby="number-hint">
    </div>`;
  return page(
    subject,
    `
    <p class="hint">${WORDS[subject].hint}</p>
    <input type="file" id="${subject}" multiple>
    <p class="hint count" role="status"></p>
    ${subject === "label" ? number : ""}
  `,
    index + 2,
  );
}

function check() {
  const answer = (step, title, content) => `
    <div>
      <dt>${title} <button type="button" class="link" data-change="${step}" aria-label="${WORDS.change}: ${title}">${WORDS.change}</button></dt>
      <dd>${content}</dd>
    </div>`;
  const photos = SUBJECTS.map((subject) =>
    answer(
      subject,
      WORDS[subject].name,
      `
    ${subject === "label" ? `${WORDS.number}: <span data-answer="tracking"></span>` : ""}
    <div class="thumbnails" data-thumbnails="${subject}"></div>`,
    ),
  );
  return page(
    "check",
    `
    <p class="hint">${WORDS.check.notSent}</p>
    <dl class="answers">
      ${answer("damage", WORDS.check.damage, `<span data-answer="damage"></span><p data-answer="description"></p>`)}
      ${photos.join("")}
    </dl>
    <fieldset>
      <legend>${WORDS.check.wish}</legend>
      ${choices("radio", "wish", WISHES)}
    </fieldset>
  `,
    5,
  );
}

function choices(type, name, values) {
  return Object.entries(values)
    .map(
      ([value, words]) => `
    <label class="choice"><input type="${type}" name="${name}" value="${value}"${value ? "" : " checked"}> ${words}</label>`,
    )
    .join("");
}
