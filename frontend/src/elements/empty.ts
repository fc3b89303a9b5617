/** What is shown where there is nothing to show: why, and what to do next. */

import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../icon";

export const empty = (
  path: string,
  title: string,
  words: unknown,
  action: TemplateResult | typeof nothing = nothing,
): TemplateResult => html`
  <div class="card">
    <div class="empty">
      ${icon(path)}
      <h2>${title}</h2>
      <p class="quiet">${words}</p>
      ${action}
    </div>
  </div>
`;
