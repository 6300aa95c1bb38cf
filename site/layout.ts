import { type Html, html } from './html.ts';
import { type Group, groups, guides, referencePage, stylesheet } from './pages.ts';

export interface Heading {
  id: string;
  text: string;
}

export interface Content {
  /** File name below `/v1/docs`. */
  file: string;
  title: string;
  body: Html;
  /** What the page has, for its own table of contents. */
  headings: readonly Heading[];
}

interface Place {
  file: string;
  title: string;
}

const reference: Place = { file: referencePage, title: 'API reference' };
const placesOf = (group: Group): Place[] =>
  guides.filter((guide) => guide.group === group).map(({ name, title }) => ({ file: `${name}.html`, title }));

/** A whole page: one navigation over all of them, the contents, and where in the page one can go. */
export const page = ({ file, title, body, headings }: Content): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Spectra Bulk</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${stylesheet}" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the contents</a>
        <header class="top">
          <a class="name" href="${referencePage}">Spectra Bulk</a>
          <a href="../console">Console</a>
        </header>
        <div class="columns">
          <nav aria-label="Documentation">${navigation(file)}</nav>
          <main id="content" tabindex="-1">${contents(headings)}${body}</main>
        </div>
      </body>
    </html> `.markup;

const navigation = (here: string): Html =>
  html`${navigationLink(reference, here)}${groups.map(
    (group) =>
      html`<p>${group}</p>
        ${placesOf(group).map((place) => navigationLink(place, here))}`,
  )}`;

const navigationLink = (place: Place, here: string): Html =>
  place.file === here
    ? html`<a href="${place.file}" aria-current="page">${place.title}</a>`
    : html`<a href="${place.file}">${place.title}</a>`;

const contents = (headings: readonly Heading[]): Html =>
  headings.length < 2
    ? html``
    : html`<details class="contents">
        <summary>On this page</summary>
        <ul>
          ${headings.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`)}
        </ul>
      </details>`;
