/** The order line that the page is about, and a token for it, as the docs have shops ask for one: `xtask` copies that from there. */

import { fetchToken as tokenFor } from "./docs/token";

export const orderLine = () => new URLSearchParams(location.search).get("order-line") ?? "";

export const fetchToken = () => tokenFor(orderLine());
