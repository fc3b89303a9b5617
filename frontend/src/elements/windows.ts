/** Windows of mean power that are over, as bars against their limits. */

import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { getWindows } from "../commands";
import { define } from "../define";
import { hassChanged } from "../follow";
import { dateTime, kilowatts } from "../format";
import { text } from "../localize";
import { styles } from "../styles";
import type { Hass, PastWindow } from "../types";

const HEIGHT = 160;
/** More than that is no bar any more. */
const MOST = 400;

export class Windows extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: block;
      }
      svg {
        display: block;
        width: 100%;
        height: ${HEIGHT}px;
      }
      .bar {
        fill: var(--accent);
      }
      .over {
        fill: var(--bad);
      }
      .limit {
        stroke: var(--bad);
        stroke-width: 2;
        vector-effect: non-scaling-stroke;
      }
      .ends {
        display: flex;
        justify-content: space-between;
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  @property() entryId = "";
  /** What is shown, ms. */
  @property({ type: Number }) from = 0;
  @property({ type: Number }) to = 0;

  @state() private all: PastWindow[] = [];

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("entryId") || changed.has("to")) void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.all = await getWindows(this.hass, this.entryId);
    } catch {
      this.all = [];
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hass } = this;
    const shown = this.all
      .filter(([start]) => start * 1000 >= this.from - 3600_000 && start * 1000 < this.to)
      .slice(-MOST);
    if (!shown.length) return nothing;
    const top = Math.max(...shown.map(([, mean, limit]) => Math.max(mean, limit ?? 0)), 1) * 1.05;
    const y = (power: number) => HEIGHT * (1 - power / top);
    const [first, last, highest] = [
      shown[0]!,
      shown[shown.length - 1]!,
      shown.reduce((best, one) => (one[1] > best[1] ? one : best)),
    ];
    return html`<section class="card">
      <h2>${text(hass, "window.history")}</h2>
      <svg viewBox="0 0 ${shown.length} ${HEIGHT}" preserveAspectRatio="none" role="img">
        <title>
          ${text(hass, "window.highest", {
            mean: kilowatts(hass, highest[1]),
            time: dateTime(hass, new Date(highest[0] * 1000)),
          })}
        </title>
        ${shown.map(
          ([, mean, limit], place) => svg`
            <rect class="bar ${limit !== null && mean > limit ? "over" : ""}"
              x=${place + 0.1} width="0.8" y=${y(mean)} height=${HEIGHT - y(mean)}></rect>
            ${
              limit === null
                ? nothing
                : svg`<line class="limit" x1=${place} x2=${place + 1} y1=${y(limit)} y2=${y(limit)}></line>`
            }`,
        )}
      </svg>
      <div class="ends quiet">
        <span>${dateTime(hass, new Date(first[0] * 1000))}</span>
        <span
          >${text(hass, "window.highest", {
            mean: kilowatts(hass, highest[1]),
            time: dateTime(hass, new Date(highest[0] * 1000)),
          })}</span
        >
        <span>${dateTime(hass, new Date(last[0] * 1000))}</span>
      </div>
    </section>`;
  }
}

define("elm-windows", Windows);
