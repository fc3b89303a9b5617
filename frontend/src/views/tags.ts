/** Who may charge: everybody, or the cards of a list. */

import { mdiCheckCircle, mdiTrashCanOutline } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { changeWhoMayCharge, getWhoMayCharge, inWords } from "../commands";
import { define } from "../define";
import { hassChanged } from "../follow";
import { icon } from "../icon";
import { text } from "../localize";
import { styles } from "../styles";
import type { Hass, Tag } from "../types";

/** How often it is looked whether a card was held up, ms. */
const LOOK_AGAIN = 3000;

export class TagsView extends LitElement {
  static override styles = [
    styles,
    css`
      .everybody {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 2px 16px;
        align-items: center;
        padding-block: 12px;
      }
      .help {
        grid-column: 1;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .tag {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 150px), 1fr));
        gap: 8px 12px;
        align-items: end;
        padding-block: 12px;
        border-top: 1px solid var(--line);
        margin: 0;
        min-width: 0;
      }
      .tag label {
        display: grid;
        gap: 2px;
        min-width: 0;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .tag label.check {
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: 8px;
        min-height: 36px;
      }
      .tag input:not([type="checkbox"]) {
        width: 100%;
        min-width: 0;
        text-align: start;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        padding-top: 12px;
      }
      .seen {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        padding-top: 4px;
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

  @state() private everybody = true;
  @state() private tags?: Tag[];
  @state() private seen: string[] = [];
  @state() private error = "";
  @state() private saved = false;
  /** Whether there is something to be saved. */
  @state() private changed = false;
  private timer?: number;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => {
      if (!document.hidden) void this.load();
    }, LOOK_AGAIN);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("entryId")) {
      this.changed = false;
      this.tags = undefined;
      void this.load();
    }
  }

  /** Ask for the list; what somebody has changed and not saved stays. */
  private async load(): Promise<void> {
    const { entryId } = this;
    if (!this.hass?.connected || !entryId) return;
    try {
      const { everybody, tags, seen } = await getWhoMayCharge(this.hass, entryId);
      if (entryId !== this.entryId) return;
      this.seen = seen;
      if (!this.changed) {
        this.everybody = everybody;
        this.tags = tags.map((tag) => ({ ...tag }));
      }
    } catch {
      // It is asked again.
    }
  }

  protected override render(): TemplateResult {
    const { hass, tags } = this;
    const disabled = !hass.connected;
    const seen = this.seen.filter((one) => !tags?.some((tag) => same(tag.id_tag, one)));
    return html`<section class="card" aria-labelledby="tags">
      <h2 id="tags">${text(hass, "tags.title")}</h2>
      ${tags === undefined
        ? html`<p class="quiet" aria-busy="true">${text(hass, "loading")}</p>`
        : html`
            <div class="everybody">
              <label for="everybody">${text(hass, "tags.everybody")}</label>
              <span class="help" id="everybody-help">${text(hass, "tags.everybody_help")}</span>
              <input
                id="everybody"
                type="checkbox"
                role="switch"
                style="grid-column: 2; grid-row: 1 / span 2"
                .checked=${live(this.everybody)}
                ?disabled=${disabled}
                aria-describedby="everybody-help"
                @change=${(event: Event) => {
                  this.everybody = (event.target as HTMLInputElement).checked;
                  this.put(tags);
                }}
              />
            </div>
            ${tags.length
              ? tags.map((tag, index) => this.tag(tag, index, disabled))
              : html`<p class="quiet">${text(hass, "tags.nobody")}</p>`}
            <p class="quiet">${text(hass, "tags.seen_help")}</p>
            ${seen.length
              ? html`<div class="seen">
                  <span>${text(hass, "tags.seen")}:</span>
                  ${seen.map(
                    (one) =>
                      html`<button
                        class="tonal"
                        ?disabled=${disabled}
                        aria-label=${text(hass, "tags.learn", { tag: one })}
                        @click=${() => this.add(one)}
                      >
                        ${one}
                      </button>`,
                  )}
                </div>`
              : nothing}
            <div class="actions">
              <button ?disabled=${disabled} @click=${() => this.add("")}>
                ${text(hass, "tags.add")}
              </button>
              <button class="filled" ?disabled=${disabled || !this.changed} @click=${this.save}>
                ${text(hass, "tags.save")}
              </button>
              <span role="status" class="saved small"
                >${this.saved
                  ? html`${icon(mdiCheckCircle)}<span class="sr">${text(hass, "settings.saved")}</span>`
                  : nothing}</span
              >
            </div>
            ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
          `}
    </section>`;
  }

  private tag(tag: Tag, index: number, disabled: boolean): TemplateResult {
    const { hass } = this;
    const field = (key: "name" | "id_tag" | "expires" | "group", type = "text") =>
      html`<label
        >${text(hass, `tags.${key}`)}
        <input
          type=${type}
          data-field="${key}-${index}"
          maxlength=${key === "name" ? 100 : 20}
          .value=${live(tag[key] ?? "")}
          ?disabled=${disabled}
          @input=${(event: Event) =>
            this.change(index, { [key]: (event.target as HTMLInputElement).value })}
        />
      </label>`;
    const name = tag.name || tag.id_tag || String(index + 1);
    return html`<div class="tag" role="group" aria-label=${name}>
      ${field("name")} ${field("id_tag")} ${field("expires", "date")} ${field("group")}
      <label class="check"
        ><input
          type="checkbox"
          .checked=${live(tag.blocked ?? false)}
          ?disabled=${disabled}
          @change=${(event: Event) =>
            this.change(index, { blocked: (event.target as HTMLInputElement).checked })}
        />
        ${text(hass, "tags.blocked")}
      </label>
      <button
        ?disabled=${disabled}
        aria-label=${text(hass, "tags.remove", { name })}
        @click=${() => this.put(this.tags!.filter((_, other) => other !== index))}
      >
        <span class="small">${icon(mdiTrashCanOutline)}</span>
      </button>
    </div>`;
  }

  private put(tags: Tag[]): void {
    this.tags = tags;
    this.changed = true;
    this.saved = false;
  }

  private change(index: number, changes: Partial<Tag>): void {
    this.put(this.tags!.map((tag, other) => (other === index ? { ...tag, ...changes } : tag)));
  }

  /** A new line at the end, and the cursor in its name. */
  private add(id_tag: string): void {
    const index = this.tags!.length;
    this.put([...this.tags!, { name: "", id_tag }]);
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLInputElement>(`[data-field="name-${index}"]`)?.focus(),
    );
  }

  private readonly save = async (): Promise<void> => {
    this.error = "";
    this.saved = false;
    try {
      await changeWhoMayCharge(this.hass, this.entryId, this.everybody, this.tags ?? []);
      this.changed = false;
      this.saved = true;
    } catch (error) {
      this.error = inWords(this.hass, error);
    }
    await this.load();
  };
}

const same = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase();

define("elm-tags", TagsView);
