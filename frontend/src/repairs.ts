/** Leads to a repair of Home Assistant. */

import type { LitElement } from "lit";
import { borrow } from "./borrowed";
import { DOMAIN } from "./commands";
import type { Hass } from "./types";

/** One that Home Assistant lists; it shows all of it. */
export interface Issue {
  domain: string;
  issue_id: string;
}

/** A repair of ours, if Home Assistant has told of it. */
export async function findIssue(hass: Hass, id: string): Promise<Issue | undefined> {
  const { issues } = await hass.callWS<{ issues: Issue[] }>({ type: "repairs/list_issues" });
  return issues.find(({ domain, issue_id }) => domain === DOMAIN && issue_id === id);
}

/**
 * Opens the dialog of a repair without leaving the page; whether that was possible.
 *
 * Home Assistant opens it for its own list of repairs only, so a list with this one in it
 * is put into `place`, unseen, and clicked on.
 */
export async function openIssue(place: ParentNode, hass: Hass, issue: Issue): Promise<boolean> {
  const [there] = await Promise.all([
    borrow("ha-config-repairs", "config", "repairs"),
    hass.loadFragmentTranslation?.("config"),
  ]);
  if (!there) return false;
  place.querySelector("ha-config-repairs")?.remove();
  const list = document.createElement("ha-config-repairs") as LitElement;
  Object.assign(list, { hass, repairsIssues: [issue] });
  list.style.display = "none";
  place.append(list);
  await list.updateComplete;
  const row = [...(list.shadowRoot?.querySelectorAll<HTMLElement>("*") ?? [])].find(
    (element) => "issue" in element,
  );
  let opened = false;
  list.addEventListener("show-dialog", () => (opened = true), { once: true });
  row?.click();
  return opened;
}
