import { type Html, html } from '../html.ts';

/** A table that scrolls by itself where the page is narrow. */
export const table = (columns: readonly string[], rows: readonly (readonly Html[])[]): Html =>
  html`<div class="wide" tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** The name of a field or parameter. */
export const named = (name: string, required: boolean): Html =>
  html`<code>${name}</code>${required ? html` <span class="required">required</span>` : undefined}`;
