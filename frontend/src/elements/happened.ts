/** What happened to a group or an outlet, in sentences. */

import {
  mdiArrowDown,
  mdiArrowUp,
  mdiCar,
  mdiCarOff,
  mdiCog,
  mdiLanConnect,
  mdiLanDisconnect,
  mdiMeterElectric,
  mdiMeterElectricOutline,
  mdiPause,
  mdiPlay,
} from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { getHappenings, inWords } from "../commands";
import { define } from "../define";
import { hassChanged } from "../follow";
import { time } from "../format";
import { icon } from "../icon";
import { text } from "../localize";
import { styles } from "../styles";
import { sentences, type Sentence } from "../story";
import type { Group, Happening, Hass } from "../types";

const FIRST = 200;
const MOST = 5000;
/** While it is looked at, it is asked again at most this often, ms. */
const AGAIN = 3000;

const ICONS: Record<Sentence["tone"], string> = {
  began: mdiCar,
  ended: mdiCarOff,
  up: mdiArrowUp,
  down: mdiArrowDown,
  paused: mdiPause,
  goes_on: mdiPlay,
  lost: mdiLanDisconnect,
  back: mdiLanConnect,
  safe_limit: mdiMeterElectricOutline,
  meter_back: mdiMeterElectric,
  setting: mdiCog,
};

export class Happened extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: block;
      }
      h3 {
        padding-block: 12px 4px;
        font-size: var(--ha-font-size-m, 14px);
        color: var(--quiet);
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        display: grid;
        grid-template-columns: max-content 18px minmax(0, 1fr);
        gap: 10px;
        align-items: baseline;
        padding-block: 6px;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .icon {
        width: 18px;
        height: 18px;
        color: var(--quiet);
        align-self: center;
      }
      .lost .icon,
      .safe_limit .icon {
        color: var(--bad);
      }
      .back .icon,
      .meter_back .icon {
        color: var(--good);
      }
      .more {
        margin: 8px auto 0;
        display: flex;
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  @property({ attribute: false }) group!: Group;
  @property() entryId = "";
  /** Of this one only, `charger/number`; of the whole group where none is named. */
  @property() outlet = "";
  /** The server's clock, ms: a browser's own may be wrong. */
  @property({ attribute: false }) wallClock: () => number = Date.now;

  @state() private happenings?: Happening[];
  @state() private most = FIRST;
  @state() private error = "";
  private timer?: number;
  private loadedAt = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.timer);
    this.timer = undefined;
  }

  protected override shouldUpdate(changed: Map<PropertyKey, unknown>): boolean {
    if (changed.has("entryId") || changed.has("outlet") || changed.has("most")) {
      void this.load();
    } else if (changed.has("group") && this.timer === undefined) {
      const wait = Math.max(0, this.loadedAt + AGAIN - performance.now());
      this.timer = window.setTimeout(() => {
        this.timer = undefined;
        void this.load();
      }, wait);
    }
    return !this.hasUpdated || [...changed.keys()].some((key) => key !== "group");
  }

  private readonly load = async (): Promise<void> => {
    const { hass, entryId, outlet, most } = this;
    this.loadedAt = performance.now();
    try {
      this.happenings = await getHappenings(hass, entryId, { outlet, limit: most });
      this.error = "";
    } catch (error) {
      this.error = inWords(hass, error);
    }
  };

  protected override render(): TemplateResult {
    const { hass, happenings } = this;
    if (this.error) return html`<div class="alert bad" role="alert">${this.error}</div>`;
    if (!happenings) return html`<p class="quiet" aria-busy="true">${text(hass, "loading")}</p>`;
    if (!happenings.length) return html`<p class="quiet">${text(hass, "happened.nothing")}</p>`;
    return html`${this.days(sentences(hass, this.group, happenings))}
    ${happenings.length >= this.most && this.most < MOST
      ? html`<button
          class="more tonal"
          @click=${() => {
            this.most = Math.min(MOST, this.most * 4);
          }}
        >
          ${text(hass, "log.more")}
        </button>`
      : nothing}`;
  }

  private days(told: Sentence[]): TemplateResult[] {
    const { hass } = this;
    const today = new Date(this.wallClock()).toDateString();
    const days = new Map<string, Sentence[]>();
    for (const one of told) {
      const day = one.time.toDateString();
      days.set(day, [...(days.get(day) ?? []), one]);
    }
    return [...days].map(
      ([day, of]) => html`${day === today ? nothing : html`<h3>${text(hass, "happened.yesterday")}</h3>`}
        <ol>
          ${of.map(
            (one) =>
              html`<li class=${one.tone}>
                <time class="quiet numbers" datetime=${one.time.toISOString()}
                  >${time(hass, one.time)}</time
                >
                ${icon(ICONS[one.tone])} <span>${one.words}</span>
              </li>`,
          )}
        </ol>`,
    );
  }
}

define("elm-happened", Happened);
