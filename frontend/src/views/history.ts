/** What was: the chargers' current against the limit, and the meter's against the grid's or a feeder's. */

import { mdiChartLine, mdiChevronLeft, mdiChevronRight, mdiDownload } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { plainColor } from "../colors";
import { download, getSafeLimitLog, inWords, listEntities } from "../commands";
import { define } from "../define";
import "../elements/chart";
import type { Line } from "../elements/chart";
import { empty } from "../elements/empty";
import "../elements/windows";
import { amperes, dateTime, dayOf, endOfDay } from "../format";
import { hassChanged } from "../follow";
import { icon } from "../icon";
import { text } from "../localize";
import { hasRecorder, recorded } from "../recorded";
import { styles } from "../styles";
import type { Circuit, Entities, Hass, PhaseName, SafeLimitPeriod } from "../types";

const HOUR = 3600 * 1000;
const LENGTHS = { hour: HOUR, six_hours: 6 * HOUR, day: 24 * HOUR, week: 168 * HOUR } as const;
type Length = keyof typeof LENGTHS;

const REFRESH = 60 * 1000;

interface Picture {
  title: string;
  lines: Line[];
}

/** What is drawn: the sensors of each phase, and the limit that they are to keep. */
interface Chart {
  title: string;
  measured: string;
  limit?: string;
}

const OF_GROUP: Chart = {
  title: "history.chargers",
  measured: "chargers_current",
  limit: "maximum_current",
};
const OF_GRID_METER: Chart[] = [
  { title: "history.meter", measured: "grid_current", limit: "grid_maximum_current" },
  { title: "history.other_load", measured: "other_load" },
];
const OF_FEEDER: Chart = {
  title: "history.feeder_chargers",
  measured: "current",
  limit: "maximum_current",
};
const OF_FEEDERS_METER: Chart[] = [
  { title: "history.feeder_meter", measured: "total_current", limit: "maximum_current" },
  { title: "history.other_load", measured: "other_load" },
];

