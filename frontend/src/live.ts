/** The live view of one group or a part of it, as a dashboard's card shows it. */

import { mdiAlertCircleOutline, mdiEvStation } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { listGroups } from "./commands";
import { define } from "./define";
import { empty } from "./elements/empty";
import { GroupFollower, hassChanged } from "./follow";
import { icon } from "./icon";
import { outletPath, PANEL } from "./links";
import { loadSharedTexts, text } from "./localize";
import { styles } from "./styles";
import type { Hass, ListedGroup } from "./types";
import type { Part } from "./views/now";
import "./views/now";

const PHONE = window.matchMedia("(max-width: 600px)");

/** Whether what a card shows is a part of this group. */
const holds = ({ outlets, feeders }: ListedGroup, { outlet, circuit }: Part): boolean =>
  outlet !== undefined
    ? outlets.some(({ id }) => id === outlet)
    : circuit !== undefined
      ? feeders.some(({ id }) => id === circuit)
      : true;

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

  @property({ attribute: false }) shown: Part = {};

  @state() private first?: string | null;
  /** On a screen as narrow as a phone's. */
  @state() private narrow = PHONE.matches;

  private readonly follower = new GroupFollower(this);
  private readonly now = () => this.follower.now;

  private readonly turned = () => {
    this.narrow = PHONE.matches;
  };

  override connectedCallback(): void {
    super.connectedCallback();
    PHONE.addEventListener("change", this.turned);
    this.turned();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    PHONE.removeEventListener("change", this.turned);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.hass) return;
    const before = changed.get("hass") as Hass | undefined;
    if (changed.has("hass") && before?.language !== this.hass.language) {
      void loadSharedTexts(this.hass).then(() => this.requestUpdate());
    }
    const looks = changed.has("shown") || (!this.first && changed.has("hass"));
    if (!this.entryId && looks) {
      listGroups(this.hass).then(
        (groups) => {
          this.first = (groups.find((one) => holds(one, this.shown)) ?? groups[0])?.entry_id ?? null;
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
    if (!entryId) return PANEL;
    const { outlet } = this.shown;
    return outlet ? outletPath(entryId, outlet) : `${PANEL}/now/${entryId}`;
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
          .shown=${this.shown}
          ?narrow=${this.narrow}
        ></elm-now>`;
      default:
        return html`<p class="words">
          ${icon(mdiAlertCircleOutline)} ${text(hass, `${seen.state}.title`)}
        </p>`;
    }
  }
}

define("ev-load-manager-live", LiveGroup);
