#!/usr/bin/env bash
# The secret of a Standard Webhook is base64 behind `whsec_`. The specification does not say whether it may lack the `=` at its end,
# and many tools that make secrets leave that away. Of the three libraries of the specification two verify with such a secret
# and one refuses to begin: a shop that changes its receiver from Node or Python to Rust finds its secret refused.
#
# Seen with standardwebhooks 1.0.0 of npm, 1.0.1 of PyPI and 1.0.1 of crates.io.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# 32 bytes are 43 characters and one of padding.
secret=whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE
npm install --silent --no-audit --no-fund standardwebhooks@1.0.0
node -e '
  const { Webhook } = require("standardwebhooks");
  const webhook = new Webhook(process.argv[1]);
  const at = new Date(), signature = webhook.sign("msg_1", at, "{}");
  webhook.verify("{}", { "webhook-id": "msg_1", "webhook-timestamp": String(Math.floor(at / 1000)), "webhook-signature": signature });
  console.log("npm: verified");
' "$secret" | tee seen
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check standardwebhooks==1.0.1
venv/bin/python - "$secret" <<'SOURCE' | tee -a seen
import sys
from datetime import datetime, timezone
from standardwebhooks.webhooks import Webhook

webhook = Webhook(sys.argv[1])
at = datetime.now(tz=timezone.utc)
headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": webhook.sign("msg_1", at, "{}")}
webhook.verify("{}", headers)
print("PyPI: verified")
SOURCE
mkdir src
cat > Cargo.toml <<'MANIFEST'
[package]
name = "verify"
version = "0.1.0"
edition = "2024"

[dependencies]
standardwebhooks = "=1.0.1"
MANIFEST
cat > src/main.rs <<'SOURCE'
fn main() {
    let secret = std::env::args().nth(1).unwrap();
    println!("crates.io: {}", standardwebhooks::Webhook::new(&secret).map_or_else(|error| error.to_string(), |_| "verified".into()));
}
SOURCE
cargo run --quiet -- "$secret" | tee -a seen
diff seen - <<'EXPECTED'
npm: verified
PyPI: verified
crates.io: invalid secret
EXPECTED
