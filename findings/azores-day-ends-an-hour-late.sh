#!/usr/bin/env bash
# On the Azores, as everywhere in the Union, clocks change at 01:00 UTC, and there that is midnight or an hour after it. On the last
# Sunday of October 00:00 to 01:00 comes twice, on the last Sunday of March not at all. One would expect a library's end of Saturday to
# be the last instant that the calendar calls Saturday. Luxon's lies within Sunday in October, arrow's in March, each by an hour;
# neither errs in the other month.
#
# A claim that comes in on Sunday at half past midnight is still Saturday's by such a deadline, and `startOf("day")` of that claim is
# later than the claim. The rules ask for the local date of an instant (`crates/rules/src/window.rs`, tests in `crates/rules/tests/zones.rs`).
#
# Seen with luxon 3.7.2 on Node 20, and with arrow 1.4.0 and tzdata 2026.6 on Python 3.11.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund luxon@3.7.2 >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check arrow==1.4.0 tzdata==2026.6

cat > look.mjs <<'SCRIPT'
import { DateTime } from "luxon";

for (const saturday of ["2027-03-27", "2027-10-30"]) {
  const end = DateTime.fromISO(`${saturday}T12:00`, { zone: "Atlantic/Azores" }).endOf("day").toUTC();
  // The calendar of the engine says which day the instant belongs to.
  const day = new Intl.DateTimeFormat("sv", { timeZone: "Atlantic/Azores", dateStyle: "short" }).format(end.toJSDate());
  console.log(`luxon: ${saturday} ends at ${end.toISO({ suppressMilliseconds: false })}, on ${day}`);
}
SCRIPT
node look.mjs | tee seen
venv/bin/python - <<'SOURCE' | tee -a seen
from datetime import timezone
from zoneinfo import ZoneInfo
import arrow

azores = ZoneInfo("Atlantic/Azores")
for saturday in "2027-03-27", "2027-10-30":
    end = arrow.get(f"{saturday}T12:00", tzinfo=azores).ceil("day").to("UTC").datetime.astimezone(timezone.utc)
    print(f"arrow: {saturday} ends at {end:%Y-%m-%dT%H:%M:%S}, on {end.astimezone(azores):%Y-%m-%d}")
SOURCE
diff seen - <<'EXPECTED'
luxon: 2027-03-27 ends at 2027-03-28T00:59:59.999Z, on 2027-03-27
luxon: 2027-10-30 ends at 2027-10-31T00:59:59.999Z, on 2027-10-31
arrow: 2027-03-27 ends at 2027-03-28T01:59:59, on 2027-03-28
arrow: 2027-10-30 ends at 2027-10-30T23:59:59, on 2027-10-30
EXPECTED
