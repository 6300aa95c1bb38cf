import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { openApiDocument } from './document.ts';

const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
writeFileSync('contract/openapi.json', `${JSON.stringify(openApiDocument(version), null, 1)}\n`);
