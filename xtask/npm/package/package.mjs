/**
 * Makes the npm package `damage-report` of a built widget: its contract as a custom elements manifest and as types, read from
 * the block above the element's class, and what npm wants to know.
 *
 * node package.mjs <node_modules> <root> <site> <out> <version>
 */

import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [modules, root, site, out, version] = process.argv.slice(2);

const IMPORTS = `import type { DamageReportAttributes, DamageReportElement, DamageReportEvents } from "./damage-report.js";`;

/** @typedef {{ name: string, description: string, type: { text: string } }} Named */
/** @typedef {Named & { kind: string, privacy?: string, static?: boolean, parameters?: Named[], return?: { type: { text: string } } }} Member */
/** @typedef {{ tagName?: string, members: Member[], attributes: Named[], events: Named[] }} Declaration */
/** @typedef {{ modules: Array<{ declarations: Declaration[] }> }} Manifest */

const manifest = readContract();
const element = manifest.modules[0].declarations[0];

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const loader = readFileSync(join(site, "damage-report.js"), "utf8");
const [parts] = /** @type {RegExpMatchArray} */ (loader.match(/damage-report-[0-9a-f]+(?=\/)/));
for (const name of ["damage-report.js", parts]) cpSync(join(site, name), join(out, name), { recursive: true });
for (const name of ["LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md"]) copyFileSync(join(root, name), join(out, name));
copyFileSync(join(root, "xtask/npm/package/README.md"), join(out, "README.md"));
write("custom-elements.json", JSON.stringify(manifest, null, 2));
write("damage-report.d.ts", types());
write("react.d.ts", reactTypes());
write("vue.d.ts", vueTypes());
copyFileSync(join(root, "xtask/npm/package/react.js"), join(out, "react.js"));
// Where there is no browser (a page that is rendered on a server) no element can be defined.
for (const name of ["server.js", "vue.js"]) write(name, "export {};");
write("package.json", JSON.stringify(description(), null, 2));

/**
 * The manifest, without what is private.
 *
 * @returns {Manifest}
 */
function readContract() {
  const work = mkdtempSync(join(tmpdir(), "damage-report-"));
  try {
    copyFileSync(join(root, "js/damage-report.js"), join(work, "damage-report.js"));
    const analyzer = join(modules, "@custom-elements-manifest/analyzer/cem.js");
    execFileSync("node", [analyzer, "analyze", "--globs", "damage-report.js", "--outdir", ".", "--quiet"], {
      cwd: work,
      stdio: "pipe",
    });
    /** @type {Manifest} */
    const manifest = JSON.parse(readFileSync(join(work, "custom-elements.json"), "utf8"));
    const [module] = manifest.modules;
    module.declarations = module.declarations.filter(({ tagName }) => tagName);
    const [element] = module.declarations;
    element.members = element.members
      .filter(({ privacy, name }) => privacy !== "private" && !isInherited(name))
      .map(withKind);
    return manifest;
  } finally {
    rmSync(work, { recursive: true });
  }
}

/**
 * Its life, which is the browser's to call.
 *
 * @param {string} name
 */
function isInherited(name) {
  return /Callback$/.test(name);
}

/**
 * A member that returns something is a method; so is a property that is a function.
 *
 * @param {Member} member
 * @returns {Member}
 */
function withKind(member) {
  if (!member.return) return member;
  const [, text] = member.return.type.text.match(/^\(\) => (.*)/) ?? [];
  // Its parameters are those of its setter.
  if (text) return { ...member, kind: "method", parameters: [], return: { type: { text } } };
  return { ...member, kind: "method", parameters: member.parameters ?? [] };
}

