/**
 * Builds every peer into a folder that can be served as it is: `<out>/<peer>/` with page, script, style and worker.
 *
 * node build.mjs <out> [<folder of the built widget> [<folder of the widget of November 2026>]]
 *
 * With the second argument the widget's own page is built next to them, with the widget's files; with the third also the same page
 * with the files of that build.
 */

import { build } from "esbuild";
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [out, widget, baseline] = process.argv.slice(2);
if (!out) throw new Error("usage: node build.mjs <out> [<folder of the built widget> [<that of November 2026>]]");

const here = dirname(fileURLToPath(import.meta.url));
const surroundings = readFileSync(join(here, "shared/surroundings.html"), "utf8");

for (const peer of ["preact", "react-uppy", "filepond", "surveyjs", "static"]) await buildPeer(peer, peer);
if (widget) copyWidget(widget, await buildPeer("damage-report", "damage-report"));
if (baseline) copyWidget(baseline, await buildPeer("damage-report", "damage-report-november-2026"));

/** Builds the page of `peer` into a folder of that name, and gives the folder. */
async function buildPeer(peer, name) {
  const from = join(here, peer);
  const to = join(out, name);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  await build({
    entryPoints: ["main.jsx", "main.js", "main.css", "worker.js"].map((name) => join(from, name)).filter(existsSync),
    outdir: to,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    jsx: "automatic",
    // Uppy shares one Preact of version 10 among its parts. Were ours called the same, each part would bring its own.
    alias: peer === "preact" ? { preact: "preact-11" } : {},
    jsxImportSource: peer === "preact" ? "preact" : "react",
    logLevel: "warning",
  });
  writeFileSync(join(to, "index.html"), page(readFileSync(join(from, "index.html"), "utf8")));
  // The measurement finds the page's driver there.
  copyFileSync(join(from, "driver.js"), join(to, "driver.js"));
  return to;
}

/** The order page is the same around each report, so it is written once: `<!-- before -->`, the report, `<!-- after -->`. */
function page(html) {
  const [before, after] = surroundings.split("<!-- report -->\n");
  return html.replace("<!-- before -->\n", before).replace("<!-- after -->\n", after);
}

function copyWidget(widget, to) {
  const lines = readFileSync(join(widget, "preload.html"), "utf8").replaceAll("{path}", "").replaceAll("{lang}", "nl");
  const page = join(to, "index.html");
  writeFileSync(page, readFileSync(page, "utf8").replace("<!-- preload -->", lines));
  copyFileSync(join(widget, "damage-report.js"), join(to, "damage-report.js"));
  const parts = readdirSync(widget).find((name) => /^damage-report-[0-9a-f]+$/.test(name));
  cpSync(join(widget, parts), join(to, parts), { recursive: true });
}
