/** What the demo's pages hand each other, and what the backend answers them. */

declare global {
  // TypeScript's own description of browsers lacks it.
  var trustedTypes:
    | {
        createPolicy(
          name: string,
          rules: { createScript(text: string): string },
        ): { createScript(text: string): unknown };
      }
    | undefined;
}

export interface Shop {
  orders: Order[];
  /** The shop's time, in ISO 8601. */
  now: string;
  /** An IANA time zone. */
  zone: string;
  seller_key: string;
  /** A date of the calendar, where the demo has made a holiday up. */
  made_up_holiday?: string;
  /** The data that the server of a shop would write into the page of this order line, for the widget (`docs/tokens.md`). */
  page_data: { token: string; order_line: { id: string } };
}

export interface Order {
  number: string;
  placed_on: string;
  lines: Line[];
}

export interface Line {
  id: string;
  scenario: string;
  device: string;
  grade: string;
  price_cents: number;
  state: string;
  delivered_at?: string;
  carrier: string;
  tracking_number: string;
  claim_reference?: string;
}

export type Track = "investigation" | "return_shipment" | "resolution" | "evidence_request";

export interface Standing {
  state: string;
  on?: string;
  since?: string;
  amount?: { cents: number };
}

export interface Claim {
  version: number;
  progress: Record<Exclude<Track, "evidence_request">, Standing> & {
    evidence_request?: { until: string };
  };
  resolution_due?: string;
}

/** Something that happens to a claim, as the seller reports it. */
export interface ClaimEvent {
  type: string;
  pdf?: string;
  tracking_number?: string;
  amount?: { cents: number; currency: string };
  reason?: string;
  subjects?: string[];
  note?: string;
  /** A date of the calendar. */
  until?: string;
}

export type ClockMove = { advance_minutes: number } | { now: string } | { reset: true };

/** The words of the page in one language, those apart that elements name by `data-say`. */
export interface Words {
  locale: string;
  title: string;
  noOrders: string;
  unreachable: string;
  order(number: string): string;
  placed(day: string): string;
  grades: Record<string, string>;
  grade(grade: string): string;
  delivered(on: string): string;
  onItsWay: string;
  parcel(carrier: string, number: string): string;
  help: string;
  ownPage: string;
  helpReported: string;
  helpResume: string;
  panel(device: string): string;
  clockMoved(moment: string): string;
  clockFailed: string;
  madeUpHoliday(day: string): string;
  scenes: Record<string, string>;
  claimFailed: string;
  eventFailed: string;
  eventRefused: string;
  eventDone(event: string): string;
  tracks: Record<Track, string>;
  standings: Record<string, (on: string, amount: string) => string>;
  resolutionDue(on: string): string;
  declineReason: string;
  evidenceNote: string;
  events: Record<string, { play: string; happened: string }>;
  /** Text of elements: `data-say` names it. */
  [key: string]: unknown;
}
