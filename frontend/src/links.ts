/** Where the flows of Home Assistant are. */

import { DOMAIN } from "./commands";

export const PANEL = "/ev-load-manager";

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
