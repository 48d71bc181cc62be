"use client";

/**
 * The element as a React component. React sets what is no attribute when it makes an element, but not when it takes over
 * one that a server rendered: `getToken`, `messages` and listeners are therefore set here, once the page lives. Only then
 * is the element defined, so that it never runs without them.
 */

import { createElement, useImperativeHandle, useLayoutEffect, useRef } from "react";

const PROPERTIES = ["getToken", "messages"];
const isListener = (name) => name.startsWith("ondamage-report-");
/** An element that is not defined has no properties yet, and React would write them out as attributes. */
const isForLater = (name) => PROPERTIES.includes(name) && !globalThis.customElements?.get("damage-report");

export function DamageReport({ ref, ...given }) {
  const element = useRef(null);
  const entries = Object.entries(given);
  useImperativeHandle(ref, () => element.current, []);
  useLayoutEffect(() => {
    const { current } = element;
    for (const name of PROPERTIES) if (current[name] !== given[name]) current[name] = given[name];
    const listeners = entries.filter(([name]) => isListener(name));
    for (const [name, listener] of listeners) current.addEventListener(name.slice(2), listener);
    return () => {
      for (const [name, listener] of listeners) current.removeEventListener(name.slice(2), listener);
    };
  });
  useLayoutEffect(() => {
    import("./damage-report.js");
  }, []);
  const rendered = entries.filter(([name]) => !isListener(name) && !isForLater(name));
  return createElement("damage-report", { ...Object.fromEntries(rendered), ref: element });
}
