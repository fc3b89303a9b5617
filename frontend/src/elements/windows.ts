/** Windows of mean power that are over, as bars against their limits. */

import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { getWindows } from "../commands";
import { define } from "../define";
import { hassChanged } from "../follow";
import { dateTime, kilowatts, number } from "../format";
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
      .plot {
        position: relative;
        margin-block: 12px 4px;
        margin-inline-start: 52px;
      }
      .step {
        stroke: var(--line);
        vector-effect: non-scaling-stroke;
      }
      .scale {
        position: absolute;
        inset-inline-end: calc(100% + 8px);
        transform: translateY(-50%);
        white-space: nowrap;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
        line-height: 1;
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
        gap: 16px;
        margin-inline-start: 52px;
        font-size: var(--ha-font-size-s, 12px);
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 2px 16px;
        padding-top: 8px;
        color: var(--quiet);
      }
      .legend span {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .legend i {
        width: 12px;
        height: 12px;
        border-radius: 2px;
        background: var(--accent);
      }
      .legend .above {
        background: var(--bad);
      }
      .legend .line {
        height: 2px;
        width: 18px;
        background: var(--bad);
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
    const top = Math.max(...shown.map(([, mean, limit]) => Math.max(mean, limit ?? 0)), 1000) * 1.05;
    const step = stepOf(top);
    const steps = Array.from({ length: Math.floor(top / step) + 1 }, (_, place) => place * step);
    const isOver = ([, mean, limit]: PastWindow) => limit !== null && mean > limit;
    const y = (power: number) => HEIGHT * (1 - power / top);
    const [first, last, highest] = [
      shown[0]!,
      shown[shown.length - 1]!,
      shown.reduce((best, one) => (one[1] > best[1] ? one : best)),
    ];
    return html`<section class="card">
      <h2>${text(hass, "window.history")}</h2>
      <div class="plot">
        ${steps.map(
          (power) =>
            html`<span class="scale numbers" style=${styleMap({ insetBlockStart: `${y(power)}px` })}
              >${number(hass, power / 1000, Number.isInteger(step / 1000) ? 0 : 1)} kW</span
            >`,
        )}
      <svg viewBox="0 0 ${shown.length} ${HEIGHT}" preserveAspectRatio="none" role="img">
        <title>
          ${text(hass, "window.highest", {
            mean: kilowatts(hass, highest[1]),
            time: dateTime(hass, new Date(highest[0] * 1000)),
          })}
        </title>
        ${steps.map(
          (power) =>
            svg`<line class="step" x1="0" x2=${shown.length} y1=${y(power)} y2=${y(power)}></line>`,
        )}
        ${shown.map(
          ([start, mean, limit], place) => svg`
            <rect class="bar ${limit !== null && mean > limit ? "over" : ""}"
              x=${place + 0.1} width="0.8" y=${y(mean)} height=${HEIGHT - y(mean)}>
              <title>${told(hass, start, mean, limit)}</title>
            </rect>
            ${
              limit === null
                ? nothing
                : svg`<line class="limit" x1=${place} x2=${place + 1} y1=${y(limit)} y2=${y(limit)}></line>`
            }`,
        )}
      </svg>
      </div>
      <div class="ends quiet">
        <span>${dateTime(hass, new Date(first[0] * 1000))}</span>
        <span>${dateTime(hass, new Date(last[0] * 1000))}</span>
      </div>
      <div class="legend numbers">
        <span><i aria-hidden="true"></i>${text(hass, "window.mean")}</span>
        ${shown.some(isOver)
          ? html`<span><i class="above" aria-hidden="true"></i>${text(hass, "window.above")}</span>`
          : nothing}
        ${shown.some(([, , limit]) => limit !== null)
          ? html`<span><i class="line" aria-hidden="true"></i>${text(hass, "window.limit")}</span>`
          : nothing}
        <span
          >${text(hass, "window.highest", {
            mean: kilowatts(hass, highest[1]),
            time: dateTime(hass, new Date(highest[0] * 1000)),
          })}</span
        >
      </div>
    </section>`;
  }
}

/** W between two lines of the scale: so that there are two to five. */
const stepOf = (top: number): number =>
  [500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000].find((step) => top / step < 5.5) ?? 500_000;

/** What is said of a bar under a pointer. */
function told(hass: Hass, start: number, mean: number, limit: number | null): string {
  const words = `${dateTime(hass, new Date(start * 1000))}: ${kilowatts(hass, mean)}`;
  return limit === null ? words : `${words} / ${kilowatts(hass, limit)}`;
}

define("elm-windows", Windows);
