import { buildSync } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { environments, type LambdaName } from '../../contract/environments.ts';
import { bundling } from '../../lib/constructs/lambda-code.ts';
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

export interface Bundle extends BundleSize {
  contents: Uint8Array;
  /** What it imports when loaded, and what only when it comes to that. */
  imports: { static: string[]; dynamic: string[] };
}

/** Bundles every Lambda as the stack does. */
export function buildBundles(): Map<LambdaName, Bundle> {
  const { metafile, outputFiles } = buildSync(bundling);
  const parts = Object.entries(metafile.outputs).map(([path, output]) => {
    const name = lambdaNames.find((each) => path.endsWith(`/${each}.mjs`));
    const file = outputFiles.find((each) => each.path.endsWith(`/${path}`));
    if (name === undefined || file === undefined) throw new Error(`${path} is no Lambda`);
    const ofParser = Object.entries(output.inputs).filter(([input]) => input.startsWith('core/sql/'));
    const parser = ofParser.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
    const external = (kind: string) =>
      output.imports.filter((each) => each.external && each.kind === kind).map((each) => each.path);
    return {
      ...sizeOf(name, file.contents, parser),
      contents: file.contents,
      imports: { static: external('import-statement'), dynamic: external('dynamic-import') },
    };
  });
  return new Map(parts.map((bundle) => [bundle.name, bundle]));
}

function sizeOf(name: LambdaName, contents: Uint8Array, parser: number): BundleSize {
  const gzip = gzipSync(contents, { level: 9 }).length;
  return { name, raw: contents.length, gzip, gzipOfParser: Math.round((gzip * parser) / contents.length) };
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
      if (bundle === undefined || !(await readFile(path)).equals(bundle.contents))
        throw new Error(`The assembly's bundle of ${name} is not what its sources give`);
      const { raw, gzip, gzipOfParser } = bundle;
      return { name, raw, gzip, gzipOfParser };
    }),
  );
}
