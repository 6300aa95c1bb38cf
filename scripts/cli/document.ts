import { reference } from '../../cli/help/reference.ts';

const mark = '<!-- written by `npm run cli-docs` -->\n\n';

/** A page whose end is the reference, as the command has it now. */
export function withReference(page: string): string {
  const at = page.indexOf(mark);
  if (at < 0) throw new Error('The page has no mark where the reference begins');
  return page.slice(0, at + mark.length) + reference();
}
