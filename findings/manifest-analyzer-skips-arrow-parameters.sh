#!/usr/bin/env bash
# In a class, `find(name) {}` and `find = (name) => {}` are called alike. The analyzer of custom elements manifests lists the
# parameters of the first alone: types that are made of the manifest then refuse every argument of the second. A `@param` above the
# arrow function puts its parameter into the manifest.
#
# The element's static methods are arrow functions, and each has its `@param` (`js/damage-report.js`).
#
# Seen with @custom-elements-manifest/analyzer 0.11.0.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @custom-elements-manifest/analyzer@0.11.0 >/dev/null
cat > finder.js <<'SOURCE'
class Finder extends HTMLElement {
  /** Finds as a method. */
  asMethod(name) {}

  /** Finds as a field. */
  asField = (name) => {};

  /**
   * Finds as a field that says so.
   * @param {string} name what to find
   */
  asToldField = (name) => {};
}
customElements.define("a-finder", Finder);
SOURCE
npx custom-elements-manifest analyze --globs finder.js --quiet >/dev/null
node -e '
  const { members } = require("./custom-elements.json").modules[0].declarations[0];
  for (const { name, kind, parameters = [] } of members) console.log(`${name}: ${kind}, ${parameters.length} parameter`);
' | tee seen
diff seen - <<'EXPECTED'
asMethod: method, 1 parameter
asField: field, 0 parameter
asToldField: field, 1 parameter
EXPECTED
