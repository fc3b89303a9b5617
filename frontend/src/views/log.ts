/** What happened, when the safe limit held, and every calculation with what went in and came out. */

import { mdiDownload, mdiRefresh } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { download, getRecalculations, getSafeLimitLog, getSignals, inWords } from "../commands";
import { define } from "../define";
import "../elements/happened";
import { dateTime, duration, limit, number, time } from "../format";
import { hassChanged } from "../follow";
import { icon } from "../icon";
import { stateWord, text } from "../localize";
import { styles } from "../styles";
import type { Currents, Group, Hass, LoggedSignal, Recalculation, SafeLimitPeriod } from "../types";
import { circuitName, signalled, whoAsks } from "../words";

const PAGE = 100;
const MOST = 5000;
/** While it is live, it is asked again at most this often, ms. */
const LIVE = 3000;

export class LogView extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
      }
      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 16px;
        padding-block: 12px 8px;
      }
      .tools label {
        display: inline-flex;
        align-items: center;
        gap: 8px;
      }
      .tools select {
        max-width: 220px;
      }
      td {
        white-space: nowrap;
        vertical-align: middle;
      }
      td.wrap {
        white-space: normal;
        min-width: 160px;
      }
      tr.entry {
        cursor: pointer;
      }
      tr.entry:hover td {
        background: var(--track);
      }
      tr.inside > td {
        padding: 0 10px 12px;
        background: color-mix(in srgb, var(--track) 45%, transparent);
      }
      .opens {
        min-height: 32px;
        padding: 0;
        font-weight: inherit;
        color: var(--loud);
        text-decoration: underline dotted var(--quiet);
        text-underline-offset: 4px;
        border-radius: 4px;
      }
      summary {
        cursor: pointer;
      }
      summary h2 {
        display: inline;
      }
      summary .quiet {
        display: block;
      }
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
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
  /** The server's clock, ms: a browser's own may be wrong. */
  @property({ attribute: false }) wallClock: () => number = Date.now;

  /** Whether the table of calculations is open: nothing of it is asked for before. */
  @state() private calculations = false;
  @state() private periods?: SafeLimitPeriod[];
  @state() private signals?: LoggedSignal[];
  @state() private rows?: Recalculation[];
  @state() private charger = "";
  @state() private live = true;
  @state() private most = PAGE;
  @state() private opened = new Set<string>();
  @state() private error = "";
  private timer?: number;
  private loadedAt = 0;
  /** All that rows take from the group; while it is the same, thousands of them stay as they are. */
  private names = "";

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.timer);
    this.timer = undefined;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("group")) {
      const { phases, chargers, circuits } = this.group;
      this.names = JSON.stringify([
        phases,
        chargers.map(({ id, name, connectors }) => [id, name, connectors.length]),
        circuits.map(({ id, name }) => [id, name]),
      ]);
    }
    if (changed.has("entryId") || changed.has("charger") || changed.has("most") || changed.has("calculations")) {
      void this.load();
    } else if (changed.has("group") && this.live && this.timer === undefined) {
      const wait = Math.max(0, this.loadedAt + LIVE - performance.now());
      this.timer = window.setTimeout(() => {
        this.timer = undefined;
        void this.load();
      }, wait);
    }
  }

  private readonly load = async (): Promise<void> => {
    const { hass, entryId, charger } = this;
    this.loadedAt = performance.now();
    try {
      const [periods, signals, rows] = await Promise.all([
        getSafeLimitLog(hass, entryId),
        this.group.signals ? getSignals(hass, entryId) : undefined,
        this.calculations
          ? getRecalculations(hass, entryId, {
              limit: this.most,
              ...(charger ? { charger } : {}),
            })
          : [],
      ]);
      this.periods = periods.reverse();
      this.signals = signals;
      this.rows = this.calculations ? rows.reverse() : undefined;
      this.error = "";
    } catch (error) {
      this.error = inWords(hass, error);
    }
  };

  protected override render(): TemplateResult {
    const { hass } = this;
    return html`
      ${this.error ? html`<div class="alert bad" role="alert">${this.error}</div>` : nothing}
      <section class="card" aria-labelledby="happened">
        <h2 id="happened">${text(hass, "happened.title")}</h2>
        <p class="quiet">${text(hass, "happened.help")}</p>
        <elm-happened
          .hass=${hass}
          .group=${this.group}
          .entryId=${this.entryId}
          .wallClock=${this.wallClock}
        ></elm-happened>
      </section>
      <section class="card" aria-labelledby="safe-limit">
        <h2 id="safe-limit">${text(hass, "log.safe_limit")}</h2>
        <p class="quiet">${text(hass, "log.safe_limit_help")}</p>
        ${this.safeLimit()}
      </section>
      ${this.group.signals
        ? html`<section class="card" aria-labelledby="signals">
            <div class="title">
              <h2 id="signals">${text(hass, "log.signals")}</h2>
              ${this.signals?.length && hass.user?.is_admin
                ? html`<button class="tonal" @click=${this.download}>
                    <span class="small">${icon(mdiDownload)}</span> ${text(hass, "log.signals_download")}
                  </button>`
                : nothing}
            </div>
            <p class="quiet">${text(hass, "log.signals_help")}</p>
            ${this.signalled(this.signals)}
          </section>`
        : nothing}
      <details
        class="card"
        @toggle=${(event: Event) => {
          this.calculations = (event.target as HTMLDetailsElement).open;
        }}
      >
        <summary>
          <h2 id="recalculations">${text(hass, "log.recalculations")}</h2>
          <span class="quiet">${text(hass, "log.recalculations_help")}</span>
        </summary>
        ${this.calculations ? this.calculated() : nothing}
      </details>
    `;
  }

  private calculated(): TemplateResult {
    const { hass } = this;
    return html`
        <div class="tools">
          <label>
            <span class="quiet">${text(hass, "log.charger")}</span>
            <select
              @change=${(event: Event) => {
                this.charger = (event.target as HTMLSelectElement).value;
                this.most = PAGE;
              }}
            >
              <option value="">${text(hass, "log.all_chargers")}</option>
              ${this.group.chargers.map(
                (charger) =>
                  html`<option value=${charger.id} ?selected=${charger.id === this.charger}>
                    ${charger.name}
                  </option>`,
              )}
            </select>
          </label>
          <label>
            <input
              type="checkbox"
              role="switch"
              .checked=${this.live}
              @change=${(event: Event) => {
                this.live = (event.target as HTMLInputElement).checked;
              }}
            />
            ${text(hass, "log.live")}
          </label>
          <button @click=${this.load}>
            <span class="small">${icon(mdiRefresh)}</span> ${text(hass, "log.reload")}
          </button>
        </div>
      ${this.recalculations()}
    `;
  }

  private safeLimit(): TemplateResult {
    const { hass, periods } = this;
    if (this.group.settings.safe_limit === undefined && !periods?.length) {
      return html`<p>${text(hass, "log.safe_limit_no_meter")}</p>`;
    }
    if (!periods) return html`<p class="quiet">${text(hass, "loading")}</p>`;
    if (!periods.length) return html`<p>${text(hass, "log.safe_limit_never")}</p>`;
    return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="safe-limit">
      <table>
        <thead>
          <tr>
            <th>${text(hass, "log.start")}</th>
            <th>${text(hass, "log.end")}</th>
            <th class="end">${text(hass, "log.duration")}</th>
            <th>${text(hass, "log.cause")}</th>
            <th class="end">${text(hass, "log.limit")}</th>
          </tr>
        </thead>
        <tbody>
          ${periods.map(
            (period) =>
              html`<tr>
                <td>${dateTime(hass, new Date(period.start), true)}</td>
                <td>
                  ${period.end
                    ? dateTime(hass, new Date(period.end), true)
                    : html`<span class="chip bad">${text(hass, "log.lasts")}</span>`}
                </td>
                <td class="end">
                  ${period.end
                    ? duration(hass, (Date.parse(period.end) - Date.parse(period.start)) / 1000)
                    : nothing}
                </td>
                <td class="wrap">
                  ${period.feeder ? html`${period.feeder}: ` : nothing}${text(
                    hass,
                    `${period.end ? "cause" : "now_cause"}.${period.cause}`,
                  )}
                </td>
                <td class="end numbers">${limit(hass, period.limit)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private signalled(signals: LoggedSignal[] | undefined): TemplateResult {
    const { hass } = this;
    if (!signals) return html`<p class="quiet">${text(hass, "loading")}</p>`;
    if (!signals.length) return html`<p>${text(hass, "log.signals_never")}</p>`;
    const power = (value: number | null) =>
      value === null ? "–" : `${number(hass, value, 2)}\u00a0kW`;
    return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="signals">
      <table>
        <thead>
          <tr>
            <th>${text(hass, "log.start")}</th>
            <th>${text(hass, "log.end")}</th>
            <th>${text(hass, "log.signals_who")}</th>
            <th>${text(hass, "log.signals_where")}</th>
            <th class="end">${text(hass, "log.limit")}</th>
            <th class="end">${text(hass, "log.signals_before")}</th>
            <th class="end">${text(hass, "log.signals_kept")}</th>
            <th class="end">${text(hass, "log.signals_highest")}</th>
          </tr>
        </thead>
        <tbody>
          ${signals.map(
            (one) =>
              html`<tr>
                <td>${dateTime(hass, new Date(one.start), true)}</td>
                <td>
                  ${one.end
                    ? dateTime(hass, new Date(one.end), true)
                    : html`<span class="chip warn">${text(hass, "log.lasts")}</span>`}
                </td>
                <td class="wrap">${whoAsks(hass, one)}</td>
                <td>${signalled(hass, this.group, one)}</td>
                <td class="end numbers">${power(one.limit)}</td>
                <td class="end numbers">${power(one.before)}</td>
                <td class="end numbers">
                  ${one.obeyed_after === null
                    ? text(hass, one.end ? "log.signals_not_seen" : "log.signals_not_yet")
                    : duration(hass, one.obeyed_after)}
                </td>
                <td class="end numbers">${power(one.highest)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private readonly download = async (): Promise<void> => {
    try {
      await download(this.hass, this.entryId, "signals.csv");
    } catch (error) {
      this.error = inWords(this.hass, error);
    }
  };

  private recalculations(): TemplateResult {
    const { hass, rows } = this;
    if (!rows) return html`<p class="quiet">${text(hass, "loading")}</p>`;
    if (!rows.length) return html`<p>${text(hass, "log.recalculations_never")}</p>`;
    const metered = rows.some((row) => row.meter);
    return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="recalculations">
        <table>
          <thead>
            <tr>
              <th>${text(hass, "log.time")}</th>
              <th>${text(hass, "log.result")}</th>
              <th>${text(hass, "log.trigger")}</th>
              <th>${text(hass, "log.mode")}</th>
              <th class="end">${text(hass, "log.limit")}</th>
              ${metered
                ? html`<th>${text(hass, "log.meter")}</th>
                    <th>${text(hass, "log.other_load")}</th>
                    <th>${text(hass, "log.available")}</th>`
                : nothing}
            </tr>
          </thead>
          <tbody>
            ${guard([rows, this.opened, this.names, hass.locale, hass.localize], () =>
              repeat(
                rows,
                (row) => row.time,
                (row) =>
                  guard([outletsOf(row), this.opened.has(row.time), metered, this.names, hass.locale, hass.localize], () =>
                    this.row(row, metered),
                  ),
              ),
            )}
          </tbody>
        </table>
      </div>
      ${rows.length >= this.most && this.most < MOST
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

  private row(row: Recalculation, metered: boolean): TemplateResult {
    const { hass } = this;
    const at = when(hass, new Date(row.time), new Date(this.wallClock()));
    const isOpen = this.opened.has(row.time);
    const limits = row.connectors.filter((one) => one.limit > 0);
    return html`<tr class="entry" @click=${() => this.toggle(row.time)}>
        <td class="numbers">
          <button
            class="opens"
            aria-expanded=${isOpen}
            aria-label=${text(hass, "log.details", { time: at })}
          >
            ${at}
          </button>
        </td>
        <td class="wrap numbers">
          ${limits.length
            ? limits.map((one) => `${this.outlet(one)}: ${number(hass, one.limit)}`).join(" · ")
            : "–"}
        </td>
        <td class="wrap">${row.trigger.split(", ").map((one) => text(hass, `log.triggers.${one}`)).join(", ")}</td>
        <td>${text(hass, `log.modes.${row.mode}`)}</td>
        <td class="end numbers">${limit(hass, row.settings.maximum_current)}</td>
        ${metered
          ? html`<td class="numbers">${this.three(row.meter)}</td>
              <td class="numbers">${this.three(row.other_load)}</td>
              <td class="numbers">${this.three(row.available)}</td>`
          : nothing}
      </tr>
      ${isOpen
        ? html`<tr class="inside">
            <td colspan=${metered ? 8 : 5}>${this.inside(row)}</td>
          </tr>`
        : nothing}`;
  }

  private inside(row: Recalculation): TemplateResult {
    const { hass } = this;
    return html`<table>
      <thead>
        <tr>
          <th>${text(hass, "log.outlet")}</th>
          <th>${text(hass, "log.status")}</th>
          <th>${text(hass, "log.measured")}</th>
          <th class="end">${text(hass, "log.offered")}</th>
          <th class="end">${text(hass, "log.new_limit")}</th>
          <th class="end">${text(hass, "log.share")}</th>
          <th>${text(hass, "log.reason")}</th>
        </tr>
      </thead>
      <tbody>
        ${row.connectors.map((one) => {
          const circuit = this.group.circuits.find((circuit) => circuit.id === one.circuit);
          const where = [circuit && circuitName(hass, circuit), one.phase].filter(Boolean);
          return html`<tr>
            <td>${this.outlet(one)}</td>
            <td>${one.status === "unknown" ? "–" : stateWord(hass, "status", one.status)}</td>
            <td class="numbers">${this.three(one.measured)}</td>
            <td class="end numbers">${one.offered === null ? "–" : number(hass, one.offered)}</td>
            <td class="end numbers">${number(hass, one.limit)}</td>
            <td class="end numbers">${number(hass, one.target)}</td>
            <td class="wrap">
              ${stateWord(hass, "reason", one.reason)}${where.length
                ? html` <span class="quiet">(${where.join(" ")})</span>`
                : nothing}
            </td>
          </tr>`;
        })}
      </tbody>
    </table>
    ${row.feeders.length ? this.feeders(row) : nothing}`;
  }

  private feeders(row: Recalculation): TemplateResult {
    const { hass } = this;
    return html`<table>
      <thead>
        <tr>
          <th>${text(hass, "circuit.feeder")}</th>
          <th>${text(hass, "log.mode")}</th>
          <th>${text(hass, "log.meter")}</th>
          <th>${text(hass, "log.other_load")}</th>
          <th>${text(hass, "log.available")}</th>
        </tr>
      </thead>
      <tbody>
        ${row.feeders.map((one) => {
          const circuit = this.group.circuits.find((circuit) => circuit.id === one.circuit);
          return html`<tr>
            <td>${circuit ? circuitName(hass, circuit) : "–"}</td>
            <td>${text(hass, `log.modes.${one.mode}`)}</td>
            <td class="numbers">${this.three(one.meter)}</td>
            <td class="numbers">${this.three(one.other_load)}</td>
            <td class="numbers">${this.three(one.available)}</td>
          </tr>`;
        })}
      </tbody>
    </table>`;
  }

  private outlet(one: { charger: string; connector: number }): string {
    const charger = this.group.chargers.find(({ id }) => id === one.charger);
    if (!charger) return `${one.charger}/${one.connector}`;
    return charger.connectors.length > 1
      ? text(this.hass, "outlet", { charger: charger.name, number: one.connector })
      : charger.name;
  }

  private three(currents: Currents | null): string {
    if (!currents) return "–";
    return this.group.phases.map((_, index) => number(this.hass, currents[index]!)).join(" / ");
  }

  private toggle(row: string): void {
    const opened = new Set(this.opened);
    if (!opened.delete(row)) opened.add(row);
    this.opened = opened;
  }
}

/** Whom a row is about: the same moment has fewer where one charger is asked for. */
const outletsOf = (row: Recalculation): string =>
  row.connectors.map(({ charger, connector }) => `${charger}/${connector}`).join();

/** A time of today needs no date. */
const when = (hass: Hass, moment: Date, now: Date): string =>
  moment.toDateString() === now.toDateString()
    ? time(hass, moment, true)
    : dateTime(hass, moment, true);

define("elm-log", LogView);
