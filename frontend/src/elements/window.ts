/** The window of mean power that goes on: what is used of it, and what it will be. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { define } from "../define";
import { dateTime, duration, kilowatts } from "../format";
import { text } from "../localize";
import { styles } from "../styles";
import type { Hass, Window } from "../types";

export class WindowGauge extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: block;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 4px 16px;
        margin-bottom: 12px;
      }
      .track {
        position: relative;
        height: 18px;
        border-radius: 9px;
        background: var(--track);
        overflow: hidden;
      }
      .used,
      .ahead {
        position: absolute;
        inset-block: 0;
        inset-inline-start: 0;
        background: var(--accent);
        transition: width 0.6s ease;
      }
      .ahead {
        opacity: 0.28;
      }
      .over .used,
      .over .ahead {
        background: var(--bad);
      }
      .limit {
        position: absolute;
        inset-block: 0;
        width: 2px;
        background: var(--bad);
      }
      p {
        margin: 8px 0 0;
      }
    `,
  ];

  @property({ attribute: false }) hass!: Hass;
  @property({ attribute: false }) window!: Window;
  /** The integration's clock, s. */
  @property({ type: Number }) now = 0;

  protected override render(): TemplateResult {
    const { hass, window } = this;
    const { mean, limit, forecast } = window;
    const scale = Math.max(limit ?? 0, mean, forecast ?? 0, 1) * 1.05;
    const wide = (power: number) => styleMap({ width: `${(100 * power) / scale}%` });
    const told = text(hass, limit === null ? "window.free" : "window.used", {
      mean: kilowatts(hass, mean),
      limit: limit === null ? "" : kilowatts(hass, limit),
    });
    return html`<section
      class="card ${limit !== null && Math.max(mean, forecast ?? 0) > limit ? "over" : ""}"
    >
      <header>
        <h2>${text(hass, "window.title", { minutes: window.minutes })}</h2>
        <span class="quiet"
          >${text(hass, "window.ends", { time: duration(hass, Math.max(0, window.ends_at - this.now)) })}</span
        >
      </header>
      <div class="track" role="img" aria-label=${told}>
        ${forecast === null ? nothing : html`<div class="ahead" style=${wide(forecast)}></div>`}
        <div class="used" style=${wide(mean)}></div>
        ${limit === null
          ? nothing
          : html`<div
              class="limit"
              style=${styleMap({ insetInlineStart: `${(100 * limit) / scale}%` })}
            ></div>`}
      </div>
      <p>
        ${told}
        ${forecast === null
          ? nothing
          : text(hass, "window.forecast", { forecast: kilowatts(hass, forecast) })}
        ${window.cars === null || limit === null
          ? nothing
          : text(hass, "window.cars", { cars: kilowatts(hass, window.cars) })}
      </p>
      ${window.calendar
        ? html`<p class=${window.calendar.is_known ? "quiet" : ""}>
            ${text(hass, window.calendar.is_known ? "window.calendar" : "window.calendar_unread", {
              calendar: window.calendar.name,
            })}
          </p>`
        : nothing}
      ${window.peak === null || window.peak_at === null
        ? nothing
        : html`<p class="quiet">
            ${text(hass, "window.peak", {
              peak: kilowatts(hass, window.peak),
              time: dateTime(hass, new Date(window.peak_at)),
            })}
          </p>`}
    </section>`;
  }
}

define("elm-window", WindowGauge);
