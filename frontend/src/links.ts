/** Where the flows of Home Assistant are. */

import { DOMAIN } from "./commands";

export const PANEL = "/ev-load-manager";

/** The page of one outlet, which may be kept as a bookmark; `key` is `charger/number`. */
export function outletPath(entryId: string, key: string): string {
  const end = key.lastIndexOf("/");
  return `${PANEL}/${entryId}/outlet/${encodeURIComponent(key.slice(0, end))}/${key.slice(end + 1)}`;
}

/** What such a path names: the group, and the outlet as `charger/number`; undefined: another page. */
export function outletOf(path: string): { entryId: string; key: string } | undefined {
  const [, entryId, page, charger, number] = path.split("/");
  if (!entryId || page !== "outlet" || !charger) return undefined;
  try {
    return { entryId, key: `${decodeURIComponent(charger)}/${number || 1}` };
  } catch {
    return undefined;
  }
}

/** The integration's own page, which offers to add chargers; at a group where one is named. */
export const integrationPath = (entryId?: string): string =>
  `/config/integrations/integration/${DOMAIN}${entryId ? `#config_entry=${entryId}` : ""}`;

export const repairsPath = "/config/repairs";

/** Goes to a path of Home Assistant without loading it anew. */
export function navigate(path: string): void {
  history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
}

export const addIntegrationPath = `/config/integrations/dashboard/add?domain=${DOMAIN}`;
