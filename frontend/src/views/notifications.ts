/** Who is told of what: notify entities, for the whole group or one outlet. */

import { mdiCheckCircle, mdiTrashCanOutline } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { changeWhoIsTold, getWhoIsTold, inWords } from "../commands";
import { define } from "../define";
import { hassChanged } from "../follow";
import { icon } from "../icon";
import { text } from "../localize";
import { styles } from "../styles";
import type { Hass, Recipient, WhoIsTold } from "../types";

const TOPICS = ["fault", "safe_limit", "car_full", "turn"] as const;

export class NotificationsView extends LitElement {
  static override styles = [
    styles,
    css`
      .recipient {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 220px), 1fr));
        gap: 4px 12px;
        align-items: end;
        padding-block: 12px;
        border-top: 1px solid var(--line);
        min-width: 0;
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
        min-height: 36px;
        color: inherit;
        font-size: inherit;
      }
      select {
        width: 100%;
        min-width: 0;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        padding-top: 12px;
      }
      .error {
        color: var(--bad-words);
      }
      .saved {
        color: var(--good);
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  @property() entryId = "";

  @state() private told?: WhoIsTold;
  @state() private recipients: Recipient[] = [];
  @state() private error = "";
  @state() private saved = false;
  /** Whether there is something to be saved. */
  @state() private changed = false;

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("entryId")) {
      this.changed = false;
      this.told = undefined;
      void this.load();
    }
  }

  /** Ask for the list; what somebody has changed and not saved stays. */
  private async load(): Promise<void> {
    const { entryId } = this;
    if (!this.hass?.connected || !entryId) return;
    try {
      const told = await getWhoIsTold(this.hass, entryId);
      if (entryId !== this.entryId) return;
      this.told = told;
      if (!this.changed) this.recipients = told.recipients;
    } catch (error) {
      this.error = inWords(this.hass, error);
    }
  }

  protected override render(): TemplateResult {
    const { hass, told } = this;
    const disabled = !hass.connected;
    return html`<section class="card" aria-labelledby="notifications">
      <h2 id="notifications">${text(hass, "notifications.title")}</h2>
      ${told === undefined
        ? html`<p class="quiet" ?aria-busy=${!this.error}>
            ${this.error ? nothing : text(hass, "loading")}
          </p>`
        : html`
            <p class="quiet">${text(hass, "notifications.help")}</p>
            ${told.entities.length
              ? nothing
              : html`<p>${text(hass, "notifications.no_entities")}</p>`}
            ${this.recipients.map((one, index) => this.recipient(told, one, index, disabled))}
            <div class="actions">
              <button
                ?disabled=${disabled || !told.entities.length}
                @click=${() => this.add(told.entities[0]!.entity_id)}
              >
                ${text(hass, "notifications.add")}
              </button>
              <button class="filled" ?disabled=${disabled || !this.changed} @click=${this.save}>
                ${text(hass, "notifications.save")}
              </button>
              <span role="status" class="saved small"
                >${this.saved
                  ? html`${icon(mdiCheckCircle)}<span class="sr">${text(hass, "settings.saved")}</span>`
                  : nothing}</span
              >
            </div>
          `}
      ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
    </section>`;
  }

  private recipient(
    told: WhoIsTold,
    recipient: Recipient,
    index: number,
    disabled: boolean,
  ): TemplateResult {
    const { hass } = this;
    const { entity_id } = recipient;
    const known = told.entities.some((one) => one.entity_id === entity_id);
    const entities = known
      ? told.entities
      : [...told.entities, { entity_id, name: entity_id }];
    const name = entities.find((one) => one.entity_id === entity_id)!.name;
    const places = [
      { key: "", name: text(hass, "notifications.everywhere") },
      ...told.places,
    ];
    return html`<div class="recipient" role="group" aria-label=${name}>
      <label
        >${text(hass, "notifications.who")}
        <select
          ?disabled=${disabled}
          @change=${(event: Event) =>
            this.change(index, { entity_id: (event.target as HTMLSelectElement).value })}
        >
          ${entities.map(
            (one) =>
              html`<option value=${one.entity_id} .selected=${one.entity_id === entity_id}>
                ${one.name}
              </option>`,
          )}
        </select>
      </label>
      <label
        >${text(hass, "notifications.where")}
        <select
          ?disabled=${disabled}
          @change=${(event: Event) =>
            this.change(index, { place: (event.target as HTMLSelectElement).value || null })}
        >
          ${places.map(
            (one) =>
              html`<option value=${one.key} .selected=${one.key === (recipient.place ?? "")}>
                ${one.name}
              </option>`,
          )}
        </select>
      </label>
      ${TOPICS.map(
        (topic) =>
          html`<label class="check"
            ><input
              type="checkbox"
              .checked=${live(recipient.topics.includes(topic))}
              ?disabled=${disabled}
              @change=${(event: Event) =>
                this.change(index, {
                  topics: (event.target as HTMLInputElement).checked
                    ? [...recipient.topics, topic]
                    : recipient.topics.filter((other) => other !== topic),
                })}
            />
            ${text(hass, `notifications.topics.${topic}`)}
          </label>`,
      )}
      <button
        ?disabled=${disabled}
        aria-label=${text(hass, "notifications.remove", { name })}
        @click=${() => this.put(this.recipients.filter((_, other) => other !== index))}
      >
        <span class="small">${icon(mdiTrashCanOutline)}</span>
      </button>
    </div>`;
  }

  private add(entity_id: string): void {
    this.put([...this.recipients, { entity_id, topics: ["fault", "safe_limit"], place: null }]);
  }

  private put(recipients: Recipient[]): void {
    this.recipients = recipients;
    this.changed = true;
    this.saved = false;
  }

  private change(index: number, changes: Partial<Recipient>): void {
    this.put(
      this.recipients.map((one, other) => (other === index ? { ...one, ...changes } : one)),
    );
  }

  private readonly save = async (): Promise<void> => {
    this.error = "";
    this.saved = false;
    try {
      await changeWhoIsTold(this.hass, this.entryId, this.recipients);
      this.changed = false;
      this.saved = true;
    } catch (error) {
      this.error = inWords(this.hass, error);
    }
    await this.load();
  };
}

define("elm-notifications", NotificationsView);
