/** Where somebody who is no administrator may act: their session runs there, or the place is theirs. */

import { DOMAIN } from "./commands";
import type { Hass } from "./types";

/** All outlets of a page ask at the same time, ms. */
const FRESH = 2000;

let asked: { at: number; found: Promise<ReadonlySet<string>> } | undefined;

/** Outlets as `charger/number`. */
export function ownOutlets(hass: Hass): Promise<ReadonlySet<string>> {
  const now = performance.now();
  if (!asked || now - asked.at > FRESH) {
    const found = hass
      .callWS<string[]>({ type: `${DOMAIN}/sessions/my_outlets` })
      .then((own): ReadonlySet<string> => new Set(own))
      .catch((): ReadonlySet<string> => new Set());
    asked = { at: now, found };
  }
  return asked.found;
}
