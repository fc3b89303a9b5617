/** Who gets what at this moment, and why. */

import { mdiAccount, mdiAlertCircleOutline, mdiCar, mdiEvStation, mdiPause, mdiPlay, mdiTransmissionTower, mdiCarOff, mdiSourceBranch, mdiSkipNext, mdiTimerSandComplete } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { styleMap } from "lit/directives/style-map.js";
import { changeConnector, inWords, putFirstInLine } from "../commands";
import { define } from "../define";
import { empty } from "../elements/empty";
import "../elements/phase-bars";
import { amperes, dateTime, duration, energy, kilowatts, limit, number } from "../format";
import { hassChanged } from "../follow";
import { icon } from "../icon";
import { integrationPath } from "../links";
import { counted, text } from "../localize";
import { styles } from "../styles";
import { branches, forChargers, isUncertain, metered, outlets, parts, power, powerOf, type Branch, type Outlet } from "../tree";
import type { Circuit, Group, Hass } from "../types";
import { car, circuitName, mode, modeTone, reason, status, statusTone, waits } from "../words";

const CIRCUIT_ICONS = {
  grid: mdiTransmissionTower,
  group: mdiEvStation,
  feeder: mdiSourceBranch,
  charger: mdiEvStation,
};

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
      :host([compact]) .outlet {
        border-top: 1px solid var(--line);
      }
      .outlet {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 10px;
        align-content: start;
        border-inline-start: 4px solid var(--outlet-color);
      }
      .outlet.idle {
        border-inline-start-color: var(--line);
      }
      .outlet header {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 2px 10px;
        min-width: 0;
      }
      .outlet header h3 {
        flex: 1 1 auto;
        max-width: calc(100% - 28px);
        /* What tells outlets apart stands at the end of their names. */
        white-space: normal;
        overflow-wrap: anywhere;
      }
      .power {
        white-space: nowrap;
      }
      .driver {
        flex: 1 0 100%;
        display: flex;
        align-items: center;
        gap: 6px;
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
      .big {
        display: flex;
        align-items: baseline;
        flex-wrap: wrap;
        gap: 2px 8px;
      }
      .big strong {
        font-size: var(--ha-font-size-3xl, 28px);
        line-height: 1.15;
        font-weight: var(--ha-font-weight-normal, 400);
      }
      .why {
        min-height: 2.9em;
      }
      .idle .why {
        min-height: 0;
      }
      .per-phase {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 14px;
      }
      .footer {
        display: flex;
        align-items: center;
        gap: 8px;
        flex-wrap: wrap;
      }
      .buttons {
        display: flex;
        gap: 8px;
        margin-inline-start: auto;
      }
      details summary {
        cursor: pointer;
        color: var(--quiet);
        min-height: 28px;
        width: max-content;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 4px 16px;
        padding-top: 4px;
      }
      dt {
        color: var(--quiet);
      }
      dd small {
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
        white-space: normal;
      }
      .error {
        color: var(--bad);
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

  @state() private errors = new Map<string, string>();
  @state() private busy = new Set<string>();

  private timer?: number;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => {
      const counts = this.group?.chargers.some((charger) =>
        charger.connectors.some((one) => one.next_turn !== null || one.session),
      );
      if (counts) this.requestUpdate();
    }, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  protected override render(): TemplateResult {
    const { hass, group } = this;
    const all = outlets(hass, group);
    return html`
      ${this.compact ? nothing : this.summary(all)}
      ${this.narrow ? nothing : this.tree()}
      ${all.length
        ? html`<div class="outlets">
            ${repeat(
              all,
              (outlet) => outlet.key,
              (outlet) => this.outlet(outlet),
            )}
          </div>`
        : this.noChargers()}
      ${this.narrow ? this.folded() : nothing}
    `;
  }

  private tree(): TemplateResult {
    return html`<section class="card tree" aria-label=${text(this.hass, "circuits")}>
      ${this.circuits()}
    </section>`;
  }

  /** On a phone the cars come first, and what feeds them is opened by whoever asks for it. */
  private folded(): TemplateResult {
    return html`<details class="card tree">
      <summary>${text(this.hass, "circuits")}</summary>
      ${this.circuits()}
    </details>`;
  }

  private circuits(): TemplateResult {
    return html`${branches(this.group).map((branch) => this.circuit(branch))}
    ${this.compact ? nothing : this.legend()}`;
  }

  private summary(all: Outlet[]): TemplateResult {
    const { hass, group } = this;
    const charging = all.filter(({ connector }) => connector.status === "charging").length;
    const waiting = all.filter(({ connector }) => waits(connector)).length;
    return html`
      <div class="summary">
        <span class="chip ${modeTone(group)}">${mode(hass, group)}</span>
        ${group.safe_limit_cause
          ? html`<span>${text(hass, `cause.${group.safe_limit_cause}`)}</span>`
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
      ${hass.user?.is_admin && group.unknown.length
        ? html`<div class="alert">
            ${icon(mdiAlertCircleOutline)}
            <span class="grow">${counted(hass, "summary.unknown", group.unknown.length)}</span>
            <a class="button" href="/ev-load-manager/settings/${this.entryId}"
              >${text(hass, "summary.see")}</a
            >
          </div>`
        : nothing}
    `;
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
          ${this.compact && circuit.kind === "group"
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

  private outlet(outlet: Outlet): TemplateResult {
    const { hass, group } = this;
    const { charger, connector, name, key } = outlet;
    const hasCar = connector.session !== null || connector.active;
    const measured = connector.session ? connector.measured : null;
    const draws = connector.session ? connector.highest : null;
    const watts = connector.session ? powerOf(connector) : null;
    const driver = connector.session?.driver;
    const supply = group.circuits.find(
      (one) => one.id === connector.circuit && one.kind === "charger",
    );
    const error = this.errors.get(key);
    const known = connector.car ? car(hass, connector.car) : "";
    return html`
      <article
        class="card outlet ${hasCar ? "" : "idle"}"
        style=${styleMap({ "--outlet-color": outlet.color })}
        aria-label=${name}
      >
        <header>
          <span class="small quiet">${icon(hasCar ? mdiCar : mdiCarOff)}</span>
          <h3 class="name" title=${name}>${name}</h3>
          <span class="chip ${statusTone(charger, connector)}"
            >${status(hass, charger, connector)}</span
          >
          ${driver
            ? html`<span class="driver name">
                <span class="small quiet">${icon(mdiAccount)}</span>
                <span class="sr">${text(hass, "connector.driver")}</span> ${driver}
              </span>`
            : nothing}
        </header>
        ${hasCar
          ? html`<div class="big numbers">
                <strong>${watts === null ? "–" : kilowatts(hass, watts)}</strong>
                <span class="quiet"
                  >${draws === null || connector.stale ? "–" : draws ? amperes(hass, draws) : limit(hass, 0)}
                  ${connector.offered === null
                    ? text(hass, "connector.nothing_offered")
                    : text(hass, "connector.of_offered", {
                        offered: limit(hass, connector.offered),
                      })}</span
                >
              </div>
              ${measured
                ? html`<div class="per-phase quiet numbers">
                    ${group.phases.map(
                      (phase, index) =>
                        html`<span>${phase} ${number(hass, measured[index]!)}</span>`,
                    )}${connector.stale
                      ? html`<span>(${text(hass, "connector.stale")})</span>`
                      : nothing}
                  </div>`
                : nothing}`
          : nothing}
        <p class="why">
          ${reason(hass, group, connector, this.now())}
          ${connector.first_in_line ? text(hass, "connector.is_first") : nothing}
        </p>
        <div class="footer">
          ${connector.session
            ? html`<span class="quiet numbers">${this.session(outlet)}</span>`
            : nothing}
          <div class="buttons">
          ${hass.user?.is_admin && connector.reason === "waiting_for_turn" && !connector.first_in_line
            ? html`<button
                class="tonal"
                ?disabled=${this.busy.has(key) || !hass.connected}
                aria-label=${text(hass, "connector.first_of", { name })}
                @click=${() =>
                  this.attempt(key, () =>
                    putFirstInLine(hass, this.entryId, charger.id, connector.number),
                  )}
              >
                <span class="small">${icon(mdiSkipNext)}</span> ${text(hass, "connector.first")}
              </button>`
            : nothing}
          ${hass.user?.is_admin && (hasCar || !connector.charging_allowed)
            ? html`<button
                class="tonal"
                ?disabled=${this.busy.has(key) || !hass.connected}
                aria-label=${text(
                  hass,
                  connector.charging_allowed ? "connector.pause_of" : "connector.allow_of",
                  { name },
                )}
                @click=${() =>
                  this.attempt(key, () =>
                    changeConnector(hass, this.entryId, charger.id, connector.number, {
                      charging_allowed: !connector.charging_allowed,
                    }),
                  )}
              >
                <span class="small">${icon(connector.charging_allowed ? mdiPause : mdiPlay)}</span>
                ${text(hass, connector.charging_allowed ? "connector.pause" : "connector.allow")}
              </button>`
            : nothing}
          </div>
        </div>
        ${error ? html`<p class="error" role="alert">${error}</p>` : nothing}
        ${this.compact
          ? nothing
          : html`<details>
              <summary aria-label=${text(hass, "connector.details_of", { name })}>
                ${text(hass, "connector.details")}
              </summary>
              <dl class="numbers">
                ${this.fact("offered", connector.offered)} ${this.fact("limit", connector.limit)}
                ${this.fact("target", connector.target)}
                ${this.fact("reserved", Math.max(...connector.reserved))}
                <dt>${text(hass, "connector.maximum")}</dt>
                <dd>${limit(hass, connector.maximum)}</dd>
                <dt>${text(hass, "connector.wiring")}</dt>
                <dd>${charger.wiring.join("-")}</dd>
                <dt>${text(hass, "connector.fallback")}</dt>
                <dd>${limit(hass, connector.fallback)}</dd>
                ${known
                  ? html`<dt>${text(hass, "connector.car")}</dt>
                      <dd>${known}</dd>`
                  : nothing}
                ${connector.session?.id_tag
                  ? html`<dt>${text(hass, "connector.id_tag")}</dt>
                      <dd class="name">${connector.session.id_tag}</dd>`
                  : nothing}
              </dl>
              ${supply
                ? html`<elm-phase-bars
                    .hass=${hass}
                    .name=${circuitName(hass, supply)}
                    .phases=${group.phases}
                    .limits=${supply.limit}
                    .parts=${parts(hass, group, supply)}
                  ></elm-phase-bars>`
                : nothing}
            </details>`}
      </article>
    `;
  }

  private fact(key: string, current: number | null): TemplateResult | typeof nothing {
    if (current === null) return nothing;
    return html`<dt>${text(this.hass, `connector.${key}`)}</dt>
      <dd>
        ${amperes(this.hass, current)} <small>${text(this.hass, `connector.${key}_help`)}</small>
      </dd>`;
  }

  private session({ connector }: Outlet): string {
    const { hass } = this;
    const session = connector.session!;
    const seconds = this.now() - session.since;
    const time = duration(hass, seconds < 60 ? seconds : Math.floor(seconds / 60) * 60);
    return session.energy === null
      ? text(hass, "connector.session_time", { time })
      : text(hass, "connector.session", { energy: energy(hass, session.energy), time });
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
        ? html`<a class="button filled" href=${integrationPath(this.entryId)}
            >${text(hass, "no_chargers.add")}</a
          >`
        : nothing,
    );
  }

  private async attempt(key: string, change: () => Promise<void>): Promise<void> {
    this.busy = new Set(this.busy).add(key);
    const errors = new Map(this.errors);
    errors.delete(key);
    try {
      await change();
    } catch (error) {
      errors.set(key, inWords(this.hass, error));
    }
    this.errors = errors;
    const busy = new Set(this.busy);
    busy.delete(key);
    this.busy = busy;
  }
}

define("elm-now", NowView);
