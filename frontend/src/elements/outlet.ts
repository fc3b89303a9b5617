/** One outlet: what its car gets, why, and what may be done about it. */

import { mdiAccount, mdiCar, mdiCarOff, mdiPause, mdiPlay, mdiSkipNext } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { changeConnector, inWords, putFirstInLine } from "../commands";
import { define } from "../define";
import { hassChanged } from "../follow";
import { amperes, duration, energy, kilowatts, limit, number } from "../format";
import { icon } from "../icon";
import { outletPath } from "../links";
import { text } from "../localize";
import { ownOutlets } from "../own-outlets";
import { styles } from "../styles";
import { parts, pathOf, powerOf, type Outlet } from "../tree";
import type { Group, Hass } from "../types";
import { car, circuitName, isAlone, reason, status, statusTone, wiring, withoutUs } from "../words";
import "./phase-bars";

/** What comes anew with every picture of the group, whether or not this outlet has changed. */
const PASSING: PropertyKey[] = ["group", "outlet", "at"];

/** After this long it is surely written down whose session one is, ms. */
const WRITTEN = 5000;

export class OutletCard extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        min-width: 0;
      }
      h3 a {
        color: inherit;
        text-decoration: none;
      }
      h3 a:hover,
      h3 a:focus-visible {
        text-decoration: underline;
      }
      :host([compact]) .card {
        border: 0;
        border-radius: 0;
        box-shadow: none;
        padding-block: 12px;
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
      /* However long names and states are, a state stands below its name: all heads look alike. */
      .outlet header {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 4px 10px;
      }
      .outlet header > .small {
        display: flex;
        align-items: center;
        height: 1lh;
      }
      .outlet header :is(h2, h3) {
        /* What tells outlets apart stands at the end of their names. */
        white-space: normal;
        overflow-wrap: anywhere;
      }
      .state {
        grid-column: 2;
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 4px 14px;
        min-width: 0;
      }
      .driver {
        display: flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
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
      .footer:not(:has(button, span)) {
        display: none;
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
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 4px 16px;
        padding-top: 4px;
      }
      dt {
        color: var(--quiet);
      }
      dd small {
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      dd {
        white-space: normal;
      }
      .error {
        color: var(--bad-words);
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  @property({ attribute: false }) group!: Group;
  @property({ attribute: false }) outlet!: Outlet;
  @property() entryId = "";
  @property({ attribute: false }) now: () => number = () => 0;
  /** Asks to look whether a time that is shown has passed; any number. */
  @property({ type: Number }) at = 0;
  /** In a dashboard's card: no frame, no details. */
  @property({ type: Boolean, reflect: true }) compact = false;
  /** On a page of its own: the details are open. */
  @property({ type: Boolean }) alone = false;

  @state() private error = "";
  @state() private busy = false;
  @state() private opened = false;
  /** Whether a driver may act here, who is no administrator. */
  @state() private mine = false;
  private asked?: string;

  /** All that was last shown: two hundred outlets are told of every change of one. */
  private shown = "";

  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    const shown = this.picture();
    const isNew = shown !== this.shown;
    this.shown = shown;
    return isNew || [...changed.keys()].some((key) => !PASSING.includes(key));
  }

  protected override willUpdate(): void {
    const { hass, outlet } = this;
    if (!hass || hass.user?.is_admin) return;
    const { key, connector } = outlet;
    // Whose session it is changes with the session.
    const asked = `${key} ${connector.session !== null}`;
    if (asked === this.asked) return;
    this.asked = asked;
    const ask = async (again: boolean): Promise<void> => {
      const own = await ownOutlets(hass);
      if (asked !== this.asked) return;
      this.mine = own.has(key);
      // It may not be written down yet whose session this is.
      if (again && !this.mine && connector.session) window.setTimeout(() => void ask(false), WRITTEN);
    };
    void ask(true);
  }

  private picture(): string {
    const { charger, connector, name, color } = this.outlet;
    const { connectors, ...facts } = charger;
    const { next_turn, session } = connector;
    const now = this.now();
    return JSON.stringify([
      connector,
      facts,
      this.opened || this.alone ? connectors : connectors.length,
      isAlone(this.group),
      name,
      color,
      this.group.phases,
      pathOf(this.group, connector).map((circuit) => [circuit.id, circuit.name, circuit.limit]),
      next_turn === null ? null : steps(next_turn - now),
      session === null ? null : steps(now - session.since),
    ]);
  }

  protected override render(): TemplateResult {
    const { hass, group, outlet } = this;
    const { charger, connector, name } = outlet;
    const mayAct = hass.user?.is_admin || this.mine;
    const hasCar = connector.session !== null || connector.active;
    const measured = connector.session ? connector.measured : null;
    const draws = connector.session ? connector.highest : null;
    const watts = connector.session ? powerOf(connector) : null;
    const driver = connector.session?.driver;
    return html`
      <article
        class="card outlet ${hasCar ? "" : "idle"}"
        style=${styleMap({ "--outlet-color": outlet.color })}
        aria-label=${name}
      >
        <header>
          <span class="small quiet">${icon(hasCar ? mdiCar : mdiCarOff)}</span>
          ${this.alone
            ? html`<h2 class="name" title=${name}>${name}</h2>`
            : html`<h3 class="name" title=${name}>
                <a href=${outletPath(this.entryId, outlet.key)}>${name}</a>
              </h3>`}
          <div class="state">
            <span class="chip ${statusTone(charger, connector)}"
              >${status(hass, charger, connector)}</span
            >
            ${driver
              ? html`<span class="driver">
                  <span class="small quiet">${icon(mdiAccount)}</span>
                  <span class="sr">${text(hass, "connector.driver")}</span>
                  <span class="name" title=${driver}>${driver}</span>
                </span>`
              : nothing}
          </div>
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
          ${mayAct && connector.reason === "waiting_for_turn" && !connector.first_in_line
            ? html`<button
                class="tonal"
                ?disabled=${this.busy || !hass.connected}
                aria-label=${text(hass, "connector.first_of", { name })}
                @click=${() =>
                  this.attempt(() =>
                    putFirstInLine(hass, this.entryId, charger.id, connector.number),
                  )}
              >
                <span class="small">${icon(mdiSkipNext)}</span> ${text(hass, "connector.first")}
              </button>`
            : nothing}
          ${mayAct && (hasCar || !connector.charging_allowed)
            ? html`<button
                class="tonal"
                ?disabled=${this.busy || !hass.connected}
                aria-label=${text(
                  hass,
                  connector.charging_allowed ? "connector.pause_of" : "connector.allow_of",
                  { name },
                )}
                @click=${() =>
                  this.attempt(() =>
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
        ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
        ${this.compact ? nothing : this.alone ? this.details() : this.folded()}
      </article>
    `;
  }

  private folded(): TemplateResult {
    const { hass, outlet } = this;
    return html`<details
      @toggle=${(event: Event) => {
        this.opened = (event.target as HTMLDetailsElement).open;
      }}
    >
      <summary aria-label=${text(hass, "connector.details_of", { name: outlet.name })}>
        ${text(hass, "connector.details")}
      </summary>
      ${this.opened ? this.details() : nothing}
    </details>`;
  }

  private details(): TemplateResult {
    const { hass, group } = this;
    const { charger, connector } = this.outlet;
    const supply = group.circuits.find(
      (one) => one.id === connector.circuit && one.kind === "charger",
    );
    const known = connector.car ? car(hass, connector.car) : "";
    return html`<dl class="numbers">
        ${this.fact("offered", connector.offered)} ${this.fact("limit", connector.limit)}
        ${this.fact("target", connector.target)}
        ${this.fact("reserved", Math.max(...connector.reserved))}
        <dt>${text(hass, "connector.maximum")}</dt>
        <dd>${limit(hass, connector.maximum)}</dd>
        <dt>${text(hass, "connector.wiring")}</dt>
        <dd>${wiring(hass, charger)}</dd>
        <dt>${text(hass, "connector.fallback")}</dt>
        <dd>${withoutUs(hass, charger.fail_safe)}</dd>
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
        : nothing}`;
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

  private async attempt(change: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = "";
    try {
      await change();
    } catch (error) {
      this.error = inWords(this.hass, error);
    } finally {
      this.busy = false;
    }
  }
}

/** A time about as coarse as it is shown: up to a minute in seconds, then in half minutes. */
const steps = (seconds: number): number =>
  seconds < 60 ? Math.round(seconds) : 60 + Math.floor(seconds / 30);

define("elm-outlet", OutletCard);
