/** The circuits of a group as the tree that they are: who takes how much of each. */

import { mdiEvStation, mdiSourceBranch, mdiTransmissionTower } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { define } from "../define";
import { hassChanged } from "../follow";
import { kilowatts } from "../format";
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
          ${this.power(circuit)}
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
      </div>
    `;
  }

  private power(circuit: Circuit): TemplateResult | typeof nothing {
    const watts = power(this.hass, this.group, circuit);
    // A meter of currents alone will never tell it.
    if (watts === null && circuit.metered) return nothing;
    return html`<span class="power numbers">${watts === null ? "–" : kilowatts(this.hass, watts)}</span>`;
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
