/** The page in the sidebar. */

import {
  mdiChartLine,
  mdiCog,
  mdiConnection,
  mdiEvStation,
  mdiFormatListBulleted,
  mdiMenu,
  mdiPower,
  mdiTrashCanOutline,
  mdiViewDashboardVariant,
  mdiAlertCircleOutline,
  mdiReceiptTextOutline,
} from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { listGroups } from "./commands";
import { define } from "./define";
import { empty } from "./elements/empty";
import { GroupFollower, hassChanged } from "./follow";
import { icon } from "./icon";
import { addIntegrationPath, integrationPath, navigate, outletOf, PANEL } from "./links";
import "./live";
import { loadSharedTexts, text } from "./localize";
import { styles } from "./styles";
import type { Hass, ListedGroup } from "./types";
import "./views/history";
import "./views/log";
import "./views/now";
import "./views/outlet";
import "./views/sessions";
import { askBook, type Overview } from "./views/sessions-types";
import "./views/settings";

const TABS = [
  { name: "now", icon: mdiViewDashboardVariant },
  { name: "history", icon: mdiChartLine },
  { name: "log", icon: mdiFormatListBulleted },
  { name: "sessions", icon: mdiReceiptTextOutline },
  { name: "settings", icon: mdiCog },
] as const;
type Tab = (typeof TABS)[number]["name"];

/** How often somebody without a group is looked after, ms. */
const LOOK_AGAIN = 5000;
/** How often it is looked whether there is a first session to show, ms. */
const LOOK_FOR_SESSIONS = 15_000;

