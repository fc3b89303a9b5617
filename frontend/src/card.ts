/**
 * The dashboard's cards. Home Assistant loads this file with every page, so it is
 * small: what the cards show is in the page's own file, fetched when one is shown.
 */

import { card as de } from "./translations/de.json";
import { card as en } from "./translations/en.json";
import { card as fi } from "./translations/fi.json";
import { card as nb } from "./translations/nb.json";
import { card as nl } from "./translations/nl.json";
import { card as sv } from "./translations/sv.json";

interface Config {
  type: string;
  /** The entry of a group; the first one that has what is shown, where none is named. */
  group?: string;
  /** `charger/number`. */
  outlet?: string;
  /** The id of its circuit. */
  feeder?: string;
}

interface Named {
  id: string;
  name: string;
  number?: number | null;
}

interface ListedGroup {
  name: string;
  outlets: Named[];
  feeders: Named[];
}

interface Hass {
  language: string;
  callWS<T>(message: Record<string, unknown>): Promise<T>;
}

interface LiveElement extends HTMLElement {
  hass?: unknown;
  entryId?: string;
  shown?: { outlet?: string; circuit?: string; carsOnly?: boolean };
}

const WORDS: Record<string, typeof en> = { de, en, fi, nb, nl, sv };

const home = (): Hass | undefined =>
  document.querySelector<HTMLElement & { hass?: Hass }>("home-assistant")?.hass;

/** In the reader's language; asked for late, because it is not known while this file loads. */
function words(): typeof en {
  return WORDS[home()?.language ?? "en"] ?? en;
}

const PAGE = new URL(import.meta.url.replace("card.js", "panel.js"));

/** All that can be chosen: an outlet or a feeder of any group. */
async function choices(kind: "outlets" | "feeders"): Promise<{ value: string; label: string }[]> {
  const groups = await home()?.callWS<ListedGroup[]>({ type: "ev_load_manager/groups" });
  if (!groups) return [];
  return groups.flatMap((group) =>
    group[kind].map(({ id, name, number }) => ({
      value: id,
      label: [groups.length > 1 ? group.name : "", number ? `${name} (${number})` : name]
        .filter(Boolean)
        .join(": "),
    })),
  );
}

abstract class Card extends HTMLElement {
  private live?: LiveElement;
  private latest?: unknown;
  protected config?: Config;

  setConfig(config: Config): void {
    this.config = config;
    this.configure();
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
    this.configure();
    this.live.hass = this.latest;
    this.replaceChildren(this.live);
  }

  private configure(): void {
    if (!this.live) return;
    this.live.entryId = this.config?.group || undefined;
    this.live.shown = this.shown();
  }

  /** Which part of the group it shows. */
  protected abstract shown(): LiveElement["shown"];

  getCardSize(): number {
    return 8;
  }

  /** Its place in a view of sections: as wide as one, and as high as it needs. */
  getGridOptions(): object {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }
}

const groupField = {
  name: "group",
  selector: { config_entry: { integration: "ev_load_manager" } },
};

const form = (schema: object[]): object => ({
  schema,
  computeLabel: ({ name }: { name: "group" | "outlet" | "feeder" }): string => words()[name],
});

const oneOf = async (name: "outlet" | "feeder"): Promise<object> =>
  form([
    {
      name,
      required: true,
      selector: { select: { mode: "dropdown", options: await choices(`${name}s`) } },
    },
  ]);

class GroupCard extends Card {
  protected shown() {
    return {};
  }

  static getStubConfig(): Partial<Config> {
    return {};
  }

  /** What its editor asks: which group, where there are several. */
  static getConfigForm(): object {
    return form([groupField]);
  }
}

class CarsCard extends Card {
  protected shown() {
    return { carsOnly: true };
  }

  static getStubConfig(): Partial<Config> {
    return {};
  }

  static getConfigForm(): object {
    return form([groupField]);
  }
}

class OutletCard extends Card {
  protected shown() {
    return { outlet: this.config?.outlet ?? "" };
  }

  override getCardSize(): number {
    return 4;
  }

  static async getStubConfig(): Promise<Partial<Config>> {
    return { outlet: (await choices("outlets"))[0]?.value ?? "" };
  }

  static getConfigForm(): Promise<object> {
    return oneOf("outlet");
  }
}

class FeederCard extends Card {
  protected shown() {
    return { circuit: this.config?.feeder ?? "" };
  }

  static async getStubConfig(): Promise<Partial<Config>> {
    return { feeder: (await choices("feeders"))[0]?.value ?? "" };
  }

  static getConfigForm(): Promise<object> {
    return oneOf("feeder");
  }
}

/** Their types are stored in dashboards, and never change. */
const CARDS = [
  ["ev-load-manager-card", GroupCard, "of_group"],
  ["ev-load-manager-outlet-card", OutletCard, "of_outlet"],
  ["ev-load-manager-feeder-card", FeederCard, "of_feeder"],
  ["ev-load-manager-cars-card", CarsCard, "of_cars"],
] as const;

const offered = ((window as { customCards?: object[] }).customCards ??= []);
for (const [type, element, of] of CARDS) {
  if (!customElements.get(type)) customElements.define(type, element);
  offered.push({
    type,
    get name(): string {
      return words()[of].name;
    },
    get description(): string {
      return words()[of].description;
    },
    preview: true,
  });
}

export {};
