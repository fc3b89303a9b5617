/** Who gets what at this moment, and why. */

import { mdiAlertCircleOutline, mdiEvStation, mdiTimerSandComplete, mdiTransmissionTower } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { addCharger } from "../add-charger";
import { define } from "../define";
import "../elements/circuits";
import { empty } from "../elements/empty";
import "../elements/outlet";
import "../elements/window";
import { hassChanged } from "../follow";
import { dateTime, kilowatts, limit } from "../format";
import { icon } from "../icon";
import { PANEL } from "../links";
import { counted, text } from "../localize";
import { styles } from "../styles";
import { below, outlets, type Outlet } from "../tree";
import type { Group, Hass, Signal } from "../types";
import { circuitName, mode, modeTone, safeLimit, signalled, waits, whoAsks } from "../words";

/** More than a screen shows. */
const AT_FIRST = 30;

/** A part of a group, as a card shows it. */
export interface Part {
  /** One outlet, as `charger/number`. */
  outlet?: string;
  /** One circuit, with the outlets behind it. */
  circuit?: string;
  /** The cars alone, without what feeds them. */
  carsOnly?: boolean;
}

export class NowView extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
        container-type: inline-size;
      }
      .tree {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0;
        padding-block: 8px;
      }
      .summary {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 16px;
      }
      .outlets {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr));
      }
      /* Of two hundred only those in sight are laid out and drawn. */
      .outlets elm-outlet {
        content-visibility: auto;
        contain-intrinsic-block-size: auto 210px;
      }
      :host([compact]) .outlets {
        gap: 0;
        grid-template-columns: 1fr;
      }
      :host([compact]) .card {
        border: 0;
        border-radius: 0;
        box-shadow: none;
        padding-block: 12px;
      }
      :host([compact]) {
        gap: 0;
      }
      :host([compact]) .tree ~ .outlets elm-outlet,
      :host([compact]) elm-outlet + elm-outlet,
      :host([compact]) .outlets + .tree,
      :host([compact]) .summary ~ .outlets {
        border-top: 1px solid var(--line);
      }
      :host([compact]) .summary {
        padding: 12px 16px;
      }
      .tree summary {
        cursor: pointer;
        min-height: 28px;
      }
      ol,
      .no-chargers {
        justify-items: center;
        display: grid;
        gap: 12px;
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  @property({ attribute: false }) group!: Group;
  @property() entryId = "";
  @property({ attribute: false }) now: () => number = () => 0;
  /** On a phone. */
  @property({ type: Boolean }) narrow = false;
  /** In a dashboard's card: no frames, no details. */
  @property({ type: Boolean, reflect: true }) compact = false;

  /** Which part of the group; all of it where nobody chooses. */
  @property({ attribute: false }) shown: Part = {};

  @state() private unfolded = false;
  /** How many outlets are there so far: those in sight first, the others a moment later. */
  @state() private most = AT_FIRST;
  /** Counts the seconds while a time is shown. */
  @state() private at = 0;

  private timer?: number;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => {
      const counts =
        this.group?.window ||
        this.group?.chargers.some((charger) =>
          charger.connectors.some((one) => one.next_turn !== null || one.session),
        );
      if (counts) this.at += 1;
    }, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  protected override render(): TemplateResult {
    const { shown } = this;
    const all = this.outlets();
    const hasTree = !shown.carsOnly && shown.outlet === undefined;
    return html`
      ${this.compact && !shown.carsOnly ? nothing : this.summary(all)}
      ${this.group.window && hasTree && shown.circuit === undefined && !this.compact
        ? html`<elm-window
            .hass=${this.hass}
            .window=${this.group.window}
            .now=${this.now()}
          ></elm-window>`
        : nothing}
      ${hasTree && !this.narrow ? this.tree() : nothing}
      ${all.length
        ? html`<h2 class="sr">${text(this.hass, "outlets")}</h2>
            <div class="outlets">${this.cards(all)}</div>`
        : this.nobody()}
      ${hasTree && this.narrow ? this.folded() : nothing}
    `;
  }

  private outlets(): Outlet[] {
    const { hass, group, shown } = this;
    if (shown.circuit !== undefined) {
      const circuit = group.circuits.find(({ id }) => id === shown.circuit);
      return circuit ? below(hass, group, circuit) : [];
    }
    const all = outlets(hass, group);
    return shown.outlet === undefined ? all : all.filter(({ key }) => key === shown.outlet);
  }

  protected override updated(): void {
    if (this.most === AT_FIRST && this.outlets().length > AT_FIRST) {
      requestAnimationFrame(() => window.setTimeout(() => (this.most = Infinity)));
    }
  }

  private cards(all: Outlet[]): unknown {
    return repeat(
      all.slice(0, this.most),
      ({ key }) => key,
      (outlet) => html`<elm-outlet
        .hass=${this.hass}
        .group=${this.group}
        .outlet=${outlet}
        .entryId=${this.entryId}
        .now=${this.now}
        .at=${this.at}
        ?compact=${this.compact}
      ></elm-outlet>`,
    );
  }

  private tree(): TemplateResult {
    return html`<section class="card tree" aria-label=${text(this.hass, "circuits")}>
      ${this.circuits()}
    </section>`;
  }

  /** On a phone the cars come first, and what feeds them is opened by whoever asks for it. */
  private folded(): TemplateResult {
    return html`<details
      class="card tree"
      @toggle=${(event: Event) => {
        this.unfolded = (event.target as HTMLDetailsElement).open;
      }}
    >
      <summary>${text(this.hass, "circuits")}</summary>
      ${this.unfolded ? this.circuits() : nothing}
    </details>`;
  }

  private circuits(): TemplateResult {
    const { circuit } = this.shown;
    return html`<elm-circuits
      .hass=${this.hass}
      .group=${this.group}
      .only=${circuit === undefined ? undefined : [circuit]}
      ?compact=${this.compact}
    ></elm-circuits>`;
  }

  private summary(all: Outlet[]): TemplateResult {
    const { hass, group } = this;
    const charging = all.filter(({ connector }) => connector.status === "charging").length;
    const waiting = all.filter(({ connector }) => waits(connector)).length;
    return html`
      <div class="summary">
        <span class="chip ${modeTone(group)}">${mode(hass, group)}</span>
        ${group.safe_limit_cause
          ? html`<span>${safeLimit(hass, group)}</span>`
          : nothing}
        <span class="quiet">
          ${charging ? counted(hass, "summary.charging", charging) : text(hass, "summary.idle")}${waiting
            ? html`, ${counted(hass, "summary.waiting", waiting)}`
            : nothing}
        </span>
      </div>
      ${group.temporary_limits.map((temporary) => {
        const circuit = group.circuits.find(({ id }) => id === temporary.circuit);
        return html`<div class="alert warn">
          ${icon(mdiTimerSandComplete)}
          <span class="grow"
            >${text(hass, "summary.temporary_limit", {
              limit: limit(hass, temporary.limit),
              circuit: circuit ? circuitName(hass, circuit) : "",
              until: dateTime(hass, new Date(temporary.until)),
              name: temporary.name,
            })}</span
          >
        </div>`;
      })}
      ${(group.signals ?? []).map((signal) => this.signal(signal))}
      ${hass.user?.is_admin ? this.hints() : nothing}
      ${hass.user?.is_admin && group.unknown.length
        ? html`<div class="alert">
            ${icon(mdiAlertCircleOutline)}
            <span class="grow">${counted(hass, "summary.unknown", group.unknown.length)}</span>
            <a class="button" href="${PANEL}/settings/${this.entryId}"
              >${text(hass, "summary.see")}</a
            >
          </div>`
        : nothing}
    `;
  }

  /** A limit in kW that a grid operator, an automation or somebody asks for. */
  private signal(signal: Signal): TemplateResult {
    const { hass, group } = this;
    return html`<div class="alert warn">
      ${icon(mdiTransmissionTower)}
      <span class="grow"
        >${text(hass, signal.until ? "signal.now_until" : "signal.now", {
          circuit: signalled(hass, group, signal),
          limit: kilowatts(hass, 1000 * signal.limit),
          since: dateTime(hass, new Date(signal.start)),
          until: signal.until ? dateTime(hass, new Date(signal.until)) : "",
          who: whoAsks(hass, signal),
        })}</span
      >
    </div>`;
  }

  /** Chargers that may be wired in another way than their settings say. */
  private hints(): TemplateResult[] {
    const { hass, group } = this;
    return group.chargers
      .filter(({ wiring_hint }) => wiring_hint)
      .map(
        ({ name }) =>
          html`<div class="alert warn">
            ${icon(mdiAlertCircleOutline)}
            <span class="grow">${text(hass, "summary.wiring_hint", { name })}</span>
            <a class="button" href="${PANEL}/settings/${this.entryId}"
              >${text(hass, "summary.see_wiring")}</a
            >
          </div>`,
      );
  }

  private nobody(): TemplateResult {
    const { hass, shown } = this;
    if (shown.outlet !== undefined) return html`<p class="card quiet">${text(hass, "no_outlet.title")}</p>`;
    if (shown.circuit !== undefined) return html`<p class="card quiet">${text(hass, "no_outlets_behind")}</p>`;
    return this.noChargers();
  }

  private noChargers(): TemplateResult {
    const { hass, group } = this;
    return empty(
      mdiEvStation,
      text(hass, "no_chargers.title"),
      hass.user?.is_admin
        ? html`<span class="no-chargers">
            <span>${text(hass, "no_chargers.text")}</span>
            <code>${group.url}</code>
            <span>${text(hass, "no_chargers.then")}</span>
          </span>`
        : text(hass, "no_chargers.guest"),
      hass.user?.is_admin
        ? html`<button
            class="filled"
            @click=${() => addCharger(this.renderRoot, hass, this.entryId)}
          >
            ${text(hass, "no_chargers.add")}
          </button>`
        : nothing,
    );
  }
}

define("elm-now", NowView);
