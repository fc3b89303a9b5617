/** Who charged where, when, how much, and what it costs: month by month. */

import { mdiDownload, mdiFileDocumentOutline, mdiMagnify } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { inWords } from "../commands";
import { define } from "../define";
import { duration, energy, momentIn, money, monthName, number } from "../format";
import { hassChanged } from "../follow";
import { icon } from "../icon";
import { counted, text } from "../localize";
import { styles } from "../styles";
import type { Hass } from "../types";
import "./sessions-details";
import "./sessions-keep";
import {
  askBook,
  completeness,
  signedSessions,
  type Asked,
  type Month,
  type Overview,
  type Page,
  type Reconciled,
  type Session,
  type Total,
} from "./sessions-types";

type By = "places" | "persons";

/** How long somebody may think what to type next, ms. */
const TYPED = 300;
/** How often a month that goes on is looked at again, ms. */
const LOOK_AGAIN = 30_000;

export class SessionsView extends LitElement {
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
      .bar {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
        align-items: center;
      }
      .bar select,
      .bar input {
        min-width: 0;
      }
      .search {
        flex: 1 1 160px;
        position: relative;
      }
      .search input {
        width: 100%;
        padding-inline-start: 40px;
      }
      .search .icon {
        position: absolute;
        inset-inline-start: 10px;
        top: 10px;
        color: var(--quiet);
      }
      .check {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        min-height: 40px;
      }
      .views button[aria-pressed="true"] {
        background: color-mix(in srgb, var(--accent) 12%, transparent);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 24px;
        align-items: baseline;
        margin-bottom: 8px;
      }
      .head strong {
        font-size: var(--ha-font-size-2xl, 24px);
        font-weight: var(--ha-font-weight-normal, 400);
      }
      td button {
        min-height: 32px;
        padding: 0 8px;
        margin: -6px -8px;
        max-width: 100%;
      }
      td.who {
        overflow-wrap: anywhere;
      }
      td.who button {
        white-space: normal;
        text-align: start;
      }
      tbody tr.void td {
        text-decoration: line-through;
        color: var(--quiet);
      }
      td .chip {
        text-decoration: none;
        white-space: normal;
      }
      .narrow {
        display: none;
      }
      @container (max-width: 640px) {
        .wide {
          display: none;
        }
        .narrow {
          display: block;
        }
        th,
        td {
          padding-inline: 6px;
        }
      }
      .more {
        display: flex;
        justify-content: center;
        padding-top: 8px;
      }
      details summary {
        cursor: pointer;
        min-height: 40px;
        display: flex;
        align-items: center;
      }
      .error {
        color: var(--bad-words);
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  @property() entryId = "";

  @state() private overview?: Overview;
  @state() private month?: number;
  @state() private sums?: Month;
  @state() private page?: Page;
  @state() private by: By = "places";
  @state() private filter: { by: By; id: number; name: string } | undefined;
  @state() private search = "";
  @state() private incomplete = false;
  @state() private keeps = false;
  @state() private chosen?: string;
  @state() private reconciled?: Reconciled[];
  @state() private error = "";
  @state() private busy = false;
  private asked = 0;
  private typing?: number;
  private timer?: number;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => {
      if (!document.hidden && !this.keeps && this.page && this.page.rows.length <= 100) {
        void this.load();
      }
    }, LOOK_AGAIN);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
    window.clearTimeout(this.typing);
  }

  protected override firstUpdated(): void {
    void this.load();
  }

  private get request(): Asked {
    const { filter } = this;
    return {
      month: this.month!,
      ...(filter ? { [filter.by]: [filter.id] } : {}),
      ...(this.search.trim() ? { text: this.search.trim().slice(0, 100) } : {}),
      ...(this.incomplete ? { incomplete: true } : {}),
    };
  }

  private async load(): Promise<void> {
    const asked = ++this.asked;
    try {
      const overview = await askBook<Overview>(this.hass, "overview");
      if (asked !== this.asked) return;
      this.overview = overview;
      if (this.month === undefined || !overview.months.includes(this.month)) {
        this.month = overview.months[0];
      }
      if (this.month === undefined) return;
      const [sums, page] = await Promise.all([
        askBook<Month>(this.hass, "month", this.request),
        askBook<Page>(this.hass, "list", this.request),
      ]);
      if (asked !== this.asked) return;
      [this.sums, this.page, this.error] = [sums, page, ""];
    } catch (error) {
      if (asked === this.asked) this.error = inWords(this.hass, error);
    }
  }

  private async loadMore(): Promise<void> {
    const { page } = this;
    if (!page?.more) return;
    const { asked } = this;
    this.busy = true;
    try {
      const next = await askBook<Page>(this.hass, "list", { ...this.request, after: page.more });
      if (asked === this.asked) this.page = { rows: [...page.rows, ...next.rows], more: next.more };
    } catch (error) {
      this.error = inWords(this.hass, error);
    } finally {
      this.busy = false;
    }
  }

  protected override render(): TemplateResult {
    const { hass, overview, month } = this;
    if (this.error && !overview) return html`<p class="error" role="alert">${this.error}</p>`;
    if (!overview) return html`<p class="quiet" aria-busy="true">${text(hass, "loading")}</p>`;
    if (month === undefined) return html`<p class="quiet">${text(hass, "sessions.none")}</p>`;
    return html`
      ${overview.trouble
        ? html`<div class="alert warn" role="alert">
            ${text(hass, "sessions.trouble", { error: overview.trouble })}
          </div>`
        : nothing}
      ${overview.admin ? this.views() : nothing}
      ${this.keeps
        ? html`<elm-sessions-keep .hass=${hass}></elm-sessions-keep>`
        : html`
            <div class="card">${this.filters(overview, month)}</div>
            ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
            ${this.sums ? this.totals(this.sums, overview) : nothing}
            ${this.page ? this.list(this.page) : nothing}
            ${overview.admin ? this.reconciliation() : nothing}
          `}
      ${this.chosen
        ? html`<elm-session-details
            .hass=${hass}
            .entryId=${this.entryId}
            .uid=${this.chosen}
            .persons=${overview.persons}
            @closed=${() => {
              this.chosen = undefined;
            }}
            @corrected=${() => void this.load()}
            @show=${(event: CustomEvent<string>) => {
              this.chosen = event.detail;
            }}
          ></elm-session-details>`
        : nothing}
    `;
  }

  private views(): TemplateResult {
    const view = (keeps: boolean, key: string) =>
      html`<button
        aria-pressed=${this.keeps === keeps}
        @click=${() => {
          this.keeps = keeps;
          if (!keeps) void this.load();
        }}
      >
        ${text(this.hass, key)}
      </button>`;
    return html`<div class="bar views">
      ${view(false, "sessions.title")} ${view(true, "sessions.keep.title")}
    </div>`;
  }

  private filters(overview: Overview, month: number): TemplateResult {
    const { hass } = this;
    const shown = overview.months.indexOf(month);
    const change = (value: number) => {
      this.month = value;
      this.reconciled = undefined;
      void this.load();
    };
    return html`<div class="bar">
        <button
          aria-label=${text(hass, "sessions.month_before")}
          ?disabled=${shown === overview.months.length - 1}
          @click=${() => change(overview.months[shown + 1]!)}
        >
          ‹
        </button>
        <select
          aria-label=${text(hass, "sessions.month")}
          @change=${(event: Event) => change(Number((event.target as HTMLSelectElement).value))}
        >
          ${overview.months.map(
            (one) =>
              html`<option value=${one} ?selected=${one === month}>${monthName(hass, one)}</option>`,
          )}
        </select>
        <button
          aria-label=${text(hass, "sessions.month_after")}
          ?disabled=${shown === 0}
          @click=${() => change(overview.months[shown - 1]!)}
        >
          ›
        </button>
        <div class="search">
          ${icon(mdiMagnify)}
          <input
            type="text"
            maxlength="100"
            aria-label=${text(hass, "sessions.search")}
            placeholder=${text(hass, "sessions.search")}
            .value=${this.search}
            @input=${(event: Event) => {
              this.search = (event.target as HTMLInputElement).value;
              window.clearTimeout(this.typing);
              this.typing = window.setTimeout(() => void this.load(), TYPED);
            }}
          />
        </div>
        <label class="check"
          ><input
            type="checkbox"
            .checked=${this.incomplete}
            @change=${(event: Event) => {
              this.incomplete = (event.target as HTMLInputElement).checked;
              void this.load();
            }}
          />
          ${text(hass, "sessions.only_incomplete")}</label
        >
      </div>
      <div class="bar">
        ${this.filter
          ? html`<button class="tonal" @click=${() => this.choose(undefined)}>
              ${text(hass, "sessions.only", { name: this.filter.name })} ✕
            </button>`
          : nothing}
        ${this.download("sessions.csv", "sessions.spreadsheet", { spreadsheet: "1" })}
        ${this.download("sessions.csv", "sessions.csv", {})}
        ${overview.admin ? this.download("sessions.ocpi.json", "sessions.ocpi", {}) : nothing}
      </div>`;
  }

  private download(path: string, key: string, query: Record<string, string>): TemplateResult {
    const { filter } = this;
    return html`<button
      @click=${async () => {
        try {
          const href = await signedSessions(this.hass, path, {
            month: String(this.month),
            ...(filter ? { [filter.by === "places" ? "place" : "person"]: String(filter.id) } : {}),
            ...(this.search.trim() ? { text: this.search.trim() } : {}),
            ...(this.incomplete ? { incomplete: "1" } : {}),
            language: this.hass.locale.language,
            ...query,
          });
          await save(href, path);
          this.error = "";
        } catch (error) {
          this.error = inWords(this.hass, error);
        }
      }}
    >
      <span class="small">${icon(mdiDownload)}</span> ${text(this.hass, key)}
    </button>`;
  }

  private choose(filter: { by: By; id: number; name: string } | undefined): void {
    this.filter = filter;
    void this.load();
  }

  private cost(value: number | null, currency: string | null): string {
    return value === null || currency === null ? "–" : money(this.hass, value, currency);
  }

  private totals(sums: Month, overview: Overview): TemplateResult {
    const { hass } = this;
    const by = overview.admin ? this.by : "persons";
    return html`<section class="card" aria-labelledby="totals">
      <div class="head numbers">
        <h2 id="totals" class="sr">${text(hass, "sessions.totals")}</h2>
        <strong>${energy(hass, sums.total.wh)}</strong>
        <strong>${this.cost(sums.total.cost, sums.currency)}</strong>
        <span class="quiet">${counted(hass, "sessions.count", sums.total.sessions)}</span>
      </div>
      ${this.remarks(sums)}
      ${overview.admin
        ? html`<div class="bar views">
            ${(["places", "persons"] as const).map(
              (one) =>
                html`<button
                  aria-pressed=${by === one}
                  @click=${() => {
                    this.by = one;
                  }}
                >
                  ${text(hass, `sessions.by_${one}`)}
                </button>`,
            )}
            ${this.statement({}, text(hass, "sessions.everything"))}
          </div>`
        : nothing}
      <div class="scroll" tabindex="0" role="group" aria-label=${text(hass, "sessions.totals")}>
        <table>
          <thead>
            <tr>
              <th>${text(hass, by === "places" ? "sessions.place" : "sessions.driver")}</th>
              <th class="end wide">${text(hass, "sessions.sessions")}</th>
              <th class="end">${text(hass, "sessions.energy")}</th>
              <th class="end">${text(hass, "sessions.cost")}</th>
              <th><span class="sr">${text(hass, "sessions.statement")}</span></th>
            </tr>
          </thead>
          <tbody>
            ${sums[by].map((one) => this.total(one, by, sums))}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  private total(one: Month["persons"][number], by: By, sums: Month): TemplateResult {
    const { hass } = this;
    const name = one.name || text(hass, "sessions.nobody");
    const id = one.id;
    return html`<tr>
      <td class="who">
        ${id === null
          ? html`<span class="quiet">${name}</span>`
          : html`<button
              aria-label=${text(hass, "sessions.show_only", { name })}
              @click=${() => this.choose({ by, id, name })}
            >
              ${name}
            </button>`}
      </td>
      <td class="end numbers wide">${number(hass, one.sessions, 0)}</td>
      <td class="end numbers">${energy(hass, one.wh)}</td>
      <td class="end numbers">${this.cost(one.cost, sums.currency)}</td>
      <td class="end">
        ${id === null ? nothing : this.statement(by === "places" ? { place: id } : { person: id }, name)}
      </td>
    </tr>`;
  }

  private statement(whose: { place?: number; person?: number }, name: string): TemplateResult {
    const { hass } = this;
    return html`<button
      ?disabled=${this.busy}
      aria-label=${text(hass, "sessions.statement_of", { name })}
      @click=${() => void this.openStatement(whose)}
    >
      <span class="small">${icon(mdiFileDocumentOutline)}</span
      ><span class="wide">${text(hass, "sessions.statement")}</span>
    </button>`;
  }

  private async openStatement(whose: { place?: number; person?: number }): Promise<void> {
    // Opened at once: a browser lets nobody open a window a while after a click.
    const opened = window.open("", "_blank");
    this.busy = true;
    try {
      const made = await askBook<{ number: string; version: number }>(this.hass, "statement", {
        month: this.month,
        ...whose,
      });
      const path = await signedSessions(this.hass, `statement/${made.number}/${made.version}`, {
        language: this.hass.locale.language,
      });
      if (opened) opened.location.href = path;
      else window.location.href = path;
      this.error = "";
    } catch (error) {
      opened?.close();
      this.error = inWords(this.hass, error);
    } finally {
      this.busy = false;
    }
  }

  private remarks(sums: Month): TemplateResult {
    const { hass } = this;
    const { total }: { total: Total } = sums;
    return html`${total.unknown
      ? html`<p class="quiet">${text(hass, "sessions.unknown", { count: total.unknown })}</p>`
      : nothing}
    ${total.unpriced_wh && total.cost !== null
      ? html`<p class="quiet">
          ${text(hass, "sessions.unpriced", { energy: energy(hass, total.unpriced_wh) })}
        </p>`
      : nothing}
    ${sums.mixed ? html`<p class="quiet">${text(hass, "sessions.mixed")}</p>` : nothing}`;
  }

  private list(page: Page): TemplateResult {
    const { hass } = this;
    if (!page.rows.length) return html`<p class="card quiet">${text(hass, "sessions.no_match")}</p>`;
    return html`<section class="card" aria-label=${text(hass, "sessions.title")}>
      <div class="scroll" tabindex="0" role="group" aria-label=${text(hass, "sessions.title")}>
        <table class="list">
          <thead>
            <tr>
              <th>${text(hass, "sessions.start")}</th>
              <th class="wide">${text(hass, "sessions.duration")}</th>
              <th class="wide">${text(hass, "sessions.place")}</th>
              <th class="wide">${text(hass, "sessions.driver")}</th>
              <th class="end">${text(hass, "sessions.energy")}</th>
              <th class="end wide">${text(hass, "sessions.cost")}</th>
              <th class="wide">${text(hass, "sessions.completeness")}</th>
            </tr>
          </thead>
          <tbody>
            ${page.rows.map((row) => this.row(row))}
          </tbody>
        </table>
      </div>
      ${page.more
        ? html`<div class="more">
            <button class="tonal" ?disabled=${this.busy} @click=${() => void this.loadMore()}>
              ${text(hass, "sessions.more")}
            </button>
          </div>`
        : nothing}
    </section>`;
  }

  private row(row: Session): TemplateResult {
    const { hass } = this;
    const started = momentIn(hass, row.start, row.zone);
    const part =
      row.session_wh !== null && row.wh !== null && row.session_wh !== row.wh
        ? html`<span class="quiet" title=${text(hass, "sessions.part")}>*</span>`
        : nothing;
    return html`<tr class=${row.flags.includes("void") ? "void" : ""}>
      <td class="who">
        <button
          aria-label=${text(hass, "sessions.details_of", { start: started, place: row.place })}
          @click=${() => {
            this.chosen = row.uid;
          }}
        >
          ${started}
        </button>
        <span class="narrow quiet"
          >${row.place}${row.person || row.tag ? html` · ${row.person ?? row.tag}` : nothing}</span
        >
        ${row.end === null
          ? html`<span class="narrow"
              ><span class="chip accent">${text(hass, "sessions.running")}</span></span
            >`
          : nothing}
      </td>
      <td class="wide numbers">
        ${row.end === null ? text(hass, "sessions.running") : duration(hass, row.end - row.start)}
      </td>
      <td class="wide who">${row.place}</td>
      <td class="wide who">
        ${row.person ?? html`<span class="quiet">${row.tag || text(hass, "sessions.nobody")}</span>`}
      </td>
      <td class="end numbers">
        ${row.wh === null ? "?" : energy(hass, row.wh)}${part}
        <span class="narrow quiet">${this.cost(row.cost, row.currency)}</span>
      </td>
      <td class="end numbers wide">${this.cost(row.cost, row.currency)}</td>
      <td class="wide">${completeness(hass, row)}</td>
    </tr>`;
  }

  private reconciliation(): TemplateResult {
    const { hass, reconciled } = this;
    return html`<section class="card">
      <details
        @toggle=${(event: Event) => {
          if ((event.target as HTMLDetailsElement).open) void this.reconcile();
        }}
      >
        <summary><h2>${text(hass, "sessions.reconciliation")}</h2></summary>
        <p class="quiet">${text(hass, "sessions.reconciliation_help")}</p>
        ${reconciled === undefined
          ? html`<p class="quiet" aria-busy="true">${text(hass, "loading")}</p>`
          : html`<div class="scroll" tabindex="0" role="group" aria-label=${text(hass, "sessions.reconciliation")}>
              <table>
                <thead>
                  <tr>
                    <th>${text(hass, "sessions.place")}</th>
                    ${(["counted", "sessions", "voided", "between", "unexplained"] as const).map(
                      (key) => html`<th class="end">${text(hass, `sessions.reconciled.${key}`)}</th>`,
                    )}
                  </tr>
                </thead>
                <tbody>
                  ${reconciled.map((one) => this.reconciledRow(one))}
                </tbody>
              </table>
            </div>`}
      </details>
    </section>`;
  }

  private reconciledRow(one: Reconciled): TemplateResult {
    const { hass } = this;
    const cell = (wh: number | null, before = "") =>
      html`<td class="end numbers">${wh === null ? "–" : before + energy(hass, wh)}</td>`;
    return html`<tr>
      <td class="who">
        ${one.place}
        ${one.worth_telling
          ? html`<span class="chip warn">${text(hass, "sessions.reconciled.look")}</span>`
          : nothing}
      </td>
      ${cell(one.counted, one.estimated ? "≈ " : "")} ${cell(one.sessions)} ${cell(one.voided)}
      ${cell(one.between)} ${cell(one.unexplained)}
    </tr>`;
  }

  private async reconcile(): Promise<void> {
    if (this.reconciled) return;
    const { month } = this;
    try {
      const found = await askBook<Reconciled[]>(this.hass, "reconciliation", { month });
      if (month === this.month) this.reconciled = found;
    } catch (error) {
      this.error = inWords(this.hass, error);
    }
  }
}

/** Save a file, or throw what Home Assistant says instead of it. */
async function save(href: string, name: string): Promise<void> {
  const answer = await fetch(href);
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw { code: String(answer.status), message: told.message ?? answer.statusText };
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download =
    /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

define("elm-sessions", SessionsView);
