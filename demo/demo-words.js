// The words of the demo page, in Dutch and English, and dates, times and prices as each language writes them.
//
// The widget's words are not here: it brings its own. Nothing here counts days; a deadline is for the widget to say.

/** The languages of the page; the first is the one without `?lang=`. */
export const LANGUAGES = ["nl", "en"];

/** The words of one language: text by name, or a function where something is filled in. */
export const WORDS = {
  nl: {
    title: "Mijn bestellingen – Nogeen",
    skip: "Naar je bestellingen",
    menu: "Hoofdmenu",
    languages: "Taal",
    orders: "Mijn bestellingen",
    contact: "Contact",
    signedIn: "Ingelogd als Noor Visser",
    lead: "Is er iets met je toestel? Vraag om hulp bij de bestelling, dan lossen we het op.",
    waiting: "Je bestellingen komen eraan…",
    noOrders: "Je hebt nog niets besteld.",
    unreachable: "We kunnen je bestellingen nu niet ophalen. Kijk of je verbinding hebt en probeer het opnieuw.",
    again: "Probeer opnieuw",
    order: (number) => `Bestelling ${number}`,
    placed: (day) => `Geplaatst op ${day}`,
    grades: { premium: "Premium", excellent: "Uitstekend", good: "Goed", fair: "Oké" },
    grade: (grade) => `Conditie ${grade}`,
    delivered: (on) => `Bezorgd op ${on}`,
    onItsWay: "Onderweg naar jou",
    parcel: (carrier, number) => `${carrier} ${number}`,
    help: "Vraag om hulp",
    helpReported: "Bekijk je melding",
    helpResume: "Ga verder met je melding",
    panel: (device) => `Hulp bij ${device}`,
    reported: "Schade gemeld",
    fallback: "Lukt het melden hier niet?",
    fallbackLink: "Neem contact op met Nogeen",
    otherwise: "Gaat het om iets anders?",
    otherwiseLink: "Neem contact op",
    contactLead: "Gaat het om iets anders, of kom je er niet uit? Schrijf ons, we denken met je mee.",
    mail: "Mail",
    open: "Open",
    hours: "maandag t/m vrijdag, 9.00–17.30 uur",
    answer: "Antwoord",
    answerWithin: "binnen één werkdag, van een mens",
    colophon: "Nogeen, nog één keer mee: gebruikte toestellen, nagekeken en weer goed. Deze winkel is verzonnen.",
    demoStrip: "Demo, kort",
    demoMark: "Demo",
    toTools: "Knoppen",
    demoTitle: "Alleen in deze demo",
    demoLead:
      "Zet de klok van de winkel vooruit, geef de winkel een ander uiterlijk, of speel de verkoper. Een echte winkel heeft dit niet.",
    shopClock: "Winkelklok",
    hour: "+ 1 uur",
    day: "+ 1 dag",
    lastMinute: "Naar 23:59",
    reset: "Terug naar nu",
    clockMoved: (moment) => `In de winkel is het nu ${moment}.`,
    clockFailed: "De klok is niet verzet: de backend geeft geen antwoord.",
    madeUpHoliday: (day) => `(${day} is in deze demo een feestdag)`,
    lookTitle: "Uiterlijk",
    lookLead: "De widget neemt de kleuren, letters en hoeken van de winkel over.",
    looks: "Winkel",
    lookShop: "Nogeen",
    lookWarm: "Warm",
    lookStark: "Strak",
    schemes: "Licht of donker",
    schemeDevice: "Zoals je toestel",
    schemeLight: "Licht",
    schemeDark: "Donker",
    scenesTitle: "Zo begint de demo",
    scenes: {
      delivered_yesterday: "Gisteren bezorgd",
      long_weekend: "Net voor een lang weekend bezorgd",
      closes_today: "Melden kan nog vandaag",
      closed: "Melden kan niet meer",
      on_its_way: "Nog onderweg",
      reported: "Al gemeld",
    },
    sellerTitle: "De verkoper",
    noClaims: "Er is nog niets gemeld.",
    claimFailed: "De melding is niet op te halen: de backend geeft geen antwoord.",
    eventFailed: "Niet gelukt: de backend geeft geen antwoord.",
    eventRefused: "De backend weigert dit nu:",
    eventDone: (what) => `Gedaan: ${what}.`,
    tracks: { investigation: "Onderzoek bij de vervoerder", return_shipment: "Retour", resolution: "Oplossing" },
    standings: {
      not_started: () => "Nog niet begonnen",
      open: (on) => `Loopt sinds ${on}`,
      concluded: (on) => `Afgerond op ${on}`,
      label_pending: () => "Nog geen retourlabel",
      label_issued: (on) => `Retourlabel verstuurd op ${on}`,
      handed_over: (on) => `Afgegeven op ${on}`,
      received: (on) => `Ontvangen op ${on}`,
      pending: () => "De termijn loopt nog niet",
      replaced: (on) => `Vervanging verstuurd op ${on}`,
      refunded: (on, amount) => `${amount} terugbetaald op ${on}`,
    },
    resolutionDue: (on) => `Uiterlijk ${on}`,
    events: {
      investigation_opened: { play: "Onderzoek openen", happened: "onderzoek geopend" },
      investigation_concluded: { play: "Onderzoek afronden", happened: "onderzoek afgerond" },
      return_label_issued: { play: "Retourlabel sturen", happened: "retourlabel verstuurd" },
      return_handed_over: { play: "Afgifte melden", happened: "toestel afgegeven" },
      return_received: { play: "Ontvangst melden", happened: "toestel ontvangen" },
      replacement_sent: { play: "Vervanging sturen", happened: "vervanging verstuurd" },
      refunded: { play: "Terugbetalen", happened: "bedrag terugbetaald" },
    },
  },
  en: {
    title: "My orders – Nogeen",
    skip: "Go to your orders",
    menu: "Main menu",
    languages: "Language",
    orders: "My orders",
    contact: "Contact",
    signedIn: "Signed in as Noor Visser",
    lead: "Something wrong with your device? Ask for help with the order and we will sort it out.",
    waiting: "Your orders are on their way…",
    noOrders: "You have not ordered anything yet.",
    unreachable: "We cannot fetch your orders right now. Check your connection and try again.",
    again: "Try again",
    order: (number) => `Order ${number}`,
    placed: (day) => `Placed on ${day}`,
    grades: { premium: "Premium", excellent: "Excellent", good: "Good", fair: "Fair" },
    grade: (grade) => `Condition ${grade}`,
    delivered: (on) => `Delivered on ${on}`,
    onItsWay: "On its way to you",
    parcel: (carrier, number) => `${carrier} ${number}`,
    help: "Ask for help",
    helpReported: "See your report",
    helpResume: "Go on with your report",
    panel: (device) => `Help with ${device}`,
    reported: "Damage reported",
    fallback: "Cannot report it here?",
    fallbackLink: "Contact Nogeen",
    otherwise: "Is it about something else?",
    otherwiseLink: "Contact us",
    contactLead: "Is it about something else, or are you stuck? Write to us, we will help you on.",
    mail: "Mail",
    open: "Open",
    hours: "Monday to Friday, 9:00–17:30",
    answer: "Reply",
    answerWithin: "within one working day, from a person",
    colophon: "Nogeen, Dutch for “one more”: used devices, checked and good again. This shop is made up.",
    demoStrip: "Demo, in short",
    demoMark: "Demo",
    toTools: "Controls",
    demoTitle: "Only in this demo",
    demoLead: "Move the shop’s clock, give the shop another look, or play the seller. A real shop has none of this.",
    shopClock: "Shop clock",
    hour: "+ 1 hour",
    day: "+ 1 day",
    lastMinute: "To 23:59",
    reset: "Back to now",
    clockMoved: (moment) => `In the shop it is now ${moment}.`,
    clockFailed: "The clock was not moved: the backend does not answer.",
    madeUpHoliday: (day) => `(${day} is a public holiday in this demo)`,
    lookTitle: "Look",
    lookLead: "The widget takes on the shop’s colours, letters and corners.",
    looks: "Shop",
    lookShop: "Nogeen",
    lookWarm: "Warm",
    lookStark: "Stark",
    schemes: "Light or dark",
    schemeDevice: "As your device",
    schemeLight: "Light",
    schemeDark: "Dark",
    scenesTitle: "How the demo starts",
    scenes: {
      delivered_yesterday: "Delivered yesterday",
      long_weekend: "Delivered just before a long weekend",
      closes_today: "Last day to report",
      closed: "Too late to report",
      on_its_way: "Still on its way",
      reported: "Reported already",
    },
    sellerTitle: "The seller",
    noClaims: "Nothing has been reported yet.",
    claimFailed: "The report cannot be fetched: the backend does not answer.",
    eventFailed: "That did not work: the backend does not answer.",
    eventRefused: "The backend refuses this now:",
    eventDone: (what) => `Done: ${what}.`,
    tracks: { investigation: "Inquiry with the carrier", return_shipment: "Return", resolution: "Resolution" },
    standings: {
      not_started: () => "Not started",
      open: (on) => `Open since ${on}`,
      concluded: (on) => `Concluded on ${on}`,
      label_pending: () => "No return label yet",
      label_issued: (on) => `Return label sent on ${on}`,
      handed_over: (on) => `Handed over on ${on}`,
      received: (on) => `Received on ${on}`,
      pending: () => "Its time has not started",
      replaced: (on) => `Replacement sent on ${on}`,
      refunded: (on, amount) => `${amount} refunded on ${on}`,
    },
    resolutionDue: (on) => `By ${on} at the latest`,
    events: {
      investigation_opened: { play: "Open the inquiry", happened: "inquiry opened" },
      investigation_concluded: { play: "Conclude the inquiry", happened: "inquiry concluded" },
      return_label_issued: { play: "Send a return label", happened: "return label sent" },
      return_handed_over: { play: "Note the hand-over", happened: "device handed over" },
      return_received: { play: "Note the receipt", happened: "device received" },
      replacement_sent: { play: "Send a replacement", happened: "replacement sent" },
      refunded: { play: "Refund", happened: "amount refunded" },
    },
  },
};

