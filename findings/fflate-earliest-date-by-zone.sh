#!/usr/bin/env bash
# An archive that should be the same bytes wherever it is made gets one fixed date for all its files, and the usual one is the earliest
# that ZIP can say, 1 January 1980. fflate takes `mtime` as an instant, as JavaScript's dates are, and writes the local time of the
# machine. So the same call gives other bytes in Amsterdam than in UTC, and throws in New York, where that instant is still in 1979.
#
# A dossier with a claim's photos that is zipped in the customer's or the seller's browser has another digest in each zone, and fails
# west of Greenwich alone. A date that is made of local parts, `new Date(1980, 0, 1)`, gives the same bytes everywhere.
#
# Seen with fflate 0.8.3 on Node 20.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund fflate@0.8.3 >/dev/null

cat > look.mjs <<'SCRIPT'
import { createHash } from "node:crypto";
import { zipSync } from "fflate";

const digest = (mtime) => {
  try {
    return createHash("sha256").update(zipSync({ "photo.jpg": Buffer.from("a photo") }, { mtime })).digest("hex").slice(0, 8);
  } catch (error) {
    return error.message;
  }
};
console.log(`${process.env.TZ}: ${digest(new Date("1980-01-01T00:00:00Z"))}, of local parts ${digest(new Date(1980, 0, 1))}`);
SCRIPT
for zone in UTC Europe/Amsterdam America/New_York; do TZ=$zone node look.mjs; done | tee seen
diff seen - <<'EXPECTED'
UTC: 9d23bb28, of local parts 9d23bb28
Europe/Amsterdam: 0c28fc73, of local parts 9d23bb28
America/New_York: date not in range 1980-2099, of local parts 9d23bb28
EXPECTED
