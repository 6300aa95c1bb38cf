import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import * as z from 'zod';
import { contractTypes } from '../sdk/contract-types.ts';
import { openApiDocument } from './document.ts';

const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
const json = `${JSON.stringify(openApiDocument(version), null, 1)}\n`;
writeFileSync('contract/openapi.json', json);

const types = 'client/contract.ts';
const style = await resolveConfig(types);
writeFileSync(types, await format(contractTypes(JSON.parse(json)), { ...style, filepath: types }));
