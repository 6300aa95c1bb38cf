import { writeFileSync } from 'node:fs';
import { errorsDocument } from './document.ts';

writeFileSync('docs/errors.md', errorsDocument());
