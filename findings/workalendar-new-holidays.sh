#!/usr/bin/env bash
# workalendar has the public holidays of Italy and Poland, but not the ones that the two made by law lately: Poland's
# 24 December (since 2025) and Italy's 4 October (since 2026). Both are days on which nobody delivers or counts a working day.
# python-holidays has both. A deadline counted with the former is a day too early.
#
# Seen with workalendar 17.0.0 and holidays 0.109 on Python 3.11.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check workalendar==17.0.0 holidays==0.109

"$folder/venv/bin/python" - <<'SCRIPT' | tee "$folder/seen"
from datetime import date

import holidays
from workalendar.europe import Italy, Poland

for country, code, calendar, day in [
    ("Italy", "IT", Italy(), date(2027, 10, 4)),
    ("Poland", "PL", Poland(), date(2026, 12, 24)),
]:
    print(country, day, calendar.is_holiday(day), day in holidays.country_holidays(code, years=day.year))
SCRIPT
diff "$folder/seen" - <<'EXPECTED'
Italy 2027-10-04 False True
Poland 2026-12-24 False True
EXPECTED
