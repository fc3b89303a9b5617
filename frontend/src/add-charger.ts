/** Opens Home Assistant's own form that adds a charger. */

import type { LitElement } from "lit";
import { borrow } from "./borrowed";
import { DOMAIN } from "./commands";
import { integrationPath, navigate } from "./links";
import type { Hass } from "./types";

interface Entry {
  entry_id: string;
}

/** The page of an integration, as far as it is used here. */
interface IntegrationPage extends LitElement {
  _addSubEntry?(event: { target: { flowType: string } }): Promise<void> | void;
}

/** Opens the form, or leads to where it can be opened. */
export async function addCharger(place: ParentNode, hass: Hass, entryId: string): Promise<void> {
  if (!(await opened(place, hass, entryId).catch(() => false))) navigate(integrationPath(entryId));
}

/**
 * Whether the form could be opened.
 *
 * Home Assistant opens it from its page of an integration only, so that one is put into
 * `place`, unseen, with this group alone, and told that somebody pressed its button.
 */
async function opened(place: ParentNode, hass: Hass, entryId: string): Promise<boolean> {
  const tag = "ha-config-integration-page";
  const [there, entries] = await Promise.all([
    borrow(tag, "config", "integrations", "integration"),
    hass.callWS<Entry[]>({ type: "config_entries/get", domain: DOMAIN }),
    hass.loadFragmentTranslation?.("config"),
    hass.loadBackendTranslation?.("config_subentries", DOMAIN),
  ]);
  const entry = entries.find(({ entry_id }) => entry_id === entryId);
  if (!there || !entry) return false;
  place.querySelector(tag)?.remove();
  const page = document.createElement(tag) as IntegrationPage;
  Object.assign(page, { hass, domain: DOMAIN, configEntries: [entry], _extraConfigEntries: [entry] });
  // Nothing of it is drawn: who only presses its button needs no page.
  Object.assign(page, { shouldUpdate: () => false });
  page.style.display = "none";
  place.append(page);
  let shown = false;
  page.addEventListener("show-dialog", () => (shown = true), { once: true });
  await page._addSubEntry?.({ target: { flowType: "charger" } });
  return shown;
}
