/**
 * Lines over time, drawn by Home Assistant's own chart; by a plain one where that is not to be had.
 *
 * `ha-chart-base` is an internal element: it may change or go with any release.
 */

import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { borrow } from "../borrowed";
import { define } from "../define";
import { amperes, dateTime, number, time } from "../format";
import { styles } from "../styles";
import type { Hass } from "../types";

export interface Line {
  id: string;
  name: string;
  color: string;
  /** Milliseconds and amperes, in order; each value holds until the next. */
  points: [number, number | null][];
  dashed?: boolean;
  /** Filled from below: a period in which something held. */
  shade?: boolean;
}

const HEIGHT = 260;

export class Chart extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .frame {
        min-height: ${HEIGHT}px;
      }
      ha-chart-base {
        display: block;
      }
      svg {
        display: block;
        width: 100%;
        height: ${HEIGHT}px;
        overflow: visible;
      }
      svg text {
        fill: var(--quiet);
        font-size: 11px;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        padding-top: 8px;
        justify-content: center;
      }
      .legend span {
        display: inline-flex;
        gap: 6px;
        align-items: center;
      }
      .legend i {
        width: 12px;
        height: 12px;
        border-radius: 50%;
      }
    `,
  ];

  @property({ attribute: false }) hass!: Hass;
  @property({ attribute: false }) lines: Line[] = [];
  @property({ type: Number }) from = 0;
  @property({ type: Number }) to = 0;
  @property() label = "";

  @state() private native?: boolean;

  override connectedCallback(): void {
    super.connectedCallback();
    void borrow("ha-chart-base", "history").then((there) => {
      this.native = there;
    });
  }

  protected override render(): TemplateResult {
    return html`<figure class="frame" aria-label=${this.label}>
      ${this.native === undefined ? nothing : this.native ? this.nativeChart() : this.plainChart()}
    </figure>`;
  }

  private get highest(): number {
    const values = this.lines
      .filter((line) => !line.shade)
      .flatMap((line) => line.points.map(([, value]) => value ?? 0));
    return niceAbove(Math.max(...values, 1) * 1.04);
  }

  private nativeChart(): TemplateResult {
    const { highest } = this;
    const data = this.lines.map((line) => ({
      id: line.id,
      name: line.name,
      type: "line",
      step: "end",
      color: resolved(this, line.color),
      cursor: "default",
      symbol: "none",
      data: line.shade
        ? line.points.map(([at, value]) => [at, value === null ? null : highest])
        : line.points,
      animationDurationUpdate: 0,
      z: line.shade ? 1 : line.dashed ? 4 : 3,
      lineStyle: { width: line.shade ? 0 : line.dashed ? 2 : 1.5, type: line.dashed ? "dashed" : "solid" },
      ...(line.shade ? { areaStyle: { opacity: 0.18 } } : {}),
    }));
    const options = {
      xAxis: { type: "time", min: new Date(this.from), max: new Date(this.to) },
      yAxis: {
        type: "value",
        name: "A",
        min: 0,
        max: highest,
        position: "left",
        nameGap: 6,
        nameTextStyle: { align: "left" },
        axisLine: { show: false },
        splitLine: { show: true },
        axisLabel: { formatter: (value: number) => number(this.hass, value, 0) },
      },
      legend: {
        type: "custom",
        show: true,
        data: this.lines.map(({ id, name }) => ({ id, name, noLabelClick: true })),
      },
      grid: { top: 26, left: 30, right: 8, bottom: 22 },
      tooltip: {
        trigger: "axis",
        renderMode: "html",
        confine: true,
        formatter: (params: { axisValue: number }[]) => this.tooltip(params),
      },
    };
    // The element can't be told in a type: it is not ours.
    return html`<ha-chart-base
      .hass=${this.hass}
      .data=${data}
      .options=${options}
      .height=${`${HEIGHT + 40}px`}
      expand-legend
    ></ha-chart-base>`;
  }

  private tooltip(params: { axisValue: number }[]): string {
    const at = params[0]?.axisValue;
    if (at === undefined) return "";
    const rows = this.lines.flatMap((line) => {
      const value = valueAt(line, at);
      if (value === null) return [];
      const told = line.shade ? "" : `: <b>${amperes(this.hass, value)}</b>`;
      return [
        `<span style="display:inline-block;margin-inline-end:6px;border-radius:50%;width:10px;height:10px;background:${resolved(this, line.color)}"></span>${escaped(line.name)}${told}`,
      ];
    });
    return [escaped(dateTime(this.hass, new Date(at), true)), ...rows].join("<br>");
  }

  private plainChart(): TemplateResult {
    const { highest, from, to } = this;
    const [width, left, right, top, bottom] = [800, 34, 6, 10, 22];
    const x = (at: number) =>
      left + ((Math.min(Math.max(at, from), to) - from) / (to - from || 1)) * (width - left - right);
    const y = (value: number) =>
      top + (1 - Math.min(Math.max(value, 0), highest) / highest) * (HEIGHT - top - bottom);
    const ticks = [0, 0.25, 0.5, 0.75, 1];
    return html`<svg viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
        ${levels(highest).map(
          (level) => svg`
            <line x1=${left} x2=${width - right} y1=${y(level)} y2=${y(level)}
              stroke="var(--line)" vector-effect="non-scaling-stroke"></line>
            <text x=${left - 6} y=${y(level) + 4} text-anchor="end">${number(this.hass, level, 0)}</text>`,
        )}
        ${ticks.map(
          (part) => svg`
            <text x=${x(from + part * (to - from))} y=${HEIGHT - 4}
              text-anchor=${part === 0 ? "start" : part === 1 ? "end" : "middle"}>${time(this.hass, new Date(from + part * (to - from)))}</text>`,
        )}
        ${this.lines.map((line) =>
          line.shade
            ? stretches(line, to).map(
                ([start, end]) => svg`<rect x=${x(start)} width=${Math.max(1, x(end) - x(start))}
                  y=${top} height=${HEIGHT - top - bottom} fill=${line.color} opacity="0.18"></rect>`,
              )
            : svg`<path d=${steps(line, x, y, to)} fill="none" stroke=${line.color}
                stroke-width=${line.dashed ? 2 : 1.5} stroke-dasharray=${line.dashed ? "6 4" : "none"}
                vector-effect="non-scaling-stroke"></path>`,
        )}
      </svg>
      <div class="legend">
        ${this.lines.map(
          (line) => html`<span><i style="background:${line.color}"></i>${line.name}</span>`,
        )}
      </div>`;
  }
}

const roundStep = (value: number): number =>
  value <= 10 ? 2 : value <= 50 ? 5 : value <= 200 ? 20 : 100;

/** A round number at or above a value, for the axis. */
function niceAbove(value: number): number {
  const step = roundStep(value);
  return Math.ceil(value / step) * step;
}

/** Round numbers from 0 up to such a highest one, six at most. */
function levels(highest: number): number[] {
  const step = roundStep(highest);
  const apart = step * Math.ceil(highest / step / 5);
  return Array.from({ length: Math.floor(highest / apart) + 1 }, (_, index) => index * apart);
}

/** What a line tells at a moment; each value holds until the next. */
export function valueAt(line: Line, at: number): number | null {
  let [low, high] = [0, line.points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (line.points[middle]![0] <= at) low = middle + 1;
    else high = middle;
  }
  return low ? line.points[low - 1]![1] : null;
}

function steps(line: Line, x: (at: number) => number, y: (v: number) => number, to: number): string {
  let path = "";
  let before: number | null = null;
  for (const [at, value] of [...line.points, [to, null] as [number, null]]) {
    if (before !== null) path += `H${x(at).toFixed(1)}`;
    if (value !== null) {
      path += before === null ? `M${x(at).toFixed(1)} ${y(value).toFixed(1)}` : `V${y(value).toFixed(1)}`;
    }
    before = value;
  }
  return path;
}

function stretches(line: Line, to: number): [number, number][] {
  return line.points.flatMap(([at, value], index) =>
    value === null ? [] : [[at, line.points[index + 1]?.[0] ?? to] as [number, number]],
  );
}

/** A colour as the canvas understands it: variables are CSS's own. */
function resolved(element: HTMLElement, color: string): string {
  const named = /^var\((--[\w-]+)(?:,\s*(.+))?\)$/.exec(color);
  if (!named) return color;
  return getComputedStyle(element).getPropertyValue(named[1]!).trim() || named[2] || "#888";
}

const escaped = (words: string): string =>
  words.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

define("elm-chart", Chart);
