import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { environments, type LambdaName } from '../../contract/environments.ts';
import { lambdaBundles, type LambdaBundle } from '../../lib/constructs/lambda-code.ts';
import type { StackTemplate } from '../../local/template/read-template.ts';

export const lambdaNames = Object.keys(environments) as LambdaName[];

/** KB are 1,000 bytes. The limit is for everything but the SQL guard and parser, which the service's safety rests on. */
export const bundleLimit = { lambdas: ['jobs-api', 'start-jobs'] as const, kilobytes: 150 };

export interface BundleSize {
  name: LambdaName;
  raw: number;
  /** gzip at its strongest */
  gzip: number;
  /** What core/sql makes of `gzip`, by its share of `raw`. */
  gzipOfParser: number;
}

/** Of what is read at a cold start. */
export interface Bundle extends BundleSize {
  files: ReadonlyMap<string, Uint8Array>;
  /** What it imports when loaded that is not in it. */
  foreign: readonly string[];
}

/** Bundles every Lambda as the stack does. */
export const buildBundles = (): Map<LambdaName, Bundle> =>
  new Map(
    [...lambdaBundles()].map(([name, { start, sources, foreign }]) => [
      name,
      { ...sizeOf(name, start, sources), files: start, foreign },
    ]),
  );

function sizeOf(name: LambdaName, files: LambdaBundle['start'], sources: LambdaBundle['sources']): BundleSize {
  const sum = (sizes: number[]): number => sizes.reduce((total, size) => total + size, 0);
  const raw = sum([...files.values()].map((contents) => contents.length));
  const gzip = sum([...files.values()].map((contents) => gzipSync(contents, { level: 9 }).length));
  const parser = sum([...sources].filter(([source]) => source.startsWith('core/sql/')).map(([, bytes]) => bytes));
  return { name, raw, gzip, gzipOfParser: Math.round((gzip * parser) / raw) };
}

const Function = z.looseObject({
  Description: z.string(),
  Code: z.object({ S3Key: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

/** A bundle as it lies in the cloud assembly, with an environment that it can be loaded with. */
export interface Asset {
  name: LambdaName;
  path: string;
  environment: Record<string, string>;
}

export function assetsOf({ template, assets }: StackTemplate): Asset[] {
  const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  return functions.map(({ Properties }) => {
    const { Description, Code, Environment } = Function.parse(Properties);
    const name = lambdaNames.find((each) => Description.endsWith(`: ${each}`));
    const folder = assets.get(Code.S3Key.replace(/\.zip$/, ''));
    if (name === undefined || folder === undefined) throw new Error(`${Description} has no bundle in the assembly`);
    const variables = Object.entries(Environment.Variables).map(([key, value]): [string, string] => [
      key,
      typeof value === 'string' ? value : 'filled-in',
    ]);
    return { name, path: join(folder, 'index.mjs'), environment: Object.fromEntries(variables) };
  });
}

/** Sizes of what the assembly would upload. @throws when that is not what the sources give now */
export async function measureAssets(assets: readonly Asset[]): Promise<BundleSize[]> {
  const bundles = buildBundles();
  return Promise.all(
    assets.map(async ({ name, path }) => {
      const bundle = bundles.get(name);
      const entry = bundle?.files.get('index.mjs');
      if (bundle === undefined || entry === undefined || !(await readFile(path)).equals(entry))
        throw new Error(`The assembly's bundle of ${name} is not what its sources give`);
      const { raw, gzip, gzipOfParser } = bundle;
      return { name, raw, gzip, gzipOfParser };
    }),
  );
}
