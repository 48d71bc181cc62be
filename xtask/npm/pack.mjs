/**
 * Packs the element for browsers: `damage-report.js`, which a page loads, and next to it a folder with what that fetches.
 * The folder is named for what is in it, so that it may be cached for ever and files of two builds never meet. `preload.html`
 * names them for a page that is to fetch them at once.
 *
 * node pack.mjs <node_modules> <bound> <root> <site> small | readable | package
 *
 * For a package it does not say what each file must be: bundlers, and the servers that developers run, change them a little.
 * The style sheet is then called a text, because some of them make a script of what is called a style sheet.
 */

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, bound, root, site, kind] = process.argv.slice(2);
const { build, transform } = createRequire(join(modules, "any.js"))("esbuild");

/** The oldest browsers we serve: newer syntax is written anew for them. */
const target = ["chrome105", "edge105", "firefox110", "safari16.4"];
const common = {
  target,
  format: "esm",
  charset: "utf8",
  logLevel: "warning",
  minify: kind !== "readable",
  sourcemap: kind === "readable" && "inline",
};
/** @param {string[]} path */
const read = (...path) => readFileSync(join(...path), "utf8");
/** @param {string} file */
const digest = (file) => createHash("sha256").update(readFileSync(file));

const parts = join(site, "parts");
mkdirSync(parts, { recursive: true });
/** @param {string} file */
const digestOf = (file) => digest(join(parts, file)).digest("base64");
/**
 * A style sheet that is built into a script.
 *
 * @param {string} name
 */
const smallStyle = async (name) =>
  (await transform(read(root, "style", name), { loader: "css", target, minify: true })).code;
/**
 * The digest that a script demands of a file.
 *
 * @param {string} text
 */
const told = (text) => JSON.stringify(kind === "package" ? "" : text);
copyFileSync(join(bound, "widget_bg.wasm"), join(parts, "widget.wasm"));
copyFileSync(join(bound, "report.wasm"), join(parts, "report.wasm"));
await build({
  ...common,
  bundle: true,
  entryPoints: ["photo-worker", "photo-reader", "host-page"].map((name) => join(root, `js/${name}.js`)),
  alias: { "report-glue": join(bound, "report-glue.js") },
  define: {
    REPORT_STYLE: JSON.stringify((await smallStyle("report.css")).trim()),
    PAPER_STYLE: JSON.stringify((await smallStyle("paper.css")).trim()),
  },
  outdir: parts,
});
await build({
  ...common,
  bundle: true,
  entryPoints: [join(root, "js/runtime.js")],
  alias: { glue: join(bound, "widget.js") },
  define: {
    WASM_DIGEST: told(digestOf("widget.wasm")),
    REPORT_DIGEST: told(digestOf("report.wasm")),
    WORKER_INTEGRITY: told(`sha256-${digestOf("photo-worker.js")}`),
    HOST_PAGE_INTEGRITY: told(`sha256-${digestOf("host-page.js")}`),
    READER_INTEGRITY: told(`sha256-${digestOf("photo-reader.js")}`),
  },
  // Chromium then compiles all of it while it arrives, in parallel with the page, instead of piece by piece as it is called.
  banner: { js: "//# allFunctionsCalledOnLoad" },
  outfile: join(parts, "widget.js"),
});
await build({ ...common, sourcemap: false, entryPoints: [join(root, "style/widget.css")], outdir: parts });
if (kind === "package") renameSync(join(parts, "widget.css"), join(parts, "widget.css.txt"));
/**
 * The file of the words that come with the report.
 *
 * @param {string} file
 */
const laterOf = (file) => file.replace(".json", "-report.json");
const languages = readdirSync(join(root, "locales"))
  .filter((file) => file.endsWith(".json"))
  .sort();
/** The keys of the words that the first module uses, from `xtask/src/first_words.rs`. @type {string[]} */
const firstWords = JSON.parse(read(bound, "first-words.json"));
for (const file of languages) {
  const words = Object.entries(JSON.parse(read(root, "locales", file)));
  /** @type {(name: string, isFirst: boolean) => void} */
  const write = (name, isFirst) => {
    const of = words.filter(([key]) => firstWords.includes(key) === isFirst);
    // Without what only makes them easy to read.
    writeFileSync(join(parts, name), JSON.stringify(Object.fromEntries(of)));
  };
  write(file, true);
  write(laterOf(file), false);
}

const names = readdirSync(parts).sort();
const whole = createHash("sha256");
for (const name of names) whole.update(`${name} ${digest(join(parts, name)).digest("hex")}\n`);
const folder = `damage-report-${whole.digest("hex").slice(0, 8)}`;
const opening = await smallStyle("opening.css");
/** The address of a file of words, written out for bundlers. @param {string} file */
const address = (file) => `new URL("./build/${file}", import.meta.url)`;
/** For each language the address of its first words, and the words on the button. */
const table = languages.map((file) => {
  const { opening } = JSON.parse(read(root, "locales", file));
  return `${file.replace(".json", "")}: [${address(file)}, ${JSON.stringify(opening)}],`;
});
const later = languages.map((file) => `${file.replace(".json", "")}: ${address(laterOf(file))},`);
const tables = `const LANGUAGES = { ${table.join(" ")} }, REPORT_WORDS = { ${kind === "package" ? later.join(" ") : ""} };`;
const loader = `${tables}\n${read(root, "js/damage-report.js")}`;

const { code, warnings } = await transform(loader, {
  ...common,
  treeShaking: true,
  define: {
    WIDGET_INTEGRITY: told(`sha256-${digestOf("widget.js")}`),
    FOR_BUNDLERS: JSON.stringify(kind === "package"),
    // The white space that esbuild leaves around commas and slashes.
    OPENING_STYLE: JSON.stringify(opening.trim().replaceAll(/ ?([,/]) /g, "$1")),
  },
});
if (warnings.length) throw new Error(warnings.map((/** @type {{ text: string }} */ { text }) => text).join("; "));
const named = code
  .replaceAll("./build/", `./${folder}/`)
  .replaceAll("?no-inline", kind === "package" ? "$&" : "")
  .replaceAll("/widget.css", kind === "package" ? "/widget.css.txt" : "/widget.css")
  // Minified, it has lost its note that bundlers are to leave it alone.
  .replace(/\bimport\((?=\w+\))/, kind === "package" ? "import(/* webpackIgnore: true */ /* @vite-ignore */ " : "$&");
for (const name of names) {
  // Only bundlers have to be told where that is.
  if (/^(photo-reader\.js|host-page\.js|.+-report\.json)$/.test(name) && kind !== "package") continue;
  if (!named.includes(`./${folder}/${name}`)) throw new Error(`js/damage-report.js fetches no ${name}`);
}
writeFileSync(join(site, "damage-report.js"), named);

// For the head of a page whose report opens by itself: what the first page needs, fetched before the loader has said so.
// `{path}` is where these files are served, `{lang}` the language.
if (kind !== "package") {
  /** @type {(name: string, integrity: string) => string} */
  const script = (name, integrity) => `<link rel="modulepreload" href="{path}${name}"${integrity}>`;
  /** @param {string} name */
  const data = (name) => `<link rel="preload" as="fetch" crossorigin href="{path}${folder}/${name}">`;
  const lines = [
    script("damage-report.js", ""),
    script(`${folder}/widget.js`, ` integrity="sha256-${digestOf("widget.js")}"`),
    ...["widget.wasm", "widget.css", "{lang}.json"].map(data),
  ];
  writeFileSync(join(site, "preload.html"), `${lines.join("\n")}\n`);
}
renameSync(parts, join(site, folder));