export class HistoryView extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
      }
      .period {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .lengths {
        display: inline-flex;
        background: var(--track);
        border-radius: 9999px;
        padding: 2px;
      }
      .lengths button {
        color: var(--loud);
        min-height: 36px;
      }
      .lengths button[aria-pressed="true"] {
        background: var(--ha-card-background, var(--card-background-color, #fff));
        box-shadow: var(--ha-box-shadow-s, 0 1px 3px rgba(0, 0, 0, 0.2));
      }
      .round {
        padding: 0 8px;
      }
      .card h2 {
        margin-bottom: 8px;
      }
      .highest {
        padding-top: 8px;
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        justify-content: center;
      }
      .download {
        margin-inline-start: auto;
      }
      @media (max-width: 480px) {
        .lengths {
          width: 100%;
        }
        .lengths button {
          flex: 1;
          justify-content: center;
          padding: 0 6px;
        }
        .download {
          margin-inline-start: 0;
        }
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  @property() entryId = "";
  @property({ attribute: false }) phases: PhaseName[] = ["L1", "L2", "L3"];
  @property({ type: Boolean }) hasMeter = false;
  /** Whether the mean power of windows is limited. */
  @property({ type: Boolean }) hasWindow = false;
  @property({ attribute: false }) circuits: Circuit[] = [];
  /** The server's clock, ms: a browser's own may be wrong. */
  @property({ attribute: false }) wallClock: () => number = Date.now;

  @state() private length: Length = "hour";
  /** The circuit of the feeder that is shown; empty: the group. */
  @state() private chosen = "";
  /** End of the period; undefined: now, and going on. */
  @state() private until?: number;
  @state() private pictures?: Picture[];
  @state() private error = "";
  private from = 0;
  private to = 0;
  private entities?: Entities;
  private timer?: number;
  private asked = 0;
  private wasMetered?: boolean;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => {
      if (this.until === undefined && !document.hidden) void this.load();
    }, REFRESH);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("entryId")) this.chosen = "";
    const metered = this.isMetered;
    if (changed.has("entryId") || changed.has("chosen") || metered !== this.wasMetered) {
      this.wasMetered = metered;
      this.entities = undefined;
      void this.load();
    } else if (changed.has("length") || changed.has("until")) {
      void this.load();
    }
  }

  private get feeders(): Circuit[] {
    return this.circuits.filter(({ kind }) => kind === "feeder");
  }

  /** The feeder that is shown; undefined: the group. */
  private get feeder(): Circuit | undefined {
    return this.feeders.find(({ id }) => id === this.chosen);
  }

  /** A feeder's meter tells when others charge: its file is not for everybody. */
  private get mayDownload(): boolean {
    return !this.feeder || Boolean(this.hass.user?.is_admin);
  }

  private get isMetered(): boolean {
    return this.feeder ? this.feeder.safe_limit !== null : this.hasMeter;
  }

  protected override render(): TemplateResult {
    const { hass } = this;
    if (!hasRecorder(hass)) {
      return empty(
        mdiChartLine,
        text(hass, "history.no_recorder"),
        text(hass, "history.no_recorder_text"),
      );
    }
    return html`
      <div class="period">
        ${this.feeders.length ? this.picker() : nothing}
        <div class="lengths" role="group" aria-label=${text(hass, "history.period")}>
          ${(Object.keys(LENGTHS) as Length[]).map(
            (length) =>
              html`<button
                aria-pressed=${this.length === length}
                @click=${() => {
                  this.length = length;
                }}
              >
                ${text(hass, `history.${length}`)}
              </button>`,
          )}
        </div>
        <button class="round" title=${text(hass, "history.earlier")} @click=${() => this.move(-1)}>
          ${icon(mdiChevronLeft)}<span class="sr">${text(hass, "history.earlier")}</span>
        </button>
        <button
          class="round"
          title=${text(hass, "history.later")}
          ?disabled=${this.until === undefined}
          @click=${() => this.move(1)}
        >
          ${icon(mdiChevronRight)}<span class="sr">${text(hass, "history.later")}</span>
        </button>
        <input
          type="date"
          aria-label=${text(hass, "history.on_day")}
          required
          min="2000-01-01"
          max=${dayOf(hass, this.wallClock())}
          .value=${dayOf(hass, (this.until ?? this.wallClock()) - 1)}
          @change=${(event: Event) => this.goTo(event.target as HTMLInputElement)}
        />
        <span class="quiet" aria-live="polite"
          >${this.to
            ? `${dateTime(hass, new Date(this.from))} – ${dateTime(hass, new Date(this.to))}`
            : nothing}</span
        >
        ${this.isMetered && this.mayDownload
          ? html`<button class="tonal download" @click=${this.download}>
              <span class="small">${icon(mdiDownload)}</span> ${text(hass, "history.download")}
            </button>`
          : nothing}
      </div>
      ${this.error ? html`<div class="alert bad" role="alert">${this.error}</div>` : nothing}
      ${this.pictures === undefined
        ? html`<div class="card quiet" aria-busy="true">${text(hass, "loading")}</div>`
        : this.pictures.map((picture) => this.picture(picture))}
      ${this.hasWindow && !this.feeder
        ? html`<elm-windows
            .hass=${hass}
            .entryId=${this.entryId}
            .from=${this.from}
            .to=${this.to}
          ></elm-windows>`
        : nothing}
    `;
  }

  private picker(): TemplateResult {
    const { hass } = this;
    return html`<select
      aria-label=${text(hass, "history.where")}
      @change=${(event: Event) => {
        this.chosen = (event.target as HTMLSelectElement).value;
      }}
    >
      <option value="" ?selected=${!this.feeder}>${text(hass, "circuit.group")}</option>
      ${this.feeders.map(
        ({ id, name }) => html`<option value=${id} ?selected=${id === this.chosen}>${name}</option>`,
      )}
    </select>`;
  }

  private picture({ title, lines }: Picture): TemplateResult {
    const { hass } = this;
    const measured = lines.filter((line) => !line.dashed && !line.shade);
    const highest = measured.map((line) => ({
      name: line.name,
      value: Math.max(...line.points.map(([, value]) => value ?? Number.NEGATIVE_INFINITY)),
    }));
    const known = highest.filter(({ value }) => Number.isFinite(value));
    const told = known.map(({ name, value }) =>
      text(hass, "history.summary", { name, highest: amperes(hass, value) }),
    );
    return html`<section class="card">
      <h2>${title}</h2>
      ${known.length
        ? html`<elm-chart
              .hass=${hass}
              .lines=${lines}
              .from=${this.from}
              .to=${this.to}
              .label=${[title, ...told].join("; ")}
            ></elm-chart>
            <div class="highest quiet numbers">${told.map((one) => html`<span>${one}</span>`)}</div>`
        : html`<p class="quiet">${text(hass, "history.empty")}</p>`}
    </section>`;
  }

  private move(direction: number): void {
    this.show((this.until ?? this.wallClock()) + direction * LENGTHS[this.length]);
  }

  /** Show a whole day, or the week up to it; half of a date is nothing yet. */
  private goTo(field: HTMLInputElement): void {
    if (!field.checkValidity()) return;
    if (this.length !== "week") this.length = "day";
    this.show(endOfDay(this.hass, field.value));
  }

  private show(until: number): void {
    this.until = until >= this.wallClock() ? undefined : until;
  }

  private async load(): Promise<void> {
    const { hass, entryId } = this;
    if (!hass || !entryId || !hasRecorder(hass)) return;
    const asked = ++this.asked;
    const to = this.until ?? this.wallClock();
    const from = to - LENGTHS[this.length];
    try {
      this.entities ??= await listEntities(hass, entryId);
      const periods = this.isMetered ? await getSafeLimitLog(hass, entryId).catch(() => []) : [];
      const pictures = await this.draw(this.entities, periods, from, to);
      if (asked !== this.asked) return;
      [this.from, this.to] = [from, to];
      this.pictures = pictures;
      this.error = "";
    } catch (error) {
      if (asked === this.asked) this.error = inWords(hass, error);
    }
  }

  private async draw(
    { group, feeders }: Entities,
    periods: SafeLimitPeriod[],
    from: number,
    to: number,
  ): Promise<Picture[]> {
    const { hass, feeder } = this;
    const entities = feeder ? (feeders[feeder.id] ?? {}) : group;
    const charts = feeder ? [OF_FEEDER] : [OF_GROUP];
    if (this.isMetered) charts.push(...(feeder ? OF_FEEDERS_METER : OF_GRID_METER));
    const of = (key: string) =>
      this.phases.flatMap((phase, index) => {
        const entity = entities[`${key}_${phase.toLowerCase()}`];
        return entity ? [{ entity, phase, index }] : [];
      });
    const limits = charts.flatMap(({ limit }) => (limit && entities[limit]) || []);
    const values = await recorded(
      hass,
      charts.flatMap(({ measured }) => of(measured).map(({ entity }) => entity)),
      [...new Set(limits)],
      from,
      to,
    );
    const until = Math.min(to, this.wallClock());
    const held = (points: [number, number | null][] = []): [number, number | null][] => {
      const last = points.at(-1);
      return last && last[0] < until && last[1] !== null ? [...points, [until, last[1]]] : points;
    };
    const phases = (key: string): Line[] =>
      of(key).map(({ entity, phase, index }) => ({
        id: `${key}_${phase}`,
        name: phase,
        color: plainColor(index),
        points: held(values[entity]),
      }));
    const limit = (key: string): Line[] => {
      const entity = entities[key];
      return entity && values[entity]
        ? [
            {
              id: key,
              name: text(hass, `history.${key}`),
              color: "var(--error-color, #db4437)",
              dashed: true,
              points: held(values[entity]),
            },
          ]
        : [];
    };
    const where = feeder?.id ?? "grid";
    const shade = this.shade(
      periods.filter(({ circuit }) => circuit === where),
      from,
      to,
    );
    return charts.map((chart) => ({
      title: text(hass, chart.title),
      lines: [
        ...phases(chart.measured),
        ...(chart.limit ? [...limit(chart.limit), ...shade] : []),
      ],
    }));
  }

  private shade(periods: SafeLimitPeriod[], from: number, to: number): Line[] {
    const points = periods.flatMap(({ start, end }): [number, number | null][] => {
      const [began, ended] = [Date.parse(start), end === null ? to : Date.parse(end)];
      return ended < from || began > to
        ? []
        : [
            [Math.max(began, from), 1],
            [Math.min(ended, to), null],
          ];
    });
    return points.length
      ? [
          {
            id: "safe_limit",
            name: text(this.hass, "history.safe_limit_period"),
            color: "var(--warning-color, #ffa600)",
            shade: true,
            points,
          },
        ]
      : [];
  }

  private readonly download = async (): Promise<void> => {
    try {
      const period = new URLSearchParams({
        start: new Date(this.from).toISOString(),
        end: new Date(this.to).toISOString(),
        ...(this.feeder ? { feeder: this.feeder.id } : {}),
      });
      await download(this.hass, this.entryId, `meter.csv?${period}`);
    } catch (error) {
      this.error = inWords(this.hass, error);
    }
  };
}

define("elm-history", HistoryView);
