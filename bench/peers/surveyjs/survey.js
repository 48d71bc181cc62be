// The report as SurveyJS wants it: a description of pages and questions, with what must be answered.

import { deadline } from "../shared/deadline.js";
import { DAMAGE, DAMAGE_NAMES, SUBJECTS, WISHES, WORDS, needed, needs } from "../shared/words.js";

/** The survey for one order line: a page a step. */
export function surveyJson(order) {
  return {
    locale: "nl",
    firstPageIsStartPage: true,
    showProgressBar: true,
    progressBarLocation: "aboveheader",
    requiredMark: "",
    startSurveyText: WORDS.start.begin,
    pageNextText: WORDS.goOn,
    pagePrevText: WORDS.back,
    completeText: WORDS.check.send,
    pages: [start(order), damage(order), ...SUBJECTS.map((subject) => evidence(order, subject)), check()],
  };
}

function start(order) {
  const html = `
    <p class="deadline">${deadline(order)}</p>
    <p><strong>${WORDS.start.needs}</strong></p>
    <ul>${needs(order)
      .map((need) => `<li>${need}</li>`)
      .join("")}</ul>
    <p>${WORDS.start.keep}</p>`;
  return {
    name: "start",
    title: WORDS.start.title,
    description: order.device,
    elements: [{ type: "html", name: "about", html }],
  };
}

function damage(order) {
  const kinds = (name, other) => ({
    type: "checkbox",
    name,
    title: DAMAGE[name].title,
    choices: choices(DAMAGE[name].kinds),
    ...(other && { requiredIf: `{${other}} empty`, requiredErrorText: WORDS.damage.missing }),
  });
  return {
    name: "damage",
    title: WORDS.damage.title,
    description: WORDS.damage.hint,
    elements: [
      kinds("cosmetic", "functional"),
      kinds("functional"),
      {
        type: "comment",
        name: "description",
        title: WORDS.damage.description,
        description: WORDS.damage.descriptionHint,
        rows: 3,
        maxLength: order.policy.description_max,
      },
    ],
  };
}

function evidence(order, subject) {
  const need = needed(order, subject);
  const tooFew = `Voeg minstens ${need === 1 ? "1 foto" : `${need} foto’s`} ${WORDS[subject].of} toe`;
  const photos = {
    type: "file",
    name: subject,
    title: WORDS[subject].name,
    allowMultiple: true,
    maxFiles: order.policy.photos_max,
    acceptedTypes: "image/jpeg,image/png,image/webp",
    storeDataAsText: false,
    waitForUpload: true,
    isRequired: true,
    requiredErrorText: tooFew,
    validators: [
      { type: "answercount", minCount: need, text: tooFew },
      {
        type: "expression",
        expression: `{packaging.length} + {label.length} + {device.length} <= ${order.policy.photos_max}`,
        text: WORDS.photos.full(order.policy.photos_max),
      },
    ],
  };
  const number = {
    type: "text",
    name: "tracking",
    title: WORDS.number,
    description: WORDS.numberHint,
    autocomplete: "off",
    defaultValue: order.consignment.tracking_number,
  };
  return {
    name: subject,
    title: WORDS[subject].title,
    description: WORDS[subject].hint,
    elements: subject === "label" ? [photos, number] : [photos],
  };
}

function check() {
  return {
    name: "check",
    title: WORDS.check.title,
    description: WORDS.check.notSent,
    elements: [
      // Its text is filled in when the page is opened.
      { type: "html", name: "answers" },
      { type: "radiogroup", name: "wish", title: WORDS.check.wish, choices: choices(WISHES), defaultValue: "none" },
    ],
  };
}

/** SurveyJS takes an empty value for no answer. */
function choices(values) {
  return Object.entries(values).map(([value, text]) => ({ value: value || "none", text }));
}

/** All answers on one page. `pictures` gives the address of a photo by its digest. */
export function answersHtml({ cosmetic = [], functional = [], description = "", tracking = "", ...photos }, pictures) {
  const answer = (title, html) => `<div><dt>${title}</dt><dd>${html}</dd></div>`;
  const thumbnails = (subject) =>
    photos[subject]
      .map(({ name, content }) => `<img src="${pictures.get(content)}" alt="${escapeHtml(name)}">`)
      .join("");
  const damage = [...cosmetic, ...functional].map((kind) => DAMAGE_NAMES[kind]).join(", ");
  return `
    <dl class="answers">
      ${answer(WORDS.check.damage, `${damage}<p>${escapeHtml(description)}</p>`)}
      ${SUBJECTS.map((subject) =>
        answer(
          WORDS[subject].name,
          `
        ${subject === "label" ? `${WORDS.number}: ${escapeHtml(tracking)}` : ""}
        <div class="thumbnails">${thumbnails(subject)}</div>`,
        ),
      ).join("")}
    </dl>`;
}

export function sentHtml(reference) {
  return `
    <h2>${WORDS.sent.title}</h2>
    <p class="reference"><span>${WORDS.sent.reference}</span> <strong>${reference}</strong></p>
    <p>${WORDS.sent.next}</p>`;
}

function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
