// By when damage must be reported, in words. A shop without the widget has to count this itself, as here.

const DAY = new Intl.DateTimeFormat("nl", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });

/** Why nothing can be reported, as a sentence; nothing where it can. */
export function obstacle(order) {
  if (!order.delivery) return "Je pakket is nog onderweg. Zodra het is bezorgd, kun je hier schade melden.";
  const today = dateIn(order.server_time, order.delivery.zone);
  if (order.policy.late === "refuse" && today > lastDay(order)) {
    return "De meldtermijn is voorbij. Neem contact op en vertel wat er met je toestel is.";
  }
}

export function deadline(order) {
  return `Meld dit vóór ${DAY.format(new Date(lastDay(order)))}, 24:00 uur`;
}

/** The last of the working days after delivery, as `2026-11-25`. */
function lastDay({ delivery, policy, holidays }) {
  const day = new Date(dateIn(delivery.at, delivery.zone));
  let left = policy.reporting_days;
  while (left > 0) {
    day.setUTCDate(day.getUTCDate() + 1);
    const isWeekend = day.getUTCDay() % 6 === 0;
    if (!isWeekend && !holidays.dates.includes(isoDate(day))) left -= 1;
  }
  return isoDate(day);
}

const isoDate = (day) => day.toISOString().slice(0, 10);

/** The date of a moment where the parcel was delivered. Sweden writes dates as ISO does. */
function dateIn(moment, zone) {
  return new Intl.DateTimeFormat("sv", { timeZone: zone }).format(new Date(moment));
}
