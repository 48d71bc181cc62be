"use client";

import { DamageHelp } from "./DamageHelp";
import { fetchToken } from "./token";

export function Order({ orderLine }: { orderLine: string }) {
  return <DamageHelp orderLine={orderLine} fetchToken={fetchToken} />;
}
