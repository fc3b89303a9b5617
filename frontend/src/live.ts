/** The live view of one group, as a dashboard's card shows it. */

import { mdiAlertCircleOutline, mdiEvStation } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { listGroups } from "./commands";
import { define } from "./define";
import { empty } from "./elements/empty";
import { GroupFollower, hassChanged } from "./follow";
import { icon } from "./icon";
import { PANEL } from "./links";
import { loadSharedTexts, text } from "./localize";
import { styles } from "./styles";
import type { Hass } from "./types";
import "./views/now";

export class LiveGroup extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: block;
      }
      .frame {
        padding: 0;
        overflow: hidden;
      }
      .frame .card {
        border: 0;
      }
      footer {
        border-top: 1px solid var(--line);
        padding: 4px 8px;
      }
      .old {
        opacity: 0.6;
      }
      .words {
        padding: 16px;
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  /** Which group; the first one where none is named. */
  @property() entryId?: string;

  @state() private first?: string | null;

  private readonly follower = new GroupFollower(this);
  private readonly now = () => this.follower.now;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.hass) return;
    const before = changed.get("hass") as Hass | undefined;
    if (changed.has("hass") && before?.language !== this.hass.language) {
      void loadSharedTexts(this.hass).then(() => this.requestUpdate());
    }
    if (!this.entryId && !this.first && changed.has("hass")) {
      listGroups(this.hass).then(
        (groups) => {
          this.first = groups[0]?.entry_id ?? null;
        },
        () => undefined,
      );
    }
    const entryId = this.entryId ?? this.first;
    if (entryId) this.follower.follow(this.hass, entryId);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hass } = this;
    if (!hass) return nothing;
    return html`<div class="card frame ${hass.connected ? "" : "old"}">
      ${this.content()}
      <footer>
        <a class="button" href=${this.pagePath}>${text(hass, "card.open")}</a>
      </footer>
    </div>`;
  }

  private get pagePath(): string {
    const entryId = this.entryId ?? this.first;
    return entryId ? `${PANEL}/now/${entryId}` : PANEL;
  }

  private content(): TemplateResult {
    const { hass } = this;
    const { seen } = this.follower;
    if (!this.entryId && this.first === null) {
      return empty(mdiEvStation, text(hass, "no_groups.title"), text(hass, "no_groups.guest"));
    }
    switch (seen.state) {
      case "loading":
        return html`<p class="words quiet" aria-busy="true">${text(hass, "loading")}</p>`;
      case "running":
        return html`<elm-now
          compact
          .hass=${hass}
          .group=${seen.group}
          .entryId=${this.entryId ?? this.first ?? ""}
          .now=${this.now}
        ></elm-now>`;
      default:
        return html`<p class="words">
          ${icon(mdiAlertCircleOutline)} ${text(hass, `${seen.state}.title`)}
        </p>`;
    }
  }
}

define("ev-load-manager-live", LiveGroup);
