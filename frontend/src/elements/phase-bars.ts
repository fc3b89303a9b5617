/** A bar for each phase of a circuit: who takes how much of its limit, and what is free. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { define } from "../define";
import { amperes, limit, number } from "../format";
import { text } from "../localize";
import { styles } from "../styles";
import { PHASES, type Currents, type Hass, type PhaseName } from "../types";

/** What somebody takes of a circuit. */
export interface Part {
  name: string;
  color: string;
  /** Drawn now, A per phase; null where nobody tells. */
  drawn: Currents | null;
  /** Set aside, A per phase: as much as drawn, or more. */
  reserved: Currents;
}

const SLACK = 0.1;

export class PhaseBars extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: grid;
        gap: 10px;
      }
      .phase {
        display: grid;
        grid-template-columns: 24px 1fr minmax(86px, max-content);
        align-items: center;
        gap: 10px;
      }
      .label {
        color: var(--quiet);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .track {
        position: relative;
        height: 14px;
        border-radius: 7px;
        background: var(--track);
        overflow: hidden;
        display: flex;
        /* While it moves nothing else has to be laid out anew. */
        contain: layout paint;
      }
      .part {
        height: 100%;
        flex: none;
        transition: width 0.6s ease;
        box-shadow: inset -1px 0 0 var(--ha-card-background, var(--card-background-color, #fff));
      }
      .reserved {
        opacity: 0.28;
        box-shadow: none;
      }
      .taken {
        position: absolute;
        inset-block: 0;
        inset-inline-end: 0;
        background: repeating-linear-gradient(
          -45deg,
          var(--other) 0 1.5px,
          transparent 1.5px 6px
        );
        transition: width 0.6s ease;
      }
      .limit {
        position: absolute;
        inset-block: 0;
        width: 2px;
        background: var(--bad);
      }
      .value {
        text-align: end;
        line-height: 1.25;
      }
      .value small {
        display: block;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .over small {
        color: var(--bad-words);
      }
      .current {
        font-weight: var(--ha-font-weight-medium, 500);
      }
    `,
  ];

  @property({ attribute: false }) hass!: Hass;
  @property() name = "";
  @property({ attribute: false }) phases: readonly PhaseName[] = PHASES;
  @property({ attribute: false }) limits: Currents = [0, 0, 0];
  /** What is left of the limits for those who are shown, where others take some of it unseen. */
  @property({ attribute: false }) capacity?: Currents;
  @property({ attribute: false }) parts: Part[] = [];
  /** Whether what is not taken is free: not so where others take an unknown share. */
  @property({ type: Boolean }) uncertain = false;
  /** What flows in all where somebody measures it; else the sum of the parts. */
  @property({ attribute: false }) total?: Currents;

  protected override render(): TemplateResult[] {
    return this.phases.map((phase) => this.bar(phase, PHASES.indexOf(phase)));
  }

  private bar(phase: PhaseName, index: number): TemplateResult {
    const { hass } = this;
    const allowed = this.limits[index]!;
    const own = (part: Part) => Math.max(0, part.drawn?.[index] ?? 0);
    const drawn = this.total?.[index] ?? sum(this.parts.map((part) => part.drawn?.[index] ?? 0));
    const stack = sum(this.parts.map((part) => Math.max(own(part), part.reserved[index]!)));
    const scale = Math.max(allowed, stack, drawn, 0.1);
    // Where a meter or a car should tell, what is known of the parts is not what flows.
    const isUnknown =
      this.total === undefined &&
      (this.uncertain || this.parts.some((part) => !part.drawn && part.reserved[index]! > 0));
    const width = (current: number) => `${(Math.max(0, current) / scale) * 100}%`;
    const capacity = this.capacity?.[index] ?? allowed;
    const over = drawn > allowed + SLACK;
    const free = Math.min(allowed, capacity) - stack;
    return html`
      <div
        class="phase ${over ? "over" : ""}"
        role="meter"
        aria-label=${text(hass, "bars.phase_of", { name: this.name, phase })}
        aria-valuemin="0"
        aria-valuemax=${allowed}
        aria-valuenow=${Math.round(drawn * 10) / 10}
        aria-valuetext=${text(hass, "bars.of", {
          current: isUnknown ? text(hass, "bars.unknown") : amperes(hass, drawn),
          limit: limit(hass, allowed),
        })}
      >
        <span class="label" aria-hidden="true">${phase}</span>
        <div class="track" aria-hidden="true">
          ${this.parts.map((part) => {
            const taken = own(part);
            const aside = Math.max(0, part.reserved[index]! - taken);
            return html`
              ${taken > 0.05
                ? html`<div
                    class="part"
                    title="${part.name}: ${amperes(hass, taken)}"
                    style=${styleMap({ width: width(taken), background: part.color })}
                  ></div>`
                : nothing}
              ${aside > 0.05
                ? html`<div
                    class="part reserved"
                    title="${part.name}: ${amperes(hass, aside)} ${text(hass, "bars.reserved")}"
                    style=${styleMap({ width: width(aside), background: part.color })}
                  ></div>`
                : nothing}
            `;
          })}
          ${capacity < allowed - SLACK
            ? html`<div
                class="taken"
                title=${text(hass, "bars.unavailable")}
                style=${styleMap({ width: width(scale - Math.max(capacity, stack)) })}
              ></div>`
            : nothing}
          ${scale > allowed + SLACK
            ? html`<div class="limit" style=${styleMap({ left: width(allowed) })}></div>`
            : nothing}
        </div>
        <div class="value numbers" aria-hidden="true">
          <span class="current">${isUnknown ? "–" : number(hass, drawn)}</span>
          <span class="quiet">/ ${limit(hass, allowed)}</span>
          <small>
            ${over
              ? text(hass, "bars.over", { current: amperes(hass, drawn - allowed) })
              : this.uncertain
                ? nothing
                : free > SLACK
                  ? text(hass, "bars.headroom", { current: amperes(hass, free) })
                : text(hass, "bars.no_headroom")}
          </small>
        </div>
      </div>
    `;
  }
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

define("elm-phase-bars", PhaseBars);
