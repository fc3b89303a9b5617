/** An icon of Material Design, as Home Assistant draws them. */

import { svg, html, type TemplateResult } from "lit";

export const icon = (path: string): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${svg`<path d=${path}></path>`}
  </svg>`;
