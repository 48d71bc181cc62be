#!/usr/bin/env bash
# A histogram in Prometheus' text format has one series of buckets for each set of labels, such as one for each route. One would expect
# a parser to give one metric for each. parse-prometheus-text-format gives one metric for the whole family: its buckets are those of
# the labels that come last, the labels are gone, and so are sum and count. It does keep the labels of counters.
#
# A test or a status page that reads with it how long uploads of photos take reads the times of another route,
# and finds other numbers once a route is added at the end. prometheus_client for Python gives every series.
#
# Seen with parse-prometheus-text-format 1.1.1 of npm and prometheus_client 0.26.0 of PyPI.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund parse-prometheus-text-format@1.1.1 >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check prometheus_client==0.26.0

cat > metrics.txt <<'METRICS'
# TYPE answer_seconds histogram
answer_seconds_bucket{route="/photos",le="0.1"} 7
answer_seconds_bucket{route="/photos",le="+Inf"} 900
answer_seconds_sum{route="/photos"} 1800
answer_seconds_count{route="/photos"} 900
answer_seconds_bucket{route="/claims",le="0.1"} 5
answer_seconds_bucket{route="/claims",le="+Inf"} 5
answer_seconds_sum{route="/claims"} 0.2
answer_seconds_count{route="/claims"} 5
METRICS
node -e '
  const parse = require("parse-prometheus-text-format").default ?? require("parse-prometheus-text-format");
  console.log("npm:", JSON.stringify(parse(require("fs").readFileSync("metrics.txt", "utf8"))[0].metrics));
' | tee seen
venv/bin/python - <<'SOURCE' | tee -a seen
from prometheus_client.parser import text_string_to_metric_families

[family] = text_string_to_metric_families(open("metrics.txt").read())
print("PyPI:", {sample.labels["route"]: int(sample.value) for sample in family.samples if sample.name == "answer_seconds_count"})
SOURCE
diff seen - <<'EXPECTED'
npm: [{"buckets":{"0.1":"5","+Inf":"5"}}]
PyPI: {'/photos': 900, '/claims': 5}
EXPECTED