function types() {
  /** @param {Member} member */
  const resultOf = (member) => member.return?.type.text;
  /** @param {Member} member */
  const method = (member) => {
    const parameters = (member.parameters ?? []).map(({ name, type }) => `${name}?: ${type.text}`);
    return `${member.name}(${parameters.join(", ")}): ${resultOf(member)};`;
  };
  /** @param {Member} member */
  const field = ({ name, description, type }) =>
    /Read-only/.test(description) ? `readonly ${name}: ${type.text};` : `${name}?: ${type.text};`;
  // Called it is a method, and assigned it is the attribute of that name.
  /** @type {(member: Member, attribute: Named) => string} */
  const both = (member, attribute) =>
    `get ${member.name}(): () => ${resultOf(member)};\n  set ${member.name}(value: ${attribute.type.text});`;
  const members = element.members.map((member) => {
    const attribute = element.attributes.find(({ name }) => name === member.name);
    const text = attribute ? both(member, attribute) : member.kind === "method" ? method(member) : field(member);
    return { ...member, text: `  /** ${member.description} */\n  ${text}` };
  });
  const own = members.filter((member) => !member.static).map(({ text }) => text);
  const shared = members.filter((member) => member.static).map(({ text }) => text);
  /** @param {string} name */
  const typeOf = (name) =>
    `${name
      .split("-")
      .map((word) => word[0].toUpperCase() + word.slice(1))
      .join("")}Event`;
  const eventTypes = element.events.map(
    ({ name, type, description }) => `/** ${description} */\nexport type ${typeOf(name)} = ${type.text};`,
  );
  const events = element.events.map(
    ({ name, description }) => `  /** ${description} */\n  "${name}": ${typeOf(name)};`,
  );
  const attributes = element.attributes.map(
    ({ name, type, description }) => `  /** ${description} */\n  "${name}"?: ${type.text};`,
  );
  return `/** \`<damage-report>\`: importing this module defines it. Made from the contract above its class. */

${eventTypes.join("\n")}

export interface DamageReportEvents {
${events.join("\n")}
}

export interface DamageReportAttributes {
${attributes.join("\n")}
  getToken?: DamageReportElement["getToken"];
  messages?: DamageReportElement["messages"];
}

/** The element on a page. */
export interface DamageReportElement extends HTMLElement {
${own.join("\n")}
  addEventListener<K extends keyof DamageReportEvents>(
    type: K,
    listener: (this: DamageReportElement, event: DamageReportEvents[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

/** Its class: \`customElements.get("damage-report")\`. */
export interface DamageReportClass {
  new (): DamageReportElement;
${shared.join("\n")}
}

declare global {
  interface HTMLElementTagNameMap {
    "damage-report": DamageReportElement;
  }
  /** The events bubble, so that any part of a page can listen to them. */
  interface GlobalEventHandlersEventMap extends DamageReportEvents {}
  interface CustomElementRegistry {
    get(name: "damage-report"): DamageReportClass | undefined;
    whenDefined(name: "damage-report"): Promise<DamageReportClass>;
  }
}
`;
}

/** The component, and what tells JSX of the element. */
function reactTypes() {
  return `${IMPORTS}
import type { HTMLAttributes, ReactNode, RefAttributes } from "react";

type Listeners = { [Name in keyof DamageReportEvents as \`on\${Name}\`]?: (event: DamageReportEvents[Name]) => unknown };

/** The properties of the component and of the tag in JSX: attributes, properties and listeners, by the names that the element has. */
export type DamageReportProps = Omit<HTMLAttributes<DamageReportElement>, keyof DamageReportAttributes> &
  RefAttributes<DamageReportElement> &
  DamageReportAttributes &
  Listeners;

/** \`<damage-report>\` for pages that React renders, in the browser or on a server. It defines the element as well. */
export function DamageReport(props: DamageReportProps): ReactNode;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "damage-report": DamageReportProps;
    }
  }
}
`;
}

/** The declaration by which Vue's templates know the element. */
function vueTypes() {
  return `${IMPORTS}
import type { HTMLAttributes, PublicProps } from "vue";

type Joined<Name extends string> = Name extends \`\${infer First}-\${infer Rest}\` ? \`\${Capitalize<First>}\${Joined<Rest>}\` : Capitalize<Name>;
/** As vue-tsc takes them, for \`:order-line\` too. Vue itself sets what is written: in a template the names are those of HTML. */
type Attributes = { [Name in keyof DamageReportAttributes as Uncapitalize<Joined<Name>>]: DamageReportAttributes[Name] };
type Listeners = { [Name in keyof DamageReportEvents as \`on\${Joined<Name>}\`]?: (event: DamageReportEvents[Name]) => unknown };

declare module "vue" {
  interface GlobalComponents {
    "damage-report": new () => DamageReportElement & {
      $props: PublicProps & Omit<HTMLAttributes, keyof DamageReportAttributes> & Attributes & Listeners;
    };
  }
}
`;
}

function description() {
  /** @param {string} name */
  const typed = (name) => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
  return {
    name: "damage-report",
    version,
    description: "The customer of a web shop reports a delivery that arrived damaged: a custom element.",
    keywords: ["custom-element", "web-component", "e-commerce", "damage", "claim", "wasm"],
    license: "MIT OR Apache-2.0",
    type: "module",
    sideEffects: true,
    customElements: "./custom-elements.json",
    engines: { node: ">=18" },
    exports: {
      ".": { types: "./damage-report.d.ts", node: "./server.js", default: "./damage-report.js" },
      "./react": typed("react"),
      "./vue": typed("vue"),
      "./custom-elements.json": "./custom-elements.json",
      "./package.json": "./package.json",
    },
    types: "./damage-report.d.ts",
    peerDependencies: { react: ">=19", vue: ">=3.3" },
    peerDependenciesMeta: { react: { optional: true }, vue: { optional: true } },
    files: ["/*.js", "/*.d.ts", "/custom-elements.json", `/${parts}`, "/LICENSE-*", "/CHANGELOG.md"],
  };
}

/**
 * @param {string} name
 * @param {string} text
 */
function write(name, text) {
  writeFileSync(join(out, name), `${text.trimEnd()}\n`);
}
