/** How everything looks: Home Assistant's own colours, radii and sizes, whatever the theme. */

import { css } from "lit";

export const styles = css`
  :host {
    --radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
    --quiet: var(--secondary-text-color, #727272);
    --loud: var(--primary-text-color, #212121);
    --accent: var(--primary-color, #009ac7);
    /* Home Assistant's own accent is too light for small words on white. */
    --accent-words: color-mix(in srgb, var(--accent) 66%, var(--loud));
    --line: var(--divider-color, #e0e0e0);
    --track: color-mix(in srgb, var(--primary-text-color, #212121) 9%, transparent);
    --other: color-mix(in srgb, var(--primary-text-color, #212121) 38%, transparent);
    --good: var(--success-color, #43a047);
    --warn: var(--warning-color, #ffa600);
    --bad: var(--error-color, #db4437);
    /* The same of its red. */
    --bad-words: color-mix(in srgb, var(--bad) 66%, var(--loud));
    color: var(--loud);
    font-family: var(--ha-font-family-body, Roboto, sans-serif);
    font-size: var(--ha-font-size-m, 14px);
    line-height: var(--ha-line-height-normal, 1.5);
    -webkit-font-smoothing: antialiased;
  }
  * {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  dl,
  dd,
  ul,
  figure {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  h2,
  h3 {
    font-weight: var(--ha-font-weight-medium, 500);
    font-size: var(--ha-font-size-l, 16px);
    line-height: 1.4;
  }
  .card {
    background: var(--ha-card-background, var(--card-background-color, #fff));
    border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--line));
    border-radius: var(--radius);
    box-shadow: var(--ha-card-box-shadow, none);
    padding: 16px;
    min-width: 0;
  }
  .icon {
    width: 24px;
    height: 24px;
    fill: currentColor;
    flex: none;
    vertical-align: middle;
  }
  .small.icon,
  .small .icon {
    width: 18px;
    height: 18px;
  }
  .quiet {
    color: var(--quiet);
  }
  .row {
    display: flex;
    align-items: center;
    gap: 12px;
    min-width: 0;
  }
  .grow {
    flex: 1;
    min-width: 0;
  }
  .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .numbers {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    border-radius: 9999px;
    padding: 2px 10px;
    font-size: var(--ha-font-size-s, 12px);
    font-weight: var(--ha-font-weight-medium, 500);
    white-space: nowrap;
    background: var(--track);
    color: var(--loud);
  }
  .chip::before {
    content: "";
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--chip-color, var(--other));
  }
  .chip.good {
    --chip-color: var(--good);
  }
  .chip.warn {
    --chip-color: var(--warn);
  }
  .chip.bad {
    --chip-color: var(--bad);
  }
  .chip.accent {
    --chip-color: var(--accent);
  }
  button,
  a.button {
    font: inherit;
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--accent-words);
    background: none;
    border: 0;
    border-radius: 9999px;
    min-height: 40px;
    padding: 0 14px;
    display: inline-flex;
    align-items: center;
    gap: 8px;
    cursor: pointer;
    text-decoration: none;
    white-space: nowrap;
  }
  button.filled,
  a.button.filled {
    background: color-mix(in srgb, var(--accent) 76%, black);
    color: #fff;
  }
  button.tonal,
  a.button.tonal {
    background: color-mix(in srgb, var(--accent) 14%, transparent);
  }
  button:hover:not(:disabled),
  a.button:hover {
    background: color-mix(in srgb, var(--accent) 10%, transparent);
  }
  button.filled:hover:not(:disabled),
  a.button.filled:hover {
    background: color-mix(in srgb, var(--accent) 64%, black);
  }
  button.tonal:hover:not(:disabled),
  a.button.tonal:hover {
    background: color-mix(in srgb, var(--accent) 22%, transparent);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  a {
    color: var(--accent-words);
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  input[type="text"],
  input[type="number"],
  input[type="datetime-local"],
  input[type="date"],
  select {
    font: inherit;
    color: var(--loud);
    background: var(--ha-color-form-background, var(--track));
    border: 0;
    border-bottom: 1px solid var(--ha-color-border-neutral-loud, var(--quiet));
    border-radius: 4px 4px 0 0;
    min-height: 44px;
    padding: 4px 12px;
    max-width: 100%;
  }
  input[type="number"] {
    width: 104px;
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  select {
    appearance: none;
    padding-inline-end: 36px;
    text-overflow: ellipsis;
    background-image:
      linear-gradient(45deg, transparent 50%, currentColor 50%),
      linear-gradient(-45deg, transparent 50%, currentColor 50%);
    background-position:
      right 19px center,
      right 13px center;
    background-size:
      6px 6px,
      6px 6px;
    background-repeat: no-repeat;
  }
  select option {
    background: var(--card-background-color, #fff);
    color: var(--loud);
  }
  input:disabled,
  select:disabled {
    opacity: 0.6;
    border-bottom-style: dotted;
  }
  input[type="checkbox"][role="switch"] {
    appearance: none;
    position: relative;
    flex: none;
    width: 48px;
    height: 28px;
    margin: 0;
    border-radius: 9999px;
    background: color-mix(in srgb, var(--loud) 30%, transparent);
    cursor: pointer;
    transition: background 0.15s ease;
  }
  input[type="checkbox"][role="switch"]::after {
    content: "";
    position: absolute;
    inset-block-start: 4px;
    inset-inline-start: 4px;
    width: 20px;
    height: 20px;
    border-radius: 50%;
    background: #fff;
    box-shadow: 0 1px 3px rgba(0, 0, 0, 0.35);
    transition: translate 0.15s ease;
  }
  input[type="checkbox"][role="switch"]:checked {
    background: var(--accent);
  }
  input[type="checkbox"][role="switch"]:checked::after {
    translate: 20px 0;
  }
  :host([dir="rtl"]) input[type="checkbox"][role="switch"]:checked::after {
    translate: -20px 0;
  }
  input[type="checkbox"][role="switch"]:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .alert {
    display: flex;
    align-items: center;
    gap: 12px;
    flex-wrap: wrap;
    border-radius: var(--ha-border-radius-sm, 4px);
    padding: 8px 12px;
    --tone: var(--info-color, #039be5);
    background: color-mix(in srgb, var(--tone) 13%, transparent);
  }
  .alert .icon {
    color: var(--tone);
  }
  .alert.warn {
    --tone: var(--warn);
  }
  .alert.bad {
    --tone: var(--bad);
  }
  .empty {
    text-align: center;
    padding: 40px 24px;
    display: grid;
    justify-items: center;
    gap: 12px;
    max-width: 560px;
    margin: 0 auto;
  }
  .empty .icon {
    width: 56px;
    height: 56px;
    color: var(--quiet);
  }
  code {
    font-family: var(--ha-font-family-code, monospace);
    background: var(--track);
    border-radius: 4px;
    padding: 2px 6px;
    overflow-wrap: anywhere;
    user-select: all;
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th,
  td {
    text-align: start;
    padding: 8px 10px;
    border-bottom: 1px solid var(--line);
    vertical-align: top;
  }
  th {
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--quiet);
    white-space: nowrap;
  }
  td.end,
  th.end {
    text-align: end;
  }
  tbody tr:last-child td {
    border-bottom: 0;
  }
  .scroll {
    overflow-x: auto;
    margin-inline: -16px;
    padding-inline: 6px;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
    }
  }
`;
