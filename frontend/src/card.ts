/**
 * The dashboard's card. Home Assistant loads this file with every page, so it is
 * small: what the card shows is in the page's own file, fetched when it is shown.
 */

import { card as de } from "./translations/de.json";
import { card as en } from "./translations/en.json";
import { card as fi } from "./translations/fi.json";
import { card as nb } from "./translations/nb.json";
import { card as nl } from "./translations/nl.json";
import { card as sv } from "./translations/sv.json";

interface Config {
  type: string;
  group?: string;
}

interface LiveElement extends HTMLElement {
  hass?: unknown;
  entryId?: string;
}

const WORDS: Record<string, typeof en> = { de, en, fi, nb, nl, sv };

/** In the reader's language; asked for late, because it is not known while this file loads. */
function words(): typeof en {
  const home = document.querySelector<HTMLElement & { hass?: { language: string } }>("home-assistant");
  return WORDS[home?.hass?.language ?? "en"] ?? en;
}

const PAGE = new URL(import.meta.url.replace("card.js", "panel.js"));

class EvLoadManagerCard extends HTMLElement {
  private live?: LiveElement;
  private latest?: unknown;
  private config?: Config;

  setConfig(config: Config): void {
    this.config = config;
    if (this.live) this.live.entryId = config.group || undefined;
  }

  set hass(hass: unknown) {
    this.latest = hass;
    if (this.live) this.live.hass = hass;
  }

  connectedCallback(): void {
    void this.show();
  }

  private async show(): Promise<void> {
    await import(PAGE.href);
    if (this.live) return;
    this.live = document.createElement("ev-load-manager-live");
    this.live.entryId = this.config?.group || undefined;
    this.live.hass = this.latest;
    this.replaceChildren(this.live);
  }

  getCardSize(): number {
    return 8;
  }

  static getStubConfig(): Partial<Config> {
    return {};
  }

  /** What its editor asks: which group, where there are several. */
  static getConfigForm(): object {
    return {
      schema: [{ name: "group", selector: { config_entry: { integration: "ev_load_manager" } } }],
      computeLabel: (): string => words().group,
    };
  }
}

const NAME = "ev-load-manager-card";
if (!customElements.get(NAME)) customElements.define(NAME, EvLoadManagerCard);

const cards = ((window as { customCards?: object[] }).customCards ??= []);
cards.push({
  type: NAME,
  name: "EV Load Manager",
  get description(): string {
    return words().description;
  },
  preview: true,
});

export {};
