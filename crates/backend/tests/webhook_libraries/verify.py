"""Says of each webhook whether the library of PyPI verifies it: `python3 verify.py PACKAGES CASES`."""

import json
import sys

sys.path.insert(0, sys.argv[1])
from standardwebhooks import Webhook, WebhookVerificationError  # noqa: E402


def is_verified(case):
    try:
        Webhook(case["secret"]).verify(case["body"], case["headers"])
    except WebhookVerificationError:
        return False
    return True


print(json.dumps([is_verified(case) for case in json.loads(sys.argv[2])]))
