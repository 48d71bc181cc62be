// Checks the docs' description of the element in scripts against its types.

import type { DamageReportElement, DamageReportPhotoEvent } from "damage-report";

declare const element: DamageReportElement;

element.open();
element.open = true;
element.open = false;
element.focus({ preventScroll: true });
// @ts-expect-error it is the attribute, there or not
element.open = "yes";
// @ts-expect-error only to be read
element.state = "open";

export const logOut = async () => await customElements.get("damage-report")?.forgetDrafts();
export const drafts = async (endpoint: string): Promise<string[]> =>
  (await customElements.get("damage-report")?.findDrafts(endpoint)) ?? [];
export const known = async () => await (await customElements.whenDefined("damage-report")).findDrafts();
// @ts-expect-error another element's class has no such method
export const other = () => customElements.get("other-element")?.forgetDrafts();

const subjectOf = (event: DamageReportPhotoEvent): "packaging" | "label" | "device" => event.detail.subject;
document.addEventListener("damage-report-photo", subjectOf);
element.addEventListener("damage-report-submitted", ({ detail }) => detail.reference.length);
// @ts-expect-error the field is called `state`
document.addEventListener("damage-report-photo", ({ detail }) => detail.status);
