import { renderGuide } from '../../../site/markdown.ts';

const shown = (text: string, source = 'docs/api.md') => renderGuide(text, { source }).body.markup;

it('gives headings the anchors that they have on GitHub, and links them', () => {
  const { body, headings } = renderGuide('# One\n\n## `a/b`: why?\n\n## Same\n\n## Same\n', { source: 'docs/api.md' });
  expect(headings).toEqual([
    { id: 'ab-why', text: 'a/b: why?' },
    { id: 'same', text: 'Same' },
    { id: 'same-1', text: 'Same' },
  ]);
  expect(body.markup).toContain('<h1 id="one">One</h1>');
  expect(body.markup).toContain('<h2 id="ab-why"><a class="anchor" href="#ab-why"><code>a/b</code>: why?</a></h2>');
});

it.each([
  ['[x](errors.md#answers)', '<a href="errors.html#answers">x</a>'],
  ['[x](#here)', '<a href="#here">x</a>'],
  ['[x](https://example.com/a?b&c)', '<a href="https://example.com/a?b&amp;c">x</a>'],
  // What the site does not have stays words.
  ['[x](adr/0013-files-by-reference.md)', '<p>x</p>'],
  ['[x](../README.md)', '<p>x</p>'],
  ['[x](javascript:alert(1))', '<p>x</p>'],
])('leads %s to where it is on the site', (text, expected) => {
  expect(shown(text)).toContain(expected);
});

it('takes links of a page in a folder from there', () => {
  expect(shown('[x](../errors.md)', 'docs/guides/first.md')).toContain('<a href="errors.html">x</a>');
});

it('shows code as it is written, and comments to nobody', () => {
  expect(shown('```sh\ncurl "$API_URL" <file>\n```')).toContain(
    '<code>curl &quot;$API_URL&quot; &lt;file&gt;\n</code>',
  );
  expect(shown('<!-- for a test -->\n\nseen')).toBe('<p>seen</p>\n');
  expect(shown('give <name> here <script>alert(1)</script>')).not.toMatch(/<script|<name/);
});

it('has no table head where there is nothing in it, which would be read out as empty', () => {
  expect(shown('|   |   |\n| - | - |\n| a | b |\n')).not.toContain('<th');
  expect(shown('| a |   |\n| - | - |\n| 1 | 2 |\n')).toContain('<tr><th scope="col">a</th><td></td></tr>');
});

it('makes the row of a code a place of its own, in its section', () => {
  const table = '| code | what |\n| - | - |\n| `NO_GO` | no |\n| `lower` | no |\n';
  expect(shown(`## Why\n\n${table}`)).toContain('<tr id="why-NO_GO"><td><code>NO_GO</code></td>');
  expect(shown(`## Why\n\n${table}`)).toContain('<tr><td><code>lower</code></td>');
});
