/** The page's texts in the user's language. */

import { DOMAIN } from "./commands";
import { en, languages, type Texts } from "./translations";
import type { Hass } from "./types";

type Values = Record<string, string | number>;

function lookUp(texts: Texts, path: string[]): string | undefined {
  let here: unknown = texts;
  for (const step of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Record<string, unknown>)[step];
  }
  return typeof here === "string" ? here : undefined;
}

/** The text of a key; one that a language lacks is told in English. */
export function text(hass: Hass, key: string, values: Values = {}): string {
  const path = key.split(".");
  const language = hass.locale?.language ?? hass.language;
  const own = languages[language] ?? languages[language.split("-")[0]!];
  const found = (own && lookUp(own, path)) ?? lookUp(en, path) ?? key;
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** As many as there are: `key.one` or `key.other`. */
export const counted = (hass: Hass, key: string, count: number): string =>
  text(hass, `${key}.${new Intl.PluralRules(hass.locale.language).select(count) === "one" ? "one" : "other"}`, {
    count,
  });

/** The word of an entity's state, the same as on every dashboard. */
export const stateWord = (hass: Hass, entity: string, state: string): string =>
  hass.localize(`component.${DOMAIN}.entity.sensor.${entity}.state.${state}`) ||
  state.replaceAll("_", " ");

/** Have Home Assistant fetch the texts that it shares with us. */
export async function loadSharedTexts(hass: Hass): Promise<void> {
  await Promise.allSettled([
    hass.loadBackendTranslation?.("entity", DOMAIN),
    hass.loadBackendTranslation?.("exceptions", DOMAIN),
  ]);
}
