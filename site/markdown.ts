import { Marked, type Tokens } from 'marked';
import { posix } from 'node:path';
import { escaped, Html } from './html.ts';
import type { Heading } from './layout.ts';
import { guides, type Guide } from './pages.ts';

/** The anchor that a heading gets on GitHub. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

/** As above, where the second of the same name gets `-1`, and so on. */
function anchors(): (heading: string) => string {
  const seen = new Map<string, number>();
  return (heading) => {
    const anchor = anchorOf(heading);
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  };
}

/** Where a link of a page leads on the site; undefined where the site has nothing of the kind. */
function addressOf(href: string, source: string): string | undefined {
  if (/^(https?:|mailto:|#)/.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const target = posix.join(posix.dirname(source), path);
  const name = guides.find((each) => each.source === target)?.name;
  return name === undefined ? undefined : `${name}.html${anchor === undefined ? '' : `#${anchor}`}`;
}

const plain = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

/** The row of a code is a place of its own: `answers-QUERY_REFUSED`. */
function idOfRow(section: string, [first]: readonly Tokens.TableCell[]): string {
  const code = /^`([A-Z][A-Z0-9_]+)`$/.exec(first?.text.trim() ?? '')?.[1];
  return code === undefined ? '' : ` id="${section}-${code}"`;
}

/** A page of docs/ as it is shown: links lead to the site's own pages, headings have the anchors that they have on GitHub. */
export function renderGuide(text: string, { source }: Pick<Guide, 'source'>): { body: Html; headings: Heading[] } {
  const headings: Heading[] = [];
  const anchorFor = anchors();
  let section = '';
  const marked = new Marked({ async: false, gfm: true });
  marked.use({
    renderer: {
      heading({ tokens, depth }: Tokens.Heading): string {
        const markup = this.parser.parseInline(tokens);
        const id = anchorFor(plain(markup));
        if (depth === 2) {
          headings.push({ id, text: plain(markup) });
          section = id;
        }
        if (depth === 1) return `<h1 id="${id}">${markup}</h1>\n`;
        return `<h${depth} id="${id}"><a class="anchor" href="#${id}">${markup}</a></h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link): string {
        const markup = this.parser.parseInline(tokens);
        const address = addressOf(href, source);
        return address === undefined ? markup : `<a href="${escaped(address)}">${markup}</a>`;
      },
      // Comments are for tests.
      html: ({ text: markup }: Tokens.HTML | Tokens.Tag): string => (markup.startsWith('<!--') ? '' : escaped(markup)),
      code: ({ text: code }: Tokens.Code): string => `<pre tabindex="0"><code>${escaped(code)}\n</code></pre>\n`,
      table({ header, rows }: Tokens.Table): string {
        const cell = ({ tokens, header: isHead, text: written }: Tokens.TableCell) => {
          const markup = this.parser.parseInline(tokens);
          return isHead && written.trim() !== '' ? `<th scope="col">${markup}</th>` : `<td>${markup}</td>`;
        };
        const line = (row: Tokens.TableCell[]) => `<tr${idOfRow(section, row)}>${row.map(cell).join('')}</tr>`;
        const head = header.some(({ text: written }) => written.trim() !== '') ? `<thead>${line(header)}</thead>` : '';
        const body = rows.map(line).join('');
        return `<div class="wide" tabindex="0"><table>${head}<tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  const markup = marked.parse(text, { async: false });
  return { body: new Html(markup), headings };
}
