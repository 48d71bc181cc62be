#!/usr/bin/env bash
# A webhook is signed over its identifier, the seconds since 1970 and its body. Python's library of the specification takes the time
# as a `datetime`, and one with a zone says exactly which second it means. `sign` replaces the zone by UTC and keeps the hour: the same
# instant is signed differently in Amsterdam than in UTC, and the library's own `verify` refuses what `sign` made. A shop that tests its
# receiver with `datetime.now(tz=…)` in its own zone finds every signature wrong, in London only in summer.
#
# Our backend signs the seconds themselves: crates/backend/src/webhooks/signature.rs.
#
# Seen with standardwebhooks 1.1.0 of PyPI and Python 3.11.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check standardwebhooks==1.1.0 tzdata==2025.2
venv/bin/python - <<'SOURCE' | tee seen
from datetime import datetime, timezone
from zoneinfo import ZoneInfo
from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
for zone in timezone.utc, ZoneInfo("Europe/Amsterdam"):
    now = datetime.now(tz=zone)
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": webhook.sign("evt_1", now, "{}"),
    }
    try:
        webhook.verify("{}", headers)
        print(zone, "verified")
    except WebhookVerificationError as error:
        print(zone, error)
SOURCE
diff seen - <<'EXPECTED'
UTC verified
Europe/Amsterdam No matching signature found
EXPECTED
