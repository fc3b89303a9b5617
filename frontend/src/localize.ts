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

/** The language of the page's texts: the user's, or English where there are none in that. */
function languageOf(hass: Hass): string {
  const wanted = hass.locale?.language ?? hass.language;
  // Who reads the one Norwegian reads the other.
  const base = wanted.split("-")[0]!.replace(/^(nn|no)$/, "nb");
  return [wanted, base].find((name) => name in languages) ?? "en";
}

/** The text of a key; one that a language lacks is told in English. */
export function text(hass: Hass, key: string, values: Values = {}): string {
  const path = key.split(".");
  const found = lookUp(languages[languageOf(hass)]!, path) ?? lookUp(en, path) ?? key;
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** As many as there are: `key.one` or `key.other`, by the rules of the language of the texts. */
export const counted = (hass: Hass, key: string, count: number): string =>
  text(hass, `${key}.${new Intl.PluralRules(languageOf(hass)).select(count) === "one" ? "one" : "other"}`, {
    count,
  });

/** The word of an entity's state, the same as on every dashboard. */
export const stateWord = (hass: Hass, entity: string, state: string): string =>
  hass.localize(`component.${DOMAIN}.entity.sensor.${entity}.state.${state}`) ||
  state.replaceAll("_", " ");

/** Have Home Assistant fetch the texts that it shares with us. */
export async function loadSharedTexts(hass: Hass): Promise<void> {
  await Promise.allSettled([
    hass.loadBackendTranslation?.("common", DOMAIN),
    hass.loadBackendTranslation?.("entity", DOMAIN),
    hass.loadBackendTranslation?.("exceptions", DOMAIN),
  ]);
}
