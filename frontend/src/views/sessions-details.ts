/** One session with all that is known of it, and what administrators put right. */

import { mdiClose } from "@mdi/js";
import { css, html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { inWords, listEntities } from "../commands";
import { plainColor } from "../colors";
import { define } from "../define";
import "../elements/chart";
import type { Line } from "../elements/chart";
import { amperes, duration, fieldTime, kilowatts, momentIn, momentOf, money, number } from "../format";
import { hassChanged } from "../follow";
import { icon } from "../icon";
import { stateWord, text } from "../localize";
import { hasRecorder, recorded } from "../recorded";
import { styles } from "../styles";
import type { Hass } from "../types";
import { askBook, completeness, type Details, type Named } from "./sessions-types";

const KINDS = ["charging", "waiting", "paused", "car", "idle"] as const;
const COLORS: Record<string, string> = {
  charging: "var(--good)",
  waiting: "var(--warn)",
  paused: "var(--bad)",
  car: "var(--accent)",
  idle: "var(--other)",
};
const FIELDS = ["person", "wh", "start", "end", "note", "void", "split", "merge"] as const;
type Field = (typeof FIELDS)[number];

const [WIDTH, HEIGHT, STRIP] = [800, 140, 14];

export class SessionDetails extends LitElement {
  static override styles = [
    styles,
    css`
      dialog {
        width: min(900px, calc(100vw - 16px));
        max-width: none;
        max-height: calc(100dvh - 16px);
        overflow: auto;
        border: 0;
        border-radius: var(--radius);
        padding: 16px;
        color: var(--loud);
        background: var(--ha-card-background, var(--card-background-color, #fff));
      }
      dialog::backdrop {
        background: rgba(0, 0, 0, 0.45);
      }
      header {
        display: flex;
        align-items: start;
        gap: 8px;
      }
      header h2 {
        flex: 1;
        overflow-wrap: anywhere;
      }
      section {
        padding-top: 16px;
      }
      dl {
        display: grid;
        grid-template-columns: fit-content(45%) minmax(0, 1fr);
        gap: 4px 16px;
      }
      dt {
        color: var(--quiet);
      }
      dd {
        overflow-wrap: anywhere;
      }
      svg {
        display: block;
        width: 100%;
        height: ${HEIGHT}px;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
      }
      .legend i {
        display: inline-block;
        width: 12px;
        height: 12px;
        border-radius: 50%;
        margin-inline-end: 6px;
      }
      form {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 190px), 1fr));
        gap: 8px 12px;
        align-items: end;
        padding-top: 8px;
      }
      form label {
        display: grid;
        gap: 2px;
        min-width: 0;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      form input,
      form select {
        width: 100%;
        min-width: 0;
        text-align: start;
      }
      .error {
        color: var(--bad-words);
      }
      .why {
        overflow-wrap: anywhere;
      }
      .axis {
        display: flex;
        justify-content: space-between;
        font-size: var(--ha-font-size-s, 12px);
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  @property() entryId = "";
  @property() uid = "";
  @property({ attribute: false }) persons: Named[] = [];

  @state() private details?: Details;
  @state() private lines: Line[] = [];
  @state() private error = "";
  /** Why the last correction was not made; shown where it was asked for. */
  @state() private refused = "";
  @state() private field: Field = "person";
  @state() private busy = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("uid")) {
      this.refused = "";
      this.details = undefined;
      this.lines = [];
      void this.load();
    }
  }

  protected override updated(): void {
    const dialog = this.renderRoot.querySelector("dialog");
    if (dialog && !dialog.open) dialog.showModal();
  }

  private async load(): Promise<void> {
    const { uid } = this;
    try {
      const details = await askBook<Details>(this.hass, "details", { uid });
      if (uid !== this.uid) return;
      this.details = details;
      this.error = "";
    } catch (error) {
      this.error = inWords(this.hass, error);
      return;
    }
    this.lines = await this.current(this.details).catch(() => []);
  }

  /** What flowed on each phase, where the recorder still has it. */
  private async current(details: Details): Promise<Line[]> {
    if (!hasRecorder(this.hass) || !this.entryId) return [];
    const { connectors } = await listEntities(this.hass, this.entryId);
    const entities = connectors[`${details.charger}/${details.connector}`] ?? {};
    const phases = [1, 2, 3].flatMap((phase) => {
      const entity = entities[`current_l${phase}`];
      return entity ? [{ entity, phase }] : [];
    });
    const [from, to] = this.times(details);
    const found = await recorded(
      this.hass,
      phases.map(({ entity }) => entity),
      [],
      from * 1000,
      to * 1000,
    );
    return phases.flatMap(({ entity, phase }, index) => {
      const points = found[entity] ?? [];
      return points.some(([, value]) => value)
        ? [{ id: entity, name: `L${phase}`, color: plainColor(index), points }]
        : [];
    });
  }

  /** Start and end; one that goes on ends with the last that is known of it. */
  private times(details: Details): [number, number] {
    const last = Math.max(
      details.start_ts + 60,
      (details.quarters.at(-1)?.[0] ?? 0) + 900,
      details.spans.at(-1)?.[0] ?? 0,
    );
    return [details.start_ts, Math.max(details.end_ts ?? last, details.start_ts + 60)];
  }

  protected override render(): TemplateResult {
    const { hass, details } = this;
    return html`<dialog
      aria-labelledby="title"
      @close=${() => this.dispatchEvent(new CustomEvent("closed"))}
    >
      <header>
        <h2 id="title">
          ${details
            ? `${details.place}, ${momentIn(hass, details.start_ts, details.zone, true)}`
            : text(hass, "loading")}
        </h2>
        <button
          aria-label=${text(hass, "sessions.close")}
          @click=${() => this.renderRoot.querySelector("dialog")?.close()}
        >
          ${icon(mdiClose)}
        </button>
      </header>
      ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
      ${details ? this.content(details) : nothing}
    </dialog>`;
  }

  private content(details: Details): TemplateResult {
    const { hass } = this;
    const [from, to] = this.times(details);
    return html`
      <p>${completeness(hass, { end: details.end_ts, flags: details.flags })}</p>
      <section>${this.facts(details)}</section>
      ${this.lines.length
        ? html`<section>
            <h3>${text(hass, "sessions.current")}</h3>
            <elm-chart
              .hass=${hass}
              .lines=${this.lines}
              .from=${from * 1000}
              .to=${to * 1000}
              label=${text(hass, "sessions.current")}
            ></elm-chart>
          </section>`
        : nothing}
      <section>
        <h3>${text(hass, "sessions.power")}</h3>
        ${this.curve(details)}
      </section>
      ${details.spans.length ? this.reasons(details) : nothing}
      ${details.revisions.length ? this.revisions(details) : nothing}
      ${details.may_correct ? this.correction(details) : nothing}
    `;
  }

  private facts(details: Details): TemplateResult {
    const { hass } = this;
    const kwh = (wh: number | null) =>
      wh === null ? "–" : `${number(hass, wh / 1000, 3)}\u00a0kWh`;
    const fact = (key: string, value: unknown) =>
      value === null || value === "" || value === undefined
        ? nothing
        : html`<dt>${text(hass, `sessions.${key}`)}</dt>
            <dd>${value}</dd>`;
    return html`<dl>
      ${fact("driver", details.person_name)} ${fact("card", details.tag)}
      ${fact("stop_card", details.stop_tag)}
      ${fact("start", momentIn(hass, details.start_ts, details.zone, true))}
      ${fact(
        "end",
        details.end_ts === null
          ? text(hass, "sessions.running")
          : momentIn(hass, details.end_ts, details.zone, true),
      )}
      ${fact("energy", details.eff_wh === null ? text(hass, "sessions.not_known") : kwh(details.eff_wh))}
      ${details.eff_wh !== details.wh ? fact("told_energy", kwh(details.wh)) : nothing}
      ${fact(
        "cost",
        details.cost === null || details.currency === null
          ? null
          : money(hass, details.cost, details.currency),
      )}
      ${fact("meter_start", details.told_wh_start === null ? null : kwh(details.told_wh_start))}
      ${fact("meter_stop", details.told_wh_stop === null ? null : kwh(details.told_wh_stop))}
      ${fact("told_start", details.told_start)} ${fact("told_stop", details.told_stop)}
      ${fact("reason", details.reason)}
      ${fact("highest_current", details.max_ma ? amperes(hass, details.max_ma / 1000) : null)}
      ${fact("highest_power", details.max_w ? kilowatts(hass, details.max_w) : null)}
      ${fact("phases", details.phases)} ${fact("note", details.note)}
      ${fact("evidence", details.evidence || null)}
    </dl>`;
  }

  /** Mean power of each quarter hour, and below it what the session did. */
  private curve(details: Details): TemplateResult {
    const { hass } = this;
    const [from, to] = this.times(details);
    const x = (at: number) => ((Math.min(Math.max(at, from), to) - from) / (to - from)) * WIDTH;
    const bars = details.quarters.map(([start, wh, estimated]) => {
      const [begin, end] = [Math.max(start, from), Math.min(start + 900, to)];
      return { begin, end, estimated, power: end > begin ? (wh * 3600) / (end - begin) : 0 };
    });
    const highest = Math.max(1000, ...bars.map(({ power }) => power));
    const height = HEIGHT - STRIP - 6;
    const until = (index: number) => details.spans[index + 1]?.[0] ?? to;
    return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
        ${bars.map(
          ({ begin, end, estimated, power }) => svg`<rect x=${x(begin)} y=${height * (1 - power / highest)}
            width=${Math.max(1, x(end) - x(begin) - 1)} height=${(height * power) / highest}
            fill="var(--accent)" opacity=${estimated ? 0.45 : 0.9}></rect>`,
        )}
        ${details.spans.map(
          ([at, what], index) => svg`<rect x=${x(at)} y=${HEIGHT - STRIP} height=${STRIP}
            width=${Math.max(0, x(until(index)) - x(at))} fill=${COLORS[kindOf(what)] ?? COLORS["idle"]!}></rect>`,
        )}
      </svg>
      <div class="axis quiet numbers">
        <span>${momentIn(hass, from, details.zone)}</span>
        <span>${text(hass, "sessions.highest_mean", { power: kilowatts(hass, highest) })}</span>
        <span>${momentIn(hass, to, details.zone)}</span>
      </div>
      <div class="legend">
        ${KINDS.filter((kind) => details.spans.some(([, what]) => kindOf(what) === kind)).map(
          (kind) =>
            html`<span
              ><i style="background:${COLORS[kind]!}"></i>${text(hass, `sessions.kind.${kind}`)}
              ${duration(hass, secondsOf(details, kind))}</span
            >`,
        )}
        ${bars.some(({ estimated }) => estimated)
          ? html`<span class="quiet">${text(hass, "sessions.pale")}</span>`
          : nothing}
      </div>`;
  }

  private reasons(details: Details): TemplateResult {
    const { hass } = this;
    return html`<section>
      <details>
        <summary>${text(hass, "sessions.reasons")}</summary>
        <div class="scroll" tabindex="0" role="group" aria-label=${text(hass, "sessions.reasons")}>
          <table>
            <tbody>
              ${details.spans.map(([at, what]) => {
                const reason = what.split(":")[1] ?? "";
                return html`<tr>
                  <td class="numbers">${momentIn(hass, at, details.zone)}</td>
                  <td>${text(hass, `sessions.kind.${kindOf(what)}`)}</td>
                  <td>${reason ? stateWord(hass, "reason", reason) : nothing}</td>
                </tr>`;
              })}
            </tbody>
          </table>
        </div>
      </details>
    </section>`;
  }

  private revisions(details: Details): TemplateResult {
    const { hass } = this;
    return html`<section>
      <h3>${text(hass, "sessions.revisions")}</h3>
      <ul>
        ${details.revisions.map(
          ({ at, user, field, old, new: now, why }) =>
            html`<li class="why">
              ${momentIn(hass, at, details.zone, true)}
              ${user ? html`<strong>${user}</strong>` : nothing}
              ${field === "split" || field === "merge"
                ? text(hass, `sessions.revised_${field}`)
                : text(hass, "sessions.revised", {
                    field: text(hass, `sessions.field.${field}`),
                    old: this.told(field, old, details),
                    now: now === null ? text(hass, "sessions.taken_back") : this.told(field, now, details),
                  })}:
              ${why}
            </li>`,
        )}
      </ul>
    </section>`;
  }

  private told(field: string, value: string | null, details: Details): string {
    const { hass } = this;
    if (value === null || value === "") return "–";
    switch (field) {
      case "wh":
        return `${number(hass, Number(value) / 1000, 3)}\u00a0kWh`;
      case "person":
        return this.persons.find(({ id }) => String(id) === value)?.name ?? `#${value}`;
      case "start":
      case "end":
        return momentIn(hass, Number(value), details.zone, true);
      case "void":
        return text(hass, value === "1" ? "sessions.yes" : "sessions.no");
      default:
        return value;
    }
  }

  private correction(details: Details): TemplateResult {
    const { hass } = this;
    return html`<section>
      <details>
        <summary>${text(hass, "sessions.correct")}</summary>
        <p class="quiet">${text(hass, "sessions.correct_help")}</p>
        <form
          @submit=${(event: SubmitEvent) => {
            event.preventDefault();
            void this.correct(event.target as HTMLFormElement, details);
          }}
        >
          <label
            >${text(hass, "sessions.what")}
            <select
              name="field"
              @change=${(event: Event) => {
                this.field = (event.target as HTMLSelectElement).value as Field;
              }}
            >
              ${FIELDS.filter((field) => field !== "merge" || this.couldMerge(details)).map(
                (field) =>
                  html`<option value=${field} ?selected=${field === this.field}>
                    ${text(hass, field === "merge" ? "sessions.merge_with" : `sessions.field.${field}`)}
                  </option>`,
              )}
            </select>
          </label>
          <label>${text(hass, "sessions.value")} ${this.value(details)}</label>
          <label
            >${text(hass, "sessions.why")}
            <input name="why" type="text" required maxlength="500" />
          </label>
          <button class="filled" ?disabled=${this.busy || !hass.connected}>
            ${text(hass, "sessions.save")}
          </button>
        </form>
        ${this.refused ? html`<p class="error" role="alert">${this.refused}</p>` : nothing}
      </details>
    </section>`;
  }

  /** Whether it is over, counts, and has another beside it that it may be one with. */
  private couldMerge(details: Details): boolean {
    return details.end_ts !== null && !details.flags.includes("void") && details.neighbours.length > 0;
  }

  private value(details: Details): TemplateResult {
    const { hass } = this;
    switch (this.field) {
      case "person":
        return html`<select name="value">
          <option value="">${text(hass, "sessions.by_card")}</option>
          ${this.persons.map(
            ({ id, name }) =>
              html`<option value=${id} ?selected=${id === details.person_id}>${name}</option>`,
          )}
        </select>`;
      case "void":
        return html`<select name="value">
          ${["1", "0"].map(
            (value) =>
              html`<option value=${value} ?selected=${details.flags.includes("void") === (value === "0")}>
                ${text(hass, value === "1" ? "sessions.yes" : "sessions.no")}
              </option>`,
          )}
        </select>`;
      case "wh":
        return html`<input
          name="value"
          type="number"
          min="0"
          max="100000"
          step="0.001"
          .value=${details.eff_wh === null ? "" : String(details.eff_wh / 1000)}
        />`;
      case "start":
      case "end":
      case "split": {
        const at =
          this.field === "start" ? details.start_ts : this.field === "end" ? details.end_ts : null;
        return html`<input
          name="value"
          type="datetime-local"
          step="1"
          required
          .value=${at === null ? "" : fieldTime(at, details.zone)}
        />`;
      }
      case "merge":
        return html`<select name="value" required>
          ${details.neighbours.map(
            ({ uid, start, end, wh }) =>
              html`<option value=${uid}>
                ${momentIn(hass, start, details.zone)} – ${momentIn(hass, end, details.zone)}${wh === null
                  ? nothing
                  : html`, ${number(hass, wh / 1000, 2)}\u00a0kWh`}
              </option>`,
          )}
        </select>`;
      case "note":
        return html`<input name="value" type="text" maxlength="500" .value=${details.note ?? ""} />`;
    }
  }

  private async correct(form: HTMLFormElement, details: Details): Promise<void> {
    const given = new FormData(form);
    const raw = String(given.get("value") ?? "");
    const { field } = this;
    const value =
      field === "start" || field === "end" || field === "split"
        ? momentOf(raw, details.zone)
        : raw === ""
          ? null
          : field === "note" || field === "merge"
            ? raw
            : field === "wh"
              ? Math.round(Number(raw) * 1000)
              : Number(raw);
    if (value === undefined) return;
    this.busy = true;
    try {
      const why = String(given.get("why"));
      const asked = { uid: details.uid, why };
      if (field === "split") await askBook(this.hass, "split", { ...asked, at: value });
      else if (field === "merge") await askBook(this.hass, "merge", { ...asked, other: value });
      else await askBook(this.hass, "correct", { ...asked, field, value });
      form.reset();
      this.field = "person";
      this.refused = "";
      this.dispatchEvent(new CustomEvent("corrected"));
      const [whole] = field === "merge" ? details.neighbours.filter(({ uid }) => uid === value) : [];
      // The earlier of two is what both are now.
      if (whole && whole.start < details.start_ts) {
        this.dispatchEvent(new CustomEvent("show", { detail: whole.uid }));
      } else await this.load();
    } catch (error) {
      this.refused = inWords(this.hass, error);
      await this.updateComplete;
      // On a phone it would lie below what is seen.
      this.renderRoot.querySelector("form + [role=alert]")?.scrollIntoView({ block: "nearest" });
    } finally {
      this.busy = false;
    }
  }
}

const kindOf = (what: string): string => what.split(":")[0]!;

const secondsOf = (details: Details, kind: string): number =>
  Object.entries(details.seconds).reduce(
    (sum, [what, seconds]) => sum + (kindOf(what) === kind ? seconds : 0),
    0,
  );

define("elm-session-details", SessionDetails);