export class Panel extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        height: 100%;
        min-height: 100vh;
        min-height: 100dvh;
        background: var(--primary-background-color, #fafafa);
      }
      .toolbar {
        position: sticky;
        top: 0;
        z-index: 4;
        background: var(--app-header-background-color, var(--sidebar-background-color, #fff));
        color: var(--app-header-text-color, var(--sidebar-text-color, #212121));
        border-bottom: var(--app-header-border-bottom, 1px solid var(--line));
        padding-top: var(--safe-area-inset-top, 0px);
        padding-inline: var(--safe-area-inset-left, 0px) var(--safe-area-inset-right, 0px);
      }
      .bar {
        display: flex;
        align-items: center;
        height: var(--header-height, 56px);
        padding-inline: 12px;
        gap: 12px;
      }
      .title {
        font-size: var(--ha-font-size-xl, 20px);
        font-weight: var(--ha-font-weight-normal, 400);
        margin-inline-start: 8px;
        white-space: nowrap;
        min-width: 0;
      }
      .bar select {
        color: inherit;
        width: 100%;
        max-width: min(240px, 45vw);
        text-overflow: ellipsis;
      }
      .menu {
        color: inherit;
        padding: 0 10px;
      }
      nav {
        display: flex;
        height: 100%;
        flex: 1;
        justify-content: center;
      }
      nav a {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 0 18px;
        color: inherit;
        text-decoration: none;
        border-bottom: 2px solid transparent;
        border-top: 2px solid transparent;
      }
      nav a[aria-current] {
        color: var(--accent-words);
        border-bottom-color: currentColor;
      }
      nav a:focus-visible {
        outline-offset: -3px;
      }
      .side {
        min-width: 150px;
        max-width: 240px;
        display: flex;
        justify-content: flex-end;
      }
      main {
        flex: 1;
        width: 100%;
        max-width: 1280px;
        margin: 0 auto;
        padding: 16px;
        padding-inline: max(16px, var(--safe-area-inset-left, 0px))
          max(16px, var(--safe-area-inset-right, 0px));
        display: grid;
        gap: 16px;
        align-content: start;
        grid-template-columns: minmax(0, 1fr);
      }
      :host([narrow]) main {
        padding: 12px 12px calc(76px + var(--safe-area-inset-bottom, 0px));
        gap: 12px;
      }
      :host([narrow]) nav {
        position: fixed;
        z-index: 4;
        inset-inline: 0;
        bottom: 0;
        height: calc(60px + var(--safe-area-inset-bottom, 0px));
        padding-bottom: var(--safe-area-inset-bottom, 0px);
        background: var(--sidebar-background-color, #fff);
        color: var(--sidebar-text-color, #212121);
        border-top: 1px solid var(--line);
      }
      :host([narrow]) nav a {
        flex: 1;
        flex-direction: column;
        gap: 0;
        justify-content: center;
        padding: 0 4px;
        border: 0;
        font-size: var(--ha-font-size-s, 12px);
      }
      :host([narrow]) nav a[aria-current] {
        color: var(--accent-words);
      }
      :host([narrow]) .side {
        min-width: 0;
        margin-inline-start: auto;
      }
      @media (max-width: 1200px) {
        :host(:not([narrow])) nav {
          justify-content: safe center;
        }
        :host(:not([narrow])) nav a {
          padding: 0 12px;
        }
        .side {
          min-width: 0;
        }
      }
      .content {
        min-width: 0;
      }
      .old {
        opacity: 0.6;
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  @property({ type: Boolean, reflect: true }) narrow = false;
  @property({ attribute: false }) route?: { prefix: string; path: string };

  @state() private groups?: ListedGroup[];
  /** Whether there is a session to show: who has none needs no tab for them. */
  @state() private hasSessions = false;

  private readonly follower = new GroupFollower(this);
  private readonly now = () => this.follower.now;
  private readonly wallClock = () => this.follower.wallClock;
  private timer?: number;
  private listing = false;
  private lookedAt = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => {
      if (!this.groups?.length || this.follower.seen.state === "removed") void this.list();
      if (!this.hasSessions && !document.hidden) void this.lookForSessions();
    }, LOOK_AGAIN);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  private async list(): Promise<void> {
    if (this.listing || !this.hass?.connected) return;
    this.listing = true;
    try {
      this.groups = await listGroups(this.hass);
    } catch {
      // The commands come with the integration; it is asked again.
    } finally {
      this.listing = false;
    }
  }

  private async lookForSessions(): Promise<void> {
    const now = performance.now();
    if (!this.hass?.connected || (this.lookedAt && now - this.lookedAt < LOOK_FOR_SESSIONS)) return;
    this.lookedAt = now;
    try {
      this.hasSessions = (await askBook<Overview>(this.hass, "overview")).months.length > 0;
    } catch {
      // It is looked again.
      this.lookedAt = 0;
    }
  }

  private get shownTabs() {
    return TABS.filter(({ name }) => name !== "sessions" || this.hasSessions);
  }

  private get tab(): Tab {
    const name = this.route?.path.split("/")[1];
    return this.shownTabs.find((tab) => tab.name === name)?.name ?? "now";
  }

  private get entryId(): string | undefined {
    // Home Assistant's own links name an entry in the query.
    const wanted =
      outletOf(this.route?.path ?? "")?.entryId ||
      this.route?.path.split("/")[2] ||
      new URLSearchParams(window.location.search).get("config_entry");
    return (this.groups?.find(({ entry_id }) => entry_id === wanted) ?? this.groups?.[0])?.entry_id;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("hass") && this.hass) {
      const before = changed.get("hass") as Hass | undefined;
      if (before?.language !== this.hass.language) {
        void loadSharedTexts(this.hass).then(() => this.requestUpdate());
      }
      if (!this.groups || before?.connected === false) void this.list();
      if (!this.lookedAt) void this.lookForSessions();
    }
    const { entryId } = this;
    if (this.hass && entryId) this.follower.follow(this.hass, entryId);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hass } = this;
    if (!hass) return nothing;
    const tabs = this.tabs();
    return html`
      <header class="toolbar">
        <div class="bar">
          ${this.menu()} <h1 class="title ${this.narrow ? "name" : ""}">${text(hass, "title")}</h1>
          ${this.narrow ? nothing : tabs}
          <div class="side">${this.groupPicker()}</div>
        </div>
      </header>
      <main>
        ${hass.connected
          ? nothing
          : html`<div class="alert warn" role="status">
              ${icon(mdiConnection)}<span class="grow">${text(hass, "reconnecting")}</span>
            </div>`}
        <div class="content ${hass.connected ? "" : "old"}">${this.content()}</div>
      </main>
      ${this.narrow ? tabs : nothing}
    `;
  }

  private menu(): TemplateResult {
    if (customElements.get("ha-menu-button")) {
      return html`<ha-menu-button .hass=${this.hass} .narrow=${this.narrow}></ha-menu-button>`;
    }
    return this.narrow
      ? html`<button
          class="menu"
          aria-label=${text(this.hass, "menu")}
          @click=${() =>
            this.dispatchEvent(
              new CustomEvent("hass-toggle-menu", { bubbles: true, composed: true }),
            )}
        >
          ${icon(mdiMenu)}
        </button>`
      : html``;
  }

  private path(tab: Tab): string {
    const { entryId } = this;
    return this.groups && this.groups.length > 1 ? `${PANEL}/${tab}/${entryId}` : `${PANEL}/${tab}`;
  }

  private tabs(): TemplateResult {
    return html`<nav aria-label=${text(this.hass, "title")}>
      ${this.shownTabs.map(
        (tab) =>
          html`<a href=${this.path(tab.name)} aria-current=${this.tab === tab.name ? "page" : nothing}>
            ${icon(tab.icon)}<span>${text(this.hass, `tabs.${tab.name}`)}</span>
          </a>`,
      )}
    </nav>`;
  }

  private groupPicker(): TemplateResult | typeof nothing {
    if (!this.groups || this.groups.length < 2) return nothing;
    return html`<select
      aria-label=${text(this.hass, "group")}
      @change=${(event: Event) => {
        navigate(`${PANEL}/${this.tab}/${(event.target as HTMLSelectElement).value}`);
      }}
    >
      ${this.groups.map(
        ({ entry_id, name }) =>
          html`<option value=${entry_id} ?selected=${entry_id === this.entryId}>${name}</option>`,
      )}
    </select>`;
  }

  private content(): TemplateResult {
    const { hass, groups } = this;
    if (!groups) return html`<p class="quiet" aria-busy="true">${text(hass, "loading")}</p>`;
    if (!groups.length) {
      return empty(
        mdiEvStation,
        text(hass, "no_groups.title"),
        text(hass, hass.user?.is_admin ? "no_groups.admin" : "no_groups.guest"),
        hass.user?.is_admin
          ? html`<a class="button filled" href=${addIntegrationPath}
              >${text(hass, "no_groups.add")}</a
            >`
          : nothing,
      );
    }
    const { seen } = this.follower;
    switch (seen.state) {
      case "loading":
        return html`<p class="quiet" aria-busy="true">${text(hass, "loading")}</p>`;
      case "removed":
        return empty(mdiTrashCanOutline, text(hass, "removed.title"), text(hass, "removed.text"));
      case "stopped":
        return empty(
          mdiPower,
          text(hass, "stopped.title"),
          seen.reason ?? text(hass, "stopped.text"),
          hass.user?.is_admin
            ? html`<a class="button tonal" href=${integrationPath(this.entryId)}
                >${text(hass, "stopped.open")}</a
              >`
            : nothing,
        );
      case "unreachable":
        return empty(
          mdiAlertCircleOutline,
          text(hass, "unreachable.title"),
          text(hass, "unreachable.text", { error: seen.error }),
        );
    }
    const { group } = seen;
    const entryId = this.entryId!;
    const outlet = outletOf(this.route?.path ?? "");
    if (outlet) {
      return html`<elm-outlet-view
        .hass=${hass}
        .group=${group}
        .entryId=${entryId}
        .key=${outlet.key}
        .now=${this.now}
        .wallClock=${this.wallClock}
      ></elm-outlet-view>`;
    }
    switch (this.tab) {
      case "now":
        return html`<elm-now
          .hass=${hass}
          .group=${group}
          .entryId=${entryId}
          .now=${this.now}
          ?narrow=${this.narrow}
        ></elm-now>`;
      case "history":
        return html`<elm-history
          .hass=${hass}
          .entryId=${entryId}
          .phases=${group.phases}
          .hasMeter=${group.settings.safe_limit !== undefined}
          .hasWindow=${group.window !== undefined}
          .circuits=${group.circuits}
          .wallClock=${this.wallClock}
        ></elm-history>`;
      case "log":
        return html`<elm-log .hass=${hass} .group=${group} .entryId=${entryId} .wallClock=${this.wallClock}></elm-log>`;
      case "sessions":
        return html`<elm-sessions .hass=${hass} .entryId=${entryId}></elm-sessions>`;
      case "settings":
        return html`<elm-settings
          .hass=${hass}
          .group=${group}
          .entryId=${entryId}
        ></elm-settings>`;
    }
  }
}

define("ev-load-manager-panel", Panel);