/** The language that the address names, or the first one. */
export function languageOfAddress() {
  const named = new URLSearchParams(location.search).get("lang");
  return LANGUAGES.includes(named) ? named : LANGUAGES[0];
}

/** Puts the words of `lang` into every element below `root` that names some with `data-say` or `data-say-label`. */
export function say(root, lang) {
  for (const element of root.querySelectorAll("[data-say]")) element.textContent = WORDS[lang][element.dataset.say];
  for (const element of root.querySelectorAll("[data-say-label]")) {
    element.setAttribute("aria-label", WORDS[lang][element.dataset.sayLabel]);
  }
}

/** `vrijdag 20 november om 14:05`, in `zone`. */
export function moment(at, lang, zone) {
  const day = { weekday: "long", day: "numeric", month: "long" };
  const options = { ...day, hour: "2-digit", minute: "2-digit", timeZone: zone };
  return new Intl.DateTimeFormat(locale(lang), options).format(new Date(at));
}

/** `zo 22 nov 10:40`, in `zone`: for where there is little room. */
export function shortMoment(at, lang, zone) {
  const day = { weekday: "short", day: "numeric", month: "short", timeZone: zone };
  const time = { hour: "2-digit", minute: "2-digit", timeZone: zone };
  const written = (options) => new Intl.DateTimeFormat(locale(lang), options).format(new Date(at));
  return `${written(day)} ${written(time)}`;
}

/** `vrijdag 20 november`, in `zone`. */
export function weekday(at, lang, zone) {
  const options = { weekday: "long", day: "numeric", month: "long", timeZone: zone };
  return new Intl.DateTimeFormat(locale(lang), options).format(new Date(at));
}

/** `18 november 2026`. A date without a time is that date everywhere; an instant is a date in `zone`. */
export function day(at, lang, zone) {
  const timeZone = at.includes("T") ? zone : "UTC";
  const options = { day: "numeric", month: "long", year: "numeric", timeZone };
  return new Intl.DateTimeFormat(locale(lang), options).format(new Date(at));
}

/** `€ 349,00`. */
export function price(cents, lang) {
  return new Intl.NumberFormat(locale(lang), { style: "currency", currency: "EUR" }).format(cents / 100);
}

// British English writes the day before the month, as a Dutch shop's readers expect.
function locale(lang) {
  return lang === "en" ? "en-GB" : "nl-NL";
}

/** A plain date, "23 november", which has no zone to be shown in. */
export const plainDay = (date, lang) =>
  new Intl.DateTimeFormat(locale(lang), { day: "numeric", month: "long", timeZone: "UTC" }).format(new Date(date));
