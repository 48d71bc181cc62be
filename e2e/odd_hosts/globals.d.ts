import type { DamageReportElement } from "../../js/types.d.ts";

/** What the scripts of a page, and its frames, find on each other's windows. */
declare global {
  interface Window {
    /** The events that a page heard. */
    heard: string[];
    leaked(): string[];
    /** How often the page was asked for a token, from the element on. */
    fetches: number;
    /** How many workers were started. */
    workers: number;
    orderLine: string;
    token: string;
    photos: ArrayBuffer[];
    /** What came of each frame, by what it lacks. */
    outcomes: Array<[lacks: string, expected: string, outcome: string]>;
    isDone: boolean;
    came(lacks: string | null, outcome: string): void;
    begin(line: string, only?: string): Promise<void>;
  }

  interface HTMLElementTagNameMap {
    "damage-report": DamageReportElement;
  }
}
