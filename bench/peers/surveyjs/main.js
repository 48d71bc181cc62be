// The report as a survey by SurveyJS: what a shop would take that describes its forms and does not write them.

import { Model, getLocaleStrings } from "survey-core";
import "survey-core/i18n/dutch";
import "survey-js-ui";
// The style sheet with fonts fetches them from Google, which a shop in Europe may not do unasked.
import "survey-core/survey-core.fontless.min.css";
import { beginDraft, discardPhoto, fetchOrder, keepPhoto, submitClaim } from "../shared/api.js";
import { obstacle } from "../shared/deadline.js";
import { SUBJECTS, WORDS } from "../shared/words.js";
import { shrink } from "./shrink.js";
import { answersHtml, sentHtml, surveyJson } from "./survey.js";
import "../shared/page.css";
import "../shared/wizard.css";
import "./survey.css";

const report = document.getElementById("report");
/** The photos that were sent, by digest: for previews, so that they need not be fetched again. */
const pictures = new Map();

start();

async function start() {
  let order;
  try {
    order = await fetchOrder();
  } catch {
    return say(WORDS.unreachable);
  }
  const why = !order.claim && obstacle(order);
  if (why) return say(why);
  if (order.claim) report.innerHTML = `<div class="sd-completedpage">${sentHtml(order.claim.reference)}</div>`;
  else createSurvey(order).render(report);
}

function say(words) {
  const paragraph = document.createElement("p");
  paragraph.textContent = words;
  report.replaceChildren(paragraph);
}

function createSurvey(order) {
  Object.assign(getLocaleStrings("nl"), { chooseFileCaption: WORDS.photos.choose, progressText: "Stap {0} van {1}" });
  const survey = new Model(surveyJson(order));
  survey.applyTheme({
    themeName: "default",
    isPanelless: true,
    cssVariables: {
      "--sjs-general-backcolor-dim": "#fff",
      "--sjs-primary-backcolor": "#0b5a63",
      "--sjs-primary-backcolor-dark": "#084850",
      "--sjs-primary-backcolor-light": "#0b5a631a",
      "--sjs-shadow-inner": "inset 0 0 0 1px #75847f",
      "--sjs-shadow-small": "0 0 0 1px #75847f",
      "--sjs-font-family": "system-ui, sans-serif",
    },
  });
  survey.onStarted.add(beginDraft);
  survey.onUploadFiles.add(upload);
  survey.onDownloadFile.add((_, { content, callback }) => callback("success", pictures.get(content)));
  survey.onClearFiles.add(clear);
  survey.onCurrentPageChanged.add((_, { newCurrentPage }) => {
    if (newCurrentPage.name === "check") survey.getQuestionByName("answers").html = answersHtml(survey.data, pictures);
  });
  survey.onCompleting.add(send);
  return survey;
}

// All photos of one choice are shown and counted together, once the last is sent: SurveyJS is told once for all.
async function upload(_, { files, name, callback }) {
  try {
    const kept = [];
    for (const file of files) {
      const jpeg = await shrink(file);
      kept.push(
        keepPhoto(jpeg, name).then((sha256) => {
          pictures.set(sha256, URL.createObjectURL(jpeg));
          return { file, content: sha256 };
        }),
      );
    }
    callback(await Promise.all(kept));
  } catch {
    callback([], [WORDS.photos.failed]);
  }
}

async function clear(_, { fileName, value, callback }) {
  const cleared = [value].flat().filter(({ name }) => fileName === null || name === fileName);
  await Promise.all(cleared.map(({ content }) => discardPhoto(content)));
  callback("success", value);
}

async function send(survey, options) {
  const { cosmetic = [], functional = [], description = "", tracking = "", wish, ...photos } = survey.data;
  const claim = {
    damage: [...cosmetic, ...functional],
    description,
    tracking_number: tracking,
    photos: digests(photos),
  };
  try {
    survey.completedHtml = sentHtml(await submitClaim(wish === "none" ? claim : { ...claim, wish }));
  } catch {
    options.allow = false;
    options.message = WORDS.check.failed;
  }
}

/** The digests of the photos, as a claim names them. */
function digests(photos) {
  return Object.fromEntries(
    SUBJECTS.map((subject) => [subject, [...new Set(photos[subject].map(({ content }) => content))]]),
  );
}
