/** One outlet on a page of its own, which its resident may keep as a bookmark. */

import { mdiArrowLeft, mdiCarOff, mdiCheck, mdiLinkVariant } from "@mdi/js";
import { css, html, LitElement, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { define } from "../define";
import "../elements/circuits";
import { empty } from "../elements/empty";
import "../elements/happened";
import "../elements/outlet";
import { hassChanged } from "../follow";
import { icon } from "../icon";
import { PANEL } from "../links";
import { text } from "../localize";
import { styles } from "../styles";
import { outlets, pathOf } from "../tree";
import type { Group, Hass } from "../types";

export class OutletView extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        max-width: 720px;
        margin: 0 auto;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
      }
      section h2 {
        margin-bottom: 8px;
      }
    `,
  ];

  @property({ attribute: false, hasChanged: hassChanged }) hass!: Hass;
  @property({ attribute: false }) group!: Group;
  @property() entryId = "";
  /** `charger/number`. */
  @property() key = "";
  @property({ attribute: false }) now: () => number = () => 0;
  @property({ attribute: false }) wallClock: () => number = Date.now;

  @state() private copied = false;
  @state() private at = 0;
  private timer?: number;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => (this.at += 1), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  protected override render(): TemplateResult {
    const { hass, group, entryId } = this;
    const outlet = outlets(hass, group).find(({ key }) => key === this.key);
    const back = html`<a class="button" href="${PANEL}/now/${entryId}"
      ><span class="small">${icon(mdiArrowLeft)}</span> ${text(hass, "one_outlet.all")}</a
    >`;
    if (!outlet) {
      return empty(mdiCarOff, text(hass, "no_outlet.title"), text(hass, "no_outlet.text"), back);
    }
    return html`
      <div class="top">${back} ${this.link()}</div>
      <elm-outlet
        alone
        .hass=${hass}
        .group=${group}
        .outlet=${outlet}
        .entryId=${entryId}
        .now=${this.now}
        .at=${this.at}
      ></elm-outlet>
      <section class="card" aria-labelledby="fed">
        <h2 id="fed">${text(hass, "one_outlet.fed_by")}</h2>
        <elm-circuits
          .hass=${hass}
          .group=${group}
          .only=${pathOf(group, outlet.connector).map(({ id }) => id)}
        ></elm-circuits>
      </section>
      <section class="card" aria-labelledby="happened">
        <h2 id="happened">${text(hass, "happened.title")}</h2>
        <elm-happened
          .hass=${hass}
          .group=${group}
          .entryId=${entryId}
          .outlet=${this.key}
          .wallClock=${this.wallClock}
        ></elm-happened>
      </section>
    `;
  }

  private link(): TemplateResult {
    const words = text(this.hass, this.copied ? "one_outlet.copied" : "one_outlet.copy");
    return html`<button @click=${this.copy}>
        <span class="small">${icon(this.copied ? mdiCheck : mdiLinkVariant)}</span> ${words}
      </button>
      <span class="sr" role="status">${this.copied ? words : ""}</span>`;
  }

  private readonly copy = async (): Promise<void> => {
    try {
      if (navigator.clipboard) await navigator.clipboard.writeText(window.location.href);
      else copyAsOfOld(window.location.href);
    } catch {
      return;
    }
    this.copied = true;
    window.setTimeout(() => (this.copied = false), 3000);
  };
}

/** Copies where a page may not write to the clipboard: over plain HTTP. */
function copyAsOfOld(words: string): void {
  const field = document.createElement("textarea");
  field.value = words;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

define("elm-outlet-view", OutletView);
