import { readFileSync, writeFileSync } from 'node:fs';
import { withReference } from './document.ts';

writeFileSync('docs/cli.md', withReference(readFileSync('docs/cli.md', 'utf8')));
