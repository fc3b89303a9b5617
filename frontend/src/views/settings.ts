/** The settings at hand; the flows have the rest. */

import { mdiAlertCircleOutline, mdiCheckCircle, mdiCloseCircle, mdiHelpCircleOutline } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { addCharger } from "../add-charger";
import {
  changeConnector,
  changeFeeder,
  changeGroup,
  changePower,
  findWiring,
  inWords,
} from "../commands";
import { define } from "../define";
import { hassChanged } from "../follow";
import { limit } from "../format";
import { icon } from "../icon";
import { integrationPath, navigate, repairsPath } from "../links";
import { text } from "../localize";
import { findIssue, openIssue } from "../repairs";
import { styles } from "../styles";
import { outlets } from "../tree";
import "./notifications";
import "./tags";
import type { Charger, Circuit, Group, Hass, Settings, Suitability, Unknown } from "../types";
import { wiring, withoutUs } from "../words";

const SUITED_ICONS = { yes: mdiCheckCircle, no: mdiCloseCircle, unknown: mdiHelpCircleOutline };

interface Words {
  label: string;
  help: string;
}

export class SettingsView extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
        max-width: 860px;
        margin: 0 auto;
      }
      .setting {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        gap: 2px 16px;
        padding-block: 12px;
      }
      .setting + .setting {
        border-top: 1px solid var(--line);
      }
      .setting label,
      .setting .control {
        min-width: 0;
      }
      .setting .help {
        grid-column: 1;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .setting .control {
        grid-column: 2;
        grid-row: 1 / span 2;
        display: flex;
        align-items: center;
        gap: 8px;
        max-width: 100%;
      }
      .setting .error {
        grid-column: 1 / -1;
        color: var(--bad-words);
      }
      .wide {
        grid-template-columns: 1fr;
        gap: 6px;
      }
      .wide .control {
        grid-column: 1;
        grid-row: auto;
      }
      .wide select {
        width: 100%;
      }
      .charger {
        padding-block: 12px;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 8px;
      }
      .charger + .charger {
        border-top: 1px solid var(--line);
      }
      .indicators {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 20px;
      }
      .indicator {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .yes .icon {
        color: var(--good);
      }
      .no .icon {
        color: var(--bad);
      }
      .unknown .icon {
        color: var(--quiet);
      }
      .saved {
        color: var(--good);
      }
      .title {
        display: flex;
        align-items: center;
        gap: 8px;
        flex-wrap: wrap;
        justify-content: space-between;
      }
      @media (max-width: 420px) {
        .setting {
          gap: 2px 10px;
        }
        input[type="number"] {
          width: 84px;
        }
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  @property({ attribute: false }) group!: Group;
  @property() entryId = "";

  @state() private errors: Record<string, string> = {};
  @state() private savedKey = "";
  @state() private adding = false;

  private get readOnly(): boolean {
    return !this.hass.user?.is_admin || !this.hass.connected;
  }

  protected override render(): TemplateResult {
    const { hass, group } = this;
    return html`
      ${hass.user?.is_admin
        ? nothing
        : html`<div class="alert" role="note">
            ${icon(mdiAlertCircleOutline)} ${text(hass, "settings.read_only")}
          </div>`}
      ${hass.user?.is_admin && group.unknown.length ? this.unknown() : nothing}
      <section class="card" aria-labelledby="group">
        <h2 id="group">${text(hass, "settings.group")}</h2>
        ${this.groupSettings(group.settings)}
        ${this.powers(group.settings)}
        ${group.circuits
          .filter(({ kind }) => kind === "feeder")
          .map((feeder) => this.feeder(feeder))}
      </section>
      ${group.chargers.length
        ? html`<section class="card" aria-labelledby="chargers">
            <div class="title">
              <h2 id="chargers">${text(hass, "settings.chargers")}</h2>
              ${hass.user?.is_admin
                ? html`<button
                    class="tonal"
                    ?disabled=${this.readOnly}
                    @click=${() => addCharger(this.renderRoot, hass, this.entryId)}
                  >
                    ${text(hass, "settings.add")}
                  </button>`
                : nothing}
            </div>
            ${group.chargers.map((charger) => this.charger(charger))}
          </section>`
        : nothing}
      ${hass.user?.is_admin
        ? html`<elm-tags .hass=${hass} .entryId=${this.entryId}></elm-tags>
            <elm-notifications .hass=${hass} .entryId=${this.entryId}></elm-notifications>
            <div>
            <a class="button tonal" href=${integrationPath(this.entryId)}
              >${text(hass, "settings.entry")}</a
            >
          </div>`
        : nothing}
    `;
  }

  private groupSettings(settings: Settings): TemplateResult {
    const { hass } = this;
    const rated = (current: number) => ({ rated: limit(hass, current) });
    return html`
      ${this.currentSetting("maximum_current", settings.maximum_current, settings.rated_current, {
        ...rated(settings.rated_current),
      })}
      ${this.switchSetting("balancing", settings.balancing)}
      ${this.choice("policy", settings.policy, ["take_turns", "minimum_for_all"], "policies")}
      ${settings.adaptive === undefined
        ? html`<div class="setting">
            <span class="help">${text(hass, "settings.no_meter")}</span>
            ${hass.user?.is_admin
              ? html`<span class="control"
                  ><a class="button" href=${integrationPath(this.entryId)}
                    >${text(hass, "settings.set_up_meter")}</a
                  ></span
                >`
              : nothing}
          </div>`
        : html`
            ${this.switchSetting("adaptive", settings.adaptive)}
            ${this.currentSetting(
              "grid_maximum_current",
              settings.grid_maximum_current!,
              settings.grid_rated_current!,
              rated(settings.grid_rated_current!),
            )}
            ${this.currentSetting(
              "safe_limit",
              settings.safe_limit!,
              Math.min(settings.rated_current, settings.grid_rated_current!),
              {},
            )}
            ${this.choice(
              "phase_choice",
              settings.phase_choice!,
              ["each_phase", "highest_phase", "l1", "l2", "l3"],
              "phase_choices",
            )}
          `}
    `;
  }

  private currentSetting(
    key: "maximum_current" | "grid_maximum_current" | "safe_limit",
    value: number,
    maximum: number,
    values: Record<string, string>,
  ): TemplateResult {
    const { hass } = this;
    return this.numberSetting(key, value, maximum, "A", {
      label: text(hass, `settings.${key}`),
      help: text(hass, `settings.${key}_help`, values),
      change: (amperes) => changeGroup(hass, this.entryId, { [key]: amperes }),
    });
  }

  /** A number that is saved when it is changed. */
  private numberSetting(
    id: string,
    value: number,
    maximum: number,
    unit: "A" | "kW",
    { label, help, change }: Words & { change: (value: number) => Promise<void> },
  ): TemplateResult {
    return html`<div class="setting">
      <label for=${id}>${label}</label>
      <span class="help" id="${id}-help">${help}</span>
      <span class="control">
        ${this.saved(id)}
        <input
          id=${id}
          type="number"
          inputmode="decimal"
          min="0"
          max=${maximum}
          step="0.1"
          .value=${String(value)}
          ?disabled=${this.readOnly}
          aria-describedby="${id}-help"
          aria-invalid=${id in this.errors}
          @change=${(event: Event) => this.save(id, event.target as HTMLInputElement, change)}
        />
        <span class="quiet">${unit}</span>
      </span>
      ${this.error(id)}
    </div>`;
  }

  private feeder(feeder: Circuit): TemplateResult {
    const { hass } = this;
    const rated = Math.max(...feeder.rated);
    return html`
      ${this.feederSetting(feeder, "maximum", feeder.maximum, rated, {
        label: feeder.name ?? "",
        help: text(hass, "settings.feeder_help", { rated: limit(hass, rated) }),
      })}
      ${feeder.safe_limit === null
        ? nothing
        : this.feederSetting(feeder, "safe_limit", feeder.safe_limit, rated, {
            label: text(hass, "settings.feeder_safe_limit", { name: feeder.name ?? "" }),
            help: text(hass, "settings.feeder_safe_limit_help"),
          })}
      ${this.powerSetting(feeder.id, feeder.power?.maximum, {
        label: text(hass, "settings.feeder_power_limit", { name: feeder.name ?? "" }),
        help: text(hass, "settings.feeder_power_limit_help"),
      })}
    `;
  }

  private feederSetting(
    feeder: Circuit,
    key: "maximum" | "safe_limit",
    value: number,
    rated: number,
    words: Words,
  ): TemplateResult {
    return this.numberSetting(`${feeder.id}-${key}`, value, rated, "A", {
      ...words,
      change: (amperes) => changeFeeder(this.hass, this.entryId, feeder.id, { [key]: amperes }),
    });
  }

  /** The limits in kW that somebody uses. */
  private powers(settings: Settings): TemplateResult[] {
    const keys = {
      group: "group_power_limit",
      grid: "grid_power_limit",
      window: "peak_limit",
    } as const;
    return (Object.keys(keys) as (keyof typeof keys)[]).map((circuit) =>
      this.powerSetting(circuit, settings[keys[circuit]], {
        label: text(this.hass, `settings.${keys[circuit]}`),
        help: text(this.hass, `settings.${keys[circuit]}_help`),
      }),
    );
  }

  private powerSetting(
    circuit: string,
    value: number | null | undefined,
    words: Words,
  ): TemplateResult {
    if (value === null || value === undefined) return html``;
    return this.numberSetting(`${circuit}-power`, value, 4000, "kW", {
      ...words,
      change: (kilowatts) => changePower(this.hass, this.entryId, circuit, kilowatts),
    });
  }

  private switchSetting(key: "balancing" | "adaptive", on: boolean): TemplateResult {
    const { hass } = this;
    return html`<div class="setting">
      <label for=${key}>${text(hass, `settings.${key}`)}</label>
      <span class="help" id="${key}-help">${text(hass, `settings.${key}_help`)}</span>
      <span class="control">
        ${this.saved(key)}
        <input
          id=${key}
          type="checkbox"
          role="switch"
          .checked=${live(on)}
          ?disabled=${this.readOnly}
          aria-describedby="${key}-help"
          @change=${(event: Event) =>
            this.change(key, { [key]: (event.target as HTMLInputElement).checked })}
        />
      </span>
      ${this.error(key)}
    </div>`;
  }

  private choice(
    key: "policy" | "phase_choice",
    value: string,
    options: string[],
    texts: string,
  ): TemplateResult {
    const { hass } = this;
    return html`<div class="setting wide">
      <label for=${key}>${text(hass, `settings.${key}`)} ${this.saved(key)}</label>
      <span class="control">
        <select
          id=${key}
          .value=${live(value)}
          ?disabled=${this.readOnly}
          @change=${(event: Event) =>
            this.change(key, { [key]: (event.target as HTMLSelectElement).value })}
        >
          ${options.map(
            (option) =>
              html`<option value=${option} ?selected=${option === value}>
                ${text(hass, `settings.${texts}.${option}`)}
              </option>`,
          )}
        </select>
      </span>
      ${this.error(key)}
    </div>`;
  }

  private charger(charger: Charger): TemplateResult {
    const { hass, group } = this;
    const make = [charger.vendor, charger.model].filter(Boolean).join(" ");
    return html`<div class="charger">
      <div class="title">
        <h3 class="name">${charger.name}</h3>
        <span class="quiet">${make || charger.id}</span>
      </div>
      <div class="indicators">
        ${this.indicator("dlm", charger.dlm)} ${this.indicator("alm", charger.alm)}
      </div>
      <p class="quiet">${text(hass, "settings.without")}: ${withoutUs(hass, charger.fail_safe)}</p>
      ${hass.user?.is_admin && group.settings.adaptive !== undefined
        ? this.wiring(charger)
        : nothing}
      ${outlets(hass, group)
        .filter((outlet) => outlet.charger.id === charger.id)
        .map(({ connector, key, name }) => {
          const id = `outlet-${key}`;
          return html`<div class="setting">
            <label for=${id}
              >${charger.connectors.length > 1 ? name : text(hass, "settings.connector_maximum")}
            </label>
            <span class="control">
              ${this.saved(id)}
              <input
                id=${id}
                type="number"
                inputmode="decimal"
                min=${charger.minimum}
                max=${charger.maximum}
                step="0.1"
                .value=${String(connector.maximum)}
                ?disabled=${this.readOnly}
                aria-label=${text(hass, "settings.connector_maximum_of", { name })}
                @change=${(event: Event) =>
                  this.save(id, event.target as HTMLInputElement, (maximum) =>
                    changeConnector(hass, this.entryId, charger.id, connector.number, { maximum }),
                  )}
              />
              <span class="quiet">A</span>
            </span>
            ${this.error(id)}
          </div>`;
        })}
    </div>`;
  }

  /** How it is wired by its settings, and what finds out how it is in truth. */
  private wiring(charger: Charger): TemplateResult {
    const { hass } = this;
    const key = `wiring-${charger.id}`;
    const searching = charger.connectors.some(({ reason }) => reason === "finding_wiring");
    return html`<div class="setting wide">
      <span>${text(hass, "connector.wiring")}: ${wiring(hass, charger)}</span>
      ${charger.wiring_hint
        ? html`<p class="alert warn">
            ${icon(mdiAlertCircleOutline)}
            <span class="grow"
              >${text(hass, "settings.wiring_hint", {
                seen: charger.wiring_hint.seen.join(", "),
                expected: charger.wiring_hint.expected.join(", "),
              })}</span
            >
          </p>`
        : nothing}
      <span class="help" role="status"
        >${text(hass, searching ? "settings.wiring_searching" : "settings.wiring_help")}</span
      >
      <span class="control"
        ><button
          class="tonal"
          aria-label=${`${text(hass, "settings.find_wiring")}: ${charger.name}`}
          ?disabled=${this.readOnly || searching}
          @click=${() => this.attempt(key, () => findWiring(hass, this.entryId, charger.id))}
        >
          ${text(hass, "settings.find_wiring")}
        </button></span
      >
      ${this.error(key)}
    </div>`;
  }

  private indicator(kind: "dlm" | "alm", { suited, because }: Suitability): TemplateResult {
    const { hass } = this;
    return html`<span class="indicator small ${suited}">
      ${icon(SUITED_ICONS[suited])}
      <span
        >${text(hass, `settings.${kind}`)}: ${text(hass, `settings.suited.${suited}`)}
        <span class="quiet">(${text(hass, `settings.because.${because}`)})</span></span
      >
    </span>`;
  }

  private unknown(): TemplateResult {
    const { hass, group } = this;
    return html`<section class="card" aria-labelledby="unknown">
      <h2 id="unknown">${text(hass, "settings.unknown")}</h2>
      <p class="quiet">${text(hass, "settings.unknown_help")}</p>
      ${group.unknown.map(
        (charger) => html`<div class="setting">
          <span class="name"><strong>${charger.id}</strong></span>
          <span class="help"
            >${[
              [charger.vendor, charger.model].filter(Boolean).join(" "),
              charger.serial,
              charger.address,
              text(hass, charger.connected ? "settings.unknown_connected" : "settings.unknown_gone"),
            ]
              .filter(Boolean)
              .join(" · ")}</span
          >
          <span class="control"
            ><button
              class="tonal"
              aria-label=${`${text(hass, "settings.add")}: ${charger.id}`}
              ?disabled=${this.readOnly || this.adding}
              @click=${() => this.add(charger)}
            >
              ${text(hass, "settings.add")}
            </button></span
          >
        </div>`,
      )}
    </section>`;
  }

  /** Opens the form that adds a charger, or leads to where it can be opened. */
  private async add({ issue: id }: Unknown): Promise<void> {
    this.adding = true;
    try {
      const issue = await findIssue(this.hass, id);
      if (!issue) navigate(integrationPath(this.entryId));
      else if (!(await openIssue(this.renderRoot, this.hass, issue))) navigate(repairsPath);
    } catch {
      navigate(integrationPath(this.entryId));
    } finally {
      this.adding = false;
    }
  }

  private saved(key: string): TemplateResult {
    return html`<span role="status" class="saved small"
      >${this.savedKey === key
        ? html`${icon(mdiCheckCircle)}<span class="sr">${text(this.hass, "settings.saved")}</span>`
        : nothing}</span
    >`;
  }

  private error(key: string): TemplateResult | typeof nothing {
    const error = this.errors[key];
    return error ? html`<p class="error" role="alert">${error}</p>` : nothing;
  }

  private async save(
    key: string,
    input: HTMLInputElement,
    change: (value: number) => Promise<void>,
  ): Promise<void> {
    if (!input.checkValidity() || input.value === "") {
      this.savedKey = "";
      this.errors = { ...this.errors, [key]: input.validationMessage };
      return;
    }
    await this.attempt(key, () => change(input.valueAsNumber));
  }

  private change(key: string, changes: Partial<Settings>): void {
    void this.attempt(key, () => changeGroup(this.hass, this.entryId, changes));
  }

  private async attempt(key: string, change: () => Promise<void>): Promise<void> {
    const { [key]: _, ...others } = this.errors;
    this.errors = others;
    this.savedKey = "";
    try {
      await change();
      this.savedKey = key;
      window.setTimeout(() => {
        if (this.savedKey === key) this.savedKey = "";
      }, 3000);
    } catch (error) {
      this.errors = { ...this.errors, [key]: inWords(this.hass, error) };
      // The switch goes back to what holds.
      this.requestUpdate();
    }
  }
}

define("elm-settings", SettingsView);
