/** Drivers, cards, prices, places, and how statements are printed: for administrators. */

import { mdiTrashCanOutline } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { inWords } from "../commands";
import { define } from "../define";
import { energy, momentOf, number } from "../format";
import { hassChanged } from "../follow";
import { icon } from "../icon";
import { text } from "../localize";
import { styles } from "../styles";
import type { Hass } from "../types";
import { askBook, type Card, type Kept, type Person, type Place, type Tariff } from "./sessions-types";

type Fields = Record<string, string>;

export class SessionsKeep extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
      }
      form {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 160px), 1fr));
        gap: 8px 12px;
        align-items: end;
        padding-block: 12px;
        min-width: 0;
      }
      .one {
        border-top: 1px solid var(--line);
      }
      label {
        display: grid;
        gap: 2px;
        min-width: 0;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      label.check {
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: 8px;
        min-height: 44px;
        font-size: inherit;
        color: inherit;
      }
      input:not([type="checkbox"]),
      select,
      textarea {
        width: 100%;
        min-width: 0;
        text-align: start;
      }
      textarea {
        font: inherit;
        color: var(--loud);
        background: var(--ha-color-form-background, var(--track));
        border: 0;
        border-bottom: 1px solid var(--quiet);
        border-radius: 4px 4px 0 0;
        padding: 8px 12px;
        resize: vertical;
      }
      .whole {
        grid-column: 1 / -1;
      }
      form button {
        justify-self: start;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .cards {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
      }
      .cards li {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        max-width: 100%;
        overflow-wrap: anywhere;
      }
      .over {
        text-decoration: line-through;
      }
      .error {
        color: var(--bad-words);
      }
      details summary {
        cursor: pointer;
        min-height: 40px;
        display: flex;
        align-items: center;
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;

  @state() private kept?: Kept;
  @state() private error = "";
  @state() private busy = false;
  @state() private forgetting?: number;
  @state() private entity = false;

  protected override firstUpdated(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.kept = await askBook<Kept>(this.hass, "kept");
    } catch (error) {
      this.error = inWords(this.hass, error);
    }
  }

  private async change(what: string, data: object): Promise<boolean> {
    this.busy = true;
    this.error = "";
    try {
      await askBook(this.hass, what, data);
      return true;
    } catch (error) {
      this.error = inWords(this.hass, error);
      return false;
    } finally {
      this.busy = false;
      await this.load();
    }
  }

  /** A form whose fields are handed over as they were typed. */
  private form(
    label: string,
    content: unknown,
    submit: (fields: Fields) => Promise<boolean>,
    once = false,
  ): TemplateResult {
    return html`<form
      aria-label=${label}
      @submit=${async (event: SubmitEvent) => {
        event.preventDefault();
        const form = event.target as HTMLFormElement;
        const fields = Object.fromEntries(
          [...new FormData(form)].map(([name, value]) => [name, String(value)]),
        );
        if ((await submit(fields)) && once) form.reset();
      }}
    >
      ${content}
    </form>`;
  }

  private field(
    key: string,
    name: string,
    value: string | number | null | undefined,
    more: { type?: string; required?: boolean; most?: number; step?: string; max?: number } = {},
  ): TemplateResult {
    return html`<label
      >${text(this.hass, `sessions.keep.${key}`)}
      <input
        name=${name}
        type=${more.type ?? "text"}
        ?required=${more.required}
        maxlength=${more.most ?? 100}
        step=${more.step ?? nothing}
        min=${more.type === "number" ? (more.step === "any" ? nothing : 0) : nothing}
        max=${more.max ?? nothing}
        .value=${value === null || value === undefined ? "" : String(value)}
      />
    </label>`;
  }

  private select(
    key: string,
    name: string,
    value: string,
    options: [string, string][],
  ): TemplateResult {
    return html`<label
      >${text(this.hass, `sessions.keep.${key}`)}
      <select name=${name}>
        ${options.map(
          ([one, word]) => html`<option value=${one} ?selected=${one === value}>${word}</option>`,
        )}
      </select>
    </label>`;
  }

  private submit(key: string): TemplateResult {
    return html`<button class="tonal" ?disabled=${this.busy || !this.hass.connected}>
      ${text(this.hass, `sessions.keep.${key}`)}
    </button>`;
  }

  protected override render(): TemplateResult {
    const { hass, kept } = this;
    if (!kept) {
      return this.error
        ? html`<p class="error" role="alert">${this.error}</p>`
        : html`<p class="quiet" aria-busy="true">${text(hass, "loading")}</p>`;
    }
    return html`
      ${this.error ? html`<div class="alert bad" role="alert">${this.error}</div>` : nothing}
      <section class="card" aria-labelledby="drivers">
        <h2 id="drivers">${text(hass, "sessions.keep.drivers")}</h2>
        <p class="quiet">${text(hass, "sessions.keep.drivers_help")}</p>
        ${kept.persons.map((person) => this.person(person, kept))}
        <div class="one">${this.newPerson()}</div>
        ${kept.learned.length
          ? html`<p class="quiet">
              ${text(hass, "sessions.keep.learned", {
                cards: kept.learned.map(({ tag, sessions }) => `${tag} (${sessions})`).join(", "),
              })}
            </p>`
          : nothing}
      </section>
      <section class="card" aria-labelledby="prices">
        <h2 id="prices">${text(hass, "sessions.keep.prices")}</h2>
        <p class="quiet">${text(hass, "sessions.keep.prices_help")}</p>
        ${kept.tariffs.map((tariff) => this.tariff(tariff, kept))} ${this.newTariff(kept)}
      </section>
      <section class="card" aria-labelledby="places">
        <h2 id="places">${text(hass, "sessions.keep.places")}</h2>
        <p class="quiet">${text(hass, "sessions.keep.places_help")}</p>
        ${kept.places.map((place) => this.place(place, kept))}
      </section>
      <section class="card" aria-labelledby="book">
        <h2 id="book">${text(hass, "sessions.keep.book")}</h2>
        ${this.settings(kept)}
      </section>
    `;
  }

  private newPerson(): TemplateResult {
    return this.form(
      text(this.hass, "sessions.keep.add_driver"),
      html`${this.field("name", "name", "", { required: true })}
      ${this.select("person_kind", "kind", "driver", [
        ["driver", text(this.hass, "sessions.keep.a_driver")],
        ["group", text(this.hass, "sessions.keep.a_group")],
      ])}
      ${this.submit("add_driver")}`,
      ({ name, kind }) => this.change("change_person", { name, kind }),
      true,
    );
  }

  /** Which group a driver is in; nothing to choose where there is none. */
  private group(person: Person, kept: Kept): TemplateResult | typeof nothing {
    const groups = kept.persons.filter(({ kind, id }) => kind === "group" && id !== person.id);
    if (person.kind === "group" || !groups.length) return nothing;
    return this.select("group", "group", String(person.group_id ?? ""), [
      ["", "–"],
      ...groups.map(({ id, name }): [string, string] => [String(id), name]),
    ]);
  }

  private person(person: Person, kept: Kept): TemplateResult {
    const { hass } = this;
    return html`<details class="one">
      <summary>
        ${person.name}
        <span class="quiet"
          >&nbsp;${person.budget_wh === null
            ? energy(hass, person.used_wh)
            : text(hass, "sessions.keep.used", {
                used: energy(hass, person.used_wh),
                budget: energy(hass, person.budget_wh),
              })}</span
        >
      </summary>
      ${this.form(
        person.name,
        html`${this.field("name", "name", person.name, { required: true })}
        ${this.select("user", "ha_user_id", person.ha_user_id ?? "", [
          ["", "–"],
          ...kept.users.map(({ id, name }): [string, string] => [id, name]),
        ])}
        ${this.field("budget", "budget", person.budget_wh === null ? "" : person.budget_wh / 1000, {
          type: "number",
          step: "1",
        })}
        ${this.select("over_budget", "over_budget", person.over_budget, [
          ["warn", text(hass, "sessions.keep.warn")],
          ["refuse", text(hass, "sessions.keep.refuse")],
        ])}
        ${this.group(person, kept)} ${this.field("ref", "ref", person.ref)}
        ${this.submit("save")}`,
        ({ name, ha_user_id, budget, over_budget, ref, group }) =>
          this.change("change_person", {
            person: person.id,
            name,
            kind: person.kind,
            ha_user_id: ha_user_id || null,
            budget_wh: budget ? Math.round(Number(budget) * 1000) : null,
            over_budget,
            ref,
            ...(group === undefined ? {} : { group: group ? Number(group) : null }),
          }),
      )}
      <ul class="cards">
        ${person.cards.map((card) => this.card(card, person))}
      </ul>
      ${this.form(
        `${text(hass, "sessions.keep.add_card")}: ${person.name}`,
        html`<label
            >${text(hass, "sessions.keep.tag")}
            <input name="tag" type="text" required maxlength="36" list="learned" />
            <datalist id="learned">
              ${kept.learned.map(({ tag }) => html`<option value=${tag}></option>`)}
            </datalist>
          </label>
          ${this.field("label", "label", "")} ${this.field("vehicle", "vehicle", "")}
          ${this.field("from", "from", "", { type: "date" })}
          ${this.field("to", "to", "", { type: "date" })} ${this.submit("add_card")}`,
        ({ tag, label, vehicle, from, to }) =>
          this.change("give_card", {
            person: person.id,
            tag,
            label,
            vehicle,
            ...(from ? { from_ts: dayStart(from, hass.config.time_zone) } : {}),
            ...(to ? { to_ts: dayStart(to, hass.config.time_zone, 1) } : {}),
          }),
        true,
      )}
      <div class="actions">
        ${this.forgetting === person.id
          ? html`<span>${text(hass, "sessions.keep.forget_sure", { name: person.name })}</span>
              <button
                class="filled"
                ?disabled=${this.busy}
                @click=${() => this.change("forget_person", { person: person.id })}
              >
                ${text(hass, "sessions.keep.forget_yes")}
              </button>
              <button
                @click=${() => {
                  this.forgetting = undefined;
                }}
              >
                ${text(hass, "sessions.keep.cancel")}
              </button>`
          : html`<button
              @click=${() => {
                this.forgetting = person.id;
              }}
            >
              ${text(hass, "sessions.keep.forget")}
            </button>`}
      </div>
    </details>`;
  }

  /** A moment by the clocks of the house: cards and prices hold for what charges there. */
  private when(at: number, how: Intl.DateTimeFormatOptions): string {
    const { hass } = this;
    return new Intl.DateTimeFormat(hass.locale.language, {
      ...how,
      timeZone: hass.config.time_zone,
    }).format(at * 1000);
  }

  private card(card: Card, person: Person): TemplateResult {
    const { hass } = this;
    const day = (at: number) => this.when(at, { dateStyle: "medium" });
    const over = card.to_ts !== null && card.to_ts * 1000 <= Date.now();
    return html`<li class="chip ${over ? "over" : ""}">
      ${[card.tag, card.label, card.vehicle].filter((one) => one).join(" · ")}
      ${card.from_ts > 0 || card.to_ts !== null
        ? html`<span class="quiet"
            >${card.from_ts > 0 ? day(card.from_ts) : ""} –
            ${card.to_ts === null ? "" : day(card.to_ts - 1)}</span
          >`
        : nothing}
      ${over
        ? nothing
        : html`<button
            aria-label=${text(hass, "sessions.keep.take_card", { tag: card.tag, name: person.name })}
            ?disabled=${this.busy}
            @click=${() => this.change("take_card", { use: card.id })}
          >
            <span class="small">${icon(mdiTrashCanOutline)}</span>
          </button>`}
    </li>`;
  }

  private whom(tariff: Tariff, kept: Kept): string {
    const { hass } = this;
    const among = tariff.applies === "person" ? kept.persons : kept.places;
    return tariff.applies === "all"
      ? text(hass, "sessions.keep.for_all")
      : (among.find(({ id }) => id === tariff.applies_to)?.name ?? `#${tariff.applies_to}`);
  }

  private tariff(tariff: Tariff, kept: Kept): TemplateResult {
    const { hass } = this;
    const day = (at: number | null) => (at ? this.when(at, { dateStyle: "medium", timeStyle: "short" }) : "");
    const parts = [
      tariff.price !== null
        ? text(hass, "sessions.keep.per_kwh", { price: this.price(tariff.price, tariff.currency) })
        : `${tariff.entity_id}${tariff.add ? ` + ${this.price(tariff.add, tariff.currency)}` : ""}`,
      tariff.per_session
        ? text(hass, "sessions.keep.a_session", { price: this.price(tariff.per_session, tariff.currency) })
        : "",
      tariff.per_hour
        ? text(hass, "sessions.keep.an_hour", { price: this.price(tariff.per_hour, tariff.currency) })
        : "",
      tariff.tax === null
        ? ""
        : text(hass, tariff.net ? "sessions.keep.plus_tax" : "sessions.keep.with_tax", {
            tax: number(hass, tariff.tax, tariff.tax % 1 ? 1 : 0),
          }),
    ].filter((part) => part);
    const over = tariff.to_ts !== null && tariff.to_ts * 1000 <= Date.now();
    return html`<div class="row one ${over ? "over" : ""}">
      <span class="grow">
        <strong>${this.whom(tariff, kept)}</strong> ${parts.join(", ")}
        <span class="quiet">${day(tariff.from_ts)} – ${day(tariff.to_ts)}</span>
      </span>
      ${!over
        ? html`<button
            ?disabled=${this.busy}
            aria-label=${text(hass, "sessions.keep.end_price", { name: this.whom(tariff, kept) })}
            @click=${() => this.change("end_tariff", { tariff: tariff.id })}
          >
            <span class="small">${icon(mdiTrashCanOutline)}</span>
          </button>`
        : nothing}
    </div>`;
  }

  private price(value: number, currency: string): string {
    return `${new Intl.NumberFormat(this.hass.locale.language, { minimumFractionDigits: 2, maximumFractionDigits: 6 }).format(value)}\u00a0${currency}`;
  }

  private newTariff(kept: Kept): TemplateResult {
    const { hass } = this;
    const whose: [string, string][] = [
      ["all", text(hass, "sessions.keep.for_all")],
      ...kept.places.map(({ id, name }): [string, string] => [`place:${id}`, name]),
      ...kept.persons.map(({ id, name }): [string, string] => [`person:${id}`, name]),
    ];
    const entities = Object.keys(hass.states).filter((id) => /^(sensor|number|input_number)\./.test(id));
    const price = { type: "number", step: "any" };
    return html`<div class="one">
      ${this.form(
        text(hass, "sessions.keep.add_price"),
        html`${this.select("whose", "whose", "all", whose)}
          <label
            >${text(hass, "sessions.keep.kind")}
            <select
              name="kind"
              @change=${(event: Event) => {
                this.entity = (event.target as HTMLSelectElement).value === "entity";
              }}
            >
              <option value="fixed">${text(hass, "sessions.keep.fixed")}</option>
              <option value="entity">${text(hass, "sessions.keep.entity")}</option>
            </select>
          </label>
          ${this.entity
            ? html`<label
                  >${text(hass, "sessions.keep.entity_id")}
                  <input name="entity_id" type="text" required list="entities" />
                  <datalist id="entities">
                    ${entities.map((id) => html`<option value=${id}></option>`)}
                  </datalist>
                </label>
                ${this.field("add", "add", "", price)}`
            : this.field("price", "price", "", { ...price, required: true })}
          ${this.field("per_session", "per_session", "", price)}
          ${this.field("per_hour", "per_hour", "", price)}
          ${this.field("tax", "tax", "", { type: "number", step: "0.1", max: 100 })}
          ${this.field("since", "since", "", { type: "datetime-local" })}
          <label class="check"
            ><input type="checkbox" name="net" /> ${text(hass, "sessions.keep.net")}</label
          >
          ${this.submit("add_price")}`,
        (fields) => this.addTariff(fields),
        true,
      )}
    </div>`;
  }

  private addTariff(fields: Fields): Promise<boolean> {
    const [applies, id] = fields["whose"]!.split(":");
    const optional = (name: string) => (fields[name] ? { [name]: Number(fields[name]) } : {});
    return this.change("add_tariff", {
      applies,
      applies_to: id === undefined ? null : Number(id),
      ...(fields["kind"] === "entity"
        ? { entity_id: fields["entity_id"], ...optional("add") }
        : optional("price")),
      ...optional("per_session"),
      ...optional("per_hour"),
      ...optional("tax"),
      net: fields["net"] === "on",
      ...(fields["since"] ? { from_ts: momentOf(fields["since"], this.hass.config.time_zone) } : {}),
    });
  }

  private place(place: Place, kept: Kept): TemplateResult {
    return html`<div class="one">
      ${this.form(
        place.name,
        html`${this.field("place", "name", place.name, { required: true })}
        ${this.select("whose_place", "person", String(place.person_id ?? ""), [
          ["", "–"],
          ...kept.persons.map(({ id, name }): [string, string] => [String(id), name]),
        ])}
        ${kept.places.length > 1 ? this.select("served_by", "outlet", outletOf(place), this.outlets(place, kept)) : nothing}
        ${this.field("evse_id", "evse_id", place.evse_id, { most: 48 })} ${this.submit("save")}`,
        ({ name, person, evse_id, outlet }) =>
          this.change("change_place", {
            place: place.id,
            name,
            evse_id,
            person: person ? Number(person) : null,
            ...(outlet && outlet !== outletOf(place) ? JSON.parse(outlet) : {}),
          }),
      )}
    </div>`;
  }

  /** Outlets that may serve a place: its own, and those of the others. */
  private outlets(place: Place, kept: Kept): [string, string][] {
    const own: [string, string][] = place.charger === null ? [["", "–"]] : [];
    const all = kept.places.filter(({ charger }) => charger !== null);
    return [
      ...own,
      ...all.map((one): [string, string] => [
        outletOf(one),
        one.connector === 1 ? one.charger! : `${one.charger} / ${one.connector}`,
      ]),
    ];
  }

  private settings({ settings }: Kept): TemplateResult {
    const { hass } = this;
    return this.form(
      text(hass, "sessions.keep.book"),
      html`<label class="whole"
          >${text(hass, "sessions.keep.letterhead")}
          <textarea name="letterhead" rows="4" maxlength="2000" .value=${settings.letterhead}></textarea>
        </label>
        ${this.field("retention", "retention", settings.retention_months, {
          type: "number",
          step: "1",
          max: 240,
        })}
        <label class="check"
          ><input type="checkbox" name="statistics" .checked=${settings.statistics} />
          ${text(hass, "sessions.keep.statistics")}</label
        >
        <label class="check"
          ><input type="checkbox" name="driver_entities" .checked=${settings.driver_entities} />
          ${text(hass, "sessions.keep.driver_entities")}</label
        >
        <p class="quiet whole">${text(hass, "sessions.keep.ocpi_help")}</p>
        ${this.field("country_code", "country_code", settings.country_code, { most: 2 })}
        ${this.field("party_id", "party_id", settings.party_id, { most: 3 })}
        ${this.field("address", "address", settings.address, { most: 45 })}
        ${this.field("postal_code", "postal_code", settings.postal_code, { most: 10 })}
        ${this.field("city", "city", settings.city, { most: 45 })} ${this.submit("save")}`,
      ({ retention, statistics, driver_entities, ...texts }) =>
        this.change("change_settings", {
          ...texts,
          retention_months: retention ? Number(retention) : null,
          statistics: statistics === "on",
          driver_entities: driver_entities === "on",
        }),
    );
  }
}

/** The midnight at which a day of a field begins, or the one `later` days after, UTC seconds. */
function dayStart(day: string, timeZone: string, later = 0): number | undefined {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const begins = new Date(Date.UTC(year, month - 1, date + later));
  return momentOf(begins.toISOString().slice(0, 16), timeZone);
}

/** What an outlet is called in the list of those that may serve a place. */
const outletOf = ({ charger, connector }: Place): string =>
  charger === null ? "" : JSON.stringify({ charger, connector });

define("elm-sessions-keep", SessionsKeep);
