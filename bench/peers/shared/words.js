// The words of the report, as the widget says them (locales/nl.json), for what the peers have of it.

export const SUBJECTS = ["packaging", "label", "device"];
export const STEPS = ["start", "damage", ...SUBJECTS, "check", "sent"];

export const DAMAGE = {
  cosmetic: {
    title: "Aan de buitenkant",
    kinds: {
      screen_broken: "Scherm gebarsten of gebroken",
      casing_broken: "Achterkant of rand gebarsten of gebroken",
      dent: "Deuk",
      scratches: "Krassen",
    },
  },
  functional: {
    title: "Het werkt niet goed",
    kinds: {
      display: "Beeld of aanraken werkt niet goed",
      camera: "Camera",
      sound: "Luidspreker of microfoon",
      charging: "Opladen of batterij",
      buttons: "Knoppen of aansluitingen",
      does_not_start: "Toestel start niet op",
      other_functional: "Iets anders werkt niet goed",
    },
  },
};
export const DAMAGE_NAMES = { ...DAMAGE.cosmetic.kinds, ...DAMAGE.functional.kinds };

export const WISHES = { "": "Geen voorkeur", replacement: "Een vervangend toestel", refund: "Mijn geld terug" };

export const WORDS = {
  loading: "Even geduld…",
  unreachable: "Er is geen verbinding met de winkel. Laad de pagina opnieuw, of neem contact op.",
  place: (n) => `Stap ${n} van 5`,
  back: "Terug",
  goOn: "Verder",
  again: "Probeer opnieuw",
  change: "Wijzig",
  before: "Voordat je verder gaat",
  start: {
    title: "Meld dat je toestel beschadigd aankwam",
    needs: "Dit heb je nodig",
    keep: "Bewaar de verpakking tot het probleem is opgelost",
    begin: "Begin",
  },
  damage: {
    title: "Wat is er beschadigd?",
    hint: "Kies alles wat klopt.",
    missing: "Kies wat er beschadigd is",
    description: "Wil je er iets over zeggen?",
    descriptionHint: "Hoeft niet. Bijvoorbeeld hoe het pakket aankwam.",
  },
  packaging: {
    title: "Fotografeer de verpakking",
    hint: "De doos of envelop van buiten, met deuken, scheuren of vlekken in beeld.",
    name: "De verpakking",
    of: "van de verpakking",
  },
  label: {
    title: "Fotografeer het verzendlabel",
    hint: "Het hele label op het pakket, zo dichtbij dat trackingnummer en streepjescode te lezen zijn.",
    name: "Het verzendlabel",
    of: "van het verzendlabel",
  },
  device: {
    title: "Fotografeer het toestel",
    hint: "Het hele toestel, de schade van dichtbij, en nog een andere kant.",
    name: "Het toestel",
    of: "van het toestel",
  },
  number: "Trackingnummer",
  numberHint: "Staat er een ander nummer op het label? Verbeter het dan hier.",
  photos: {
    choose: "Kies foto’s",
    preparing: "Wordt klaargemaakt…",
    sending: "Wordt verzonden…",
    kept: "Ontvangen",
    failed: "Niet verzonden",
    remove: "Verwijder",
    full: (max) => `Er passen ${max} foto’s in een melding`,
  },
  check: {
    title: "Controleer en verstuur",
    notSent: "Je melding is nog niet verstuurd. Klopt alles?",
    damage: "Wat er beschadigd is",
    wish: "Wat heb je het liefst?",
    send: "Verstuur de schademelding",
    sending: "Wordt verstuurd…",
    failed: "Je melding is nog niet verstuurd. Probeer het zo opnieuw.",
    photosFailed: "Niet alle foto’s zijn verzonden. Ga terug en probeer het daar opnieuw.",
  },
  sent: {
    title: "Je schademelding is ontvangen",
    reference: "Je meldingsnummer",
    next: "De verkoper neemt contact met je op. Bewaar de verpakking tot dit is opgelost.",
  },
};

const photos = (n) => (n === 1 ? "1 foto" : `${n} foto’s`);

/** How many photos of `subject` the shop asks for. */
export const needed = (order, subject) => order.policy[`${subject}_photos`];

/** The photos that the customer will need, a line each. */
export const needs = (order) => SUBJECTS.map((subject) => `${photos(needed(order, subject))} ${WORDS[subject].of}`);

/** How many photos there are, and how many there must be. */
export const counted = (have, need) => `${photos(have)}, minstens ${need} nodig`;

/** The missing answers, or an empty list. */
export function tooFew(order, subject, have) {
  const missing = needed(order, subject) - have;
  if (missing > 0) return `Voeg ${have ? "nog " : ""}${photos(missing)} ${WORDS[subject].of} toe`;
}
