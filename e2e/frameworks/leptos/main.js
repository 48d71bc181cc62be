// Starts the page. What Trunk puts into a page itself is inline, which the policy of these pages refuses.

import start from "./page.js";

start();
