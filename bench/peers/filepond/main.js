// The report in plain JavaScript, with FilePond for the photos: what a shop without a framework would take.

import { beginDraft, fetchOrder, submitClaim } from "../shared/api.js";
import { obstacle } from "../shared/deadline.js";
import { DAMAGE_NAMES, STEPS, SUBJECTS, WORDS, counted, needed, tooFew } from "../shared/words.js";
import { markup } from "./markup.js";
import { createPonds } from "./ponds.js";
import "../shared/page.css";
import "../shared/wizard.css";

const report = document.getElementById("report");
const find = (css) => report.querySelector(css);

let order;
let form;
let ponds;
let step;
let isSending = false;

start();

async function start() {
  try {
    order = await fetchOrder();
  } catch {
    return say(WORDS.unreachable);
  }
  const why = !order.claim && obstacle(order);
  if (why) return say(why);

  report.innerHTML = markup(order);
  form = find("form");
  find(".device").textContent = order.device;
  form.elements.tracking.value = order.consignment.tracking_number;
  ponds = createPonds(order, onPhotos);
  form.addEventListener("submit", goOn);
  form.addEventListener("change", () => {
    if (!missing()) showProblem();
  });
  find(".back").addEventListener("click", () => show(STEPS[STEPS.indexOf(step) - 1]));
  for (const button of report.querySelectorAll("[data-change]")) {
    button.addEventListener("click", () => show(button.dataset.change));
  }
  onPhotos();
  if (order.claim) showSent(order.claim.reference);
  else show("start");
}

function say(words) {
  const paragraph = document.createElement("p");
  paragraph.textContent = words;
  report.replaceChildren(paragraph);
}

function show(next) {
  // The heading takes the focus with each new page, so that it is read out; not when the shop's page opens.
  const isFirst = !step;
  step = next;
  form.dataset.at = step;
  for (const page of report.querySelectorAll("[data-step]")) page.hidden = page.dataset.step !== step;
  showProblem();
  showActions();
  if (step === "check") showAnswers();
  if (!isFirst) find(`[data-step="${step}"] h2`).focus();
}

function showActions() {
  find(".actions").hidden = step === "sent";
  find(".back").hidden = step === "start";
  const button = find(".primary");
  button.disabled = isSending;
  if (step === "start") button.textContent = WORDS.start.begin;
  else if (step === "check") button.textContent = isSending ? WORDS.check.sending : WORDS.check.send;
  else button.textContent = WORDS.goOn;
}

/** Says what keeps the report up, above the page and on it, or no more. */
function showProblem(words = "") {
  const summary = find(".summary");
  const problem = find("#problem");
  summary.hidden = problem.hidden = !words;
  summary.querySelector("a").textContent = problem.textContent = words;
  find(`[data-step="${step}"] h2`).after(problem);
  if (words) summary.focus();
}

function showAnswers() {
  const { damage, description, tracking } = answers();
  find('[data-answer="damage"]').textContent = damage.map((kind) => DAMAGE_NAMES[kind]).join(", ");
  find('[data-answer="description"]').textContent = description;
  find('[data-answer="tracking"]').textContent = tracking;
  for (const subject of SUBJECTS) {
    const pictures = ponds.thumbnails(subject).map((attributes) => Object.assign(new Image(), attributes));
    find(`[data-thumbnails="${subject}"]`).replaceChildren(...pictures);
  }
}

function showSent(reference) {
  find(".reference strong").textContent = reference;
  show("sent");
}

function answers() {
  const data = new FormData(form);
  return {
    damage: data.getAll("damage"),
    description: data.get("description"),
    tracking: data.get("tracking"),
    wish: data.get("wish"),
  };
}

function missing() {
  if (step === "damage" && answers().damage.length === 0) return WORDS.damage.missing;
  if (SUBJECTS.includes(step)) return tooFew(order, step, ponds.count(step));
}

function goOn(event) {
  event.preventDefault();
  const problem = missing();
  if (problem) return showProblem(problem);
  if (step === "start") beginDraft();
  if (step !== "check") return show(STEPS[STEPS.indexOf(step) + 1]);
  isSending = true;
  showProblem();
  showActions();
  sendWhenReady();
}

/** Something became of a photo. */
function onPhotos() {
  for (const subject of SUBJECTS) {
    find(`[data-step="${subject}"] .count`).textContent = counted(ponds.count(subject), needed(order, subject));
  }
  if (step && !missing()) showProblem();
  if (step === "check") showAnswers();
  if (isSending) sendWhenReady();
}

/** The button may be pressed while photos are still under way: the claim goes when they are there. */
async function sendWhenReady() {
  if (ponds.haveFailed()) return stop(WORDS.check.photosFailed);
  if (!ponds.areSent()) return;
  try {
    const { damage, description, tracking, wish } = answers();
    const claim = { damage, description, tracking_number: tracking, photos: ponds.digests() };
    showSent(await submitClaim(wish ? { ...claim, wish } : claim));
  } catch {
    stop(WORDS.check.failed);
  }
}

function stop(words) {
  isSending = false;
  showActions();
  showProblem(words);
}
