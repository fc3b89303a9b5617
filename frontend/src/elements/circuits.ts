/** The circuits of a group as the tree that they are: who takes how much of each. */

import { mdiEvStation, mdiSourceBranch, mdiTransmissionTower } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { define } from "../define";
import { hassChanged } from "../follow";
import { kilowatts, number } from "../format";
import { icon } from "../icon";
import { text } from "../localize";
import { styles } from "../styles";
import { branches, forChargers, isUncertain, metered, parts, power, type Branch } from "../tree";
import type { Circuit, Group, Hass } from "../types";
import { circuitName, mode, modeTone } from "../words";
import "./phase-bars";

const CIRCUIT_ICONS = {
  grid: mdiTransmissionTower,
  group: mdiEvStation,
  feeder: mdiSourceBranch,
  charger: mdiEvStation,
};

export class Circuits extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        min-width: 0;
      }
      .circuit {
        position: relative;
        padding-block: 12px;
        padding-inline-start: calc(var(--depth) * 20px);
      }
      .circuit + .circuit {
        border-top: 1px solid var(--line);
      }
      .circuit header {
        display: flex;
        align-items: center;
        gap: 10px;
        margin-bottom: 12px;
      }
      .circuit header .icon {
        color: var(--quiet);
      }
      .power {
        white-space: nowrap;
      }
      .together {
        display: grid;
        grid-template-columns: 24px 1fr minmax(86px, max-content);
        align-items: center;
        gap: 10px;
        margin-top: 10px;
      }
      .together .label {
        color: var(--quiet);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .together .track {
        height: 14px;
        border-radius: 7px;
        background: var(--track);
        overflow: hidden;
      }
      .together .drawn {
        height: 100%;
        background: var(--accent);
        transition: width 0.6s ease;
      }
      .together .over {
        background: var(--bad);
      }
      .together .value {
        text-align: end;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 16px;
        padding-top: 8px;
        border-top: 1px solid var(--line);
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .legend li {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .legend i {
        width: 18px;
        height: 10px;
        border-radius: 5px;
      }
      .legend .other {
        background: var(--other);
      }
      .legend .aside {
        background: color-mix(in srgb, #4269d0 30%, transparent);
      }
      .legend .taken {
        background: repeating-linear-gradient(
          -45deg,
          var(--other) 0 1.5px,
          transparent 1.5px 5px
        );
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  @property({ attribute: false }) group!: Group;
  /** The ids of those that are shown; all of them where nobody chooses. */
  @property({ attribute: false }) only?: readonly string[];
  /** In a dashboard's card: no legend. */
  @property({ type: Boolean }) compact = false;

  protected override render(): TemplateResult {
    const { group, only } = this;
    const shown = branches(group).filter(({ circuit }) => !only || only.includes(circuit.id));
    const least = Math.min(...shown.map(({ depth }) => depth));
    return html`${shown.map(({ circuit, depth }) => this.circuit({ circuit, depth: depth - least }))}
    ${this.compact ? nothing : this.legend()}`;
  }

  private circuit({ circuit, depth }: Branch): TemplateResult {
    const { hass, group } = this;
    const name = circuitName(hass, circuit);
    return html`
      <div class="circuit" style=${styleMap({ "--depth": String(depth) })}>
        <header>
          ${icon(CIRCUIT_ICONS[circuit.kind])}
          <h2 class="grow name" title=${name}>${name}</h2>
          ${circuit.power ? nothing : this.power(circuit)}
          ${this.compact && !this.only && circuit.kind === "group"
            ? html`<span class="chip ${modeTone(group)}">${mode(hass, group)}</span>`
            : nothing}
        </header>
        <elm-phase-bars
          .hass=${hass}
          .name=${name}
          .phases=${group.phases}
          .limits=${circuit.limit}
          .capacity=${forChargers(group, circuit)}
          .parts=${parts(hass, group, circuit)}
          .total=${metered(circuit)}
          ?uncertain=${isUncertain(circuit)}
        ></elm-phase-bars>
        ${circuit.power ? this.together(circuit, circuit.power.limit) : nothing}
      </div>
    `;
  }

  private power(circuit: Circuit): TemplateResult | typeof nothing {
    const watts = power(this.hass, this.group, circuit);
    // A meter of currents alone will never tell it.
    if (watts === null && circuit.metered) return nothing;
    return html`<span class="power numbers">${watts === null ? "–" : kilowatts(this.hass, watts)}</span>`;
  }

  /** All phases as one, where they are limited so. */
  private together(circuit: Circuit, most: number): TemplateResult {
    const { hass, group } = this;
    const watts = power(hass, group, circuit);
    const share = watts === null ? 0 : Math.min(1, Math.max(0, watts) / Math.max(1000 * most, 1));
    const told = html`<strong>${watts === null ? "–" : number(hass, watts / 1000)}</strong> / ${kilowatts(hass, 1000 * most)}`;
    return html`<div class="together">
      <span class="label" aria-hidden="true">Σ</span>
      <div
        class="track"
        role="img"
        aria-label=${text(hass, "bars.together", {
          name: circuitName(hass, circuit),
          limit: kilowatts(hass, 1000 * most),
          drawn: watts === null ? "–" : kilowatts(hass, watts),
        })}
      >
        <div
          class="drawn ${watts !== null && watts > 1020 * most ? "over" : ""}"
          style=${styleMap({ width: `${100 * share}%` })}
        ></div>
      </div>
      <span class="value numbers">${told}</span>
    </div>`;
  }

  private legend(): TemplateResult {
    const { hass, group } = this;
    return html`<ul class="legend" aria-hidden="true">
      ${group.circuits.some((circuit) => circuit.other_load)
        ? html`<li><i class="other"></i>${text(hass, "bars.other_load")}</li>`
        : nothing}
      <li><i class="aside"></i>${text(hass, "bars.reserved")}</li>
      <li><i class="taken"></i>${text(hass, "bars.unavailable")}</li>
    </ul>`;
  }
}

define("elm-circuits", Circuits);
