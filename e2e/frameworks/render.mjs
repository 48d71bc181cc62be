// The work of a server before it answers: it puts the rendered page into the one that was built.
//
// node render.mjs <the module that renders> <the built page>

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [module, file] = process.argv.slice(2);
const { page } = await import(pathToFileURL(resolve(module)));
const built = readFileSync(file, "utf8");
if (!page.includes("<damage-report") || !built.includes("<!--page-->"))
  throw new Error(`${file} has no place for ${page}`);
writeFileSync(
  file,
  built.replace("<!--page-->", () => page),
);
