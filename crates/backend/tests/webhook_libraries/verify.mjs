// Says of each webhook whether the library of npm verifies it: `node verify.mjs NODE_MODULES CASES`.
import { createRequire } from "node:module";

const [, , modules = "", cases = "[]"] = process.argv;
const { Webhook } = createRequire(`${modules}/`)("standardwebhooks");

/** @type {{ secret: string, headers: Record<string, string>, body: string }[]} */
const webhooks = JSON.parse(cases);
const verdicts = webhooks.map(({ secret, headers, body }) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
});
console.log(JSON.stringify(verdicts));
