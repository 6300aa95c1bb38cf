import { join } from 'node:path';
import { account, region } from '../../local/place.ts';
import { cachedAssembly } from '../../local/template/cached-assembly.ts';
import { readTemplate } from '../../local/template/read-template.ts';
import { measure, type Measure, round } from '../measure.ts';
import { importTimes } from './import-times.ts';
import { assetsOf, bundleLimit, type BundleSize, measureAssets } from './measure-bundles.ts';

const projectDir = join(import.meta.dirname, '../..');
const kilobytes = (bytes: number): number => round(bytes / 1000);
const isLimited = (name: string): boolean => bundleLimit.lambdas.some((each) => each === name);

function sizes({ name, raw, gzip, gzipOfParser }: BundleSize): Measure[] {
  const figure = (what: string, bytes: number, rest: Partial<Measure> = {}) =>
    measure({
      group: 'Lambda bundles',
      name: `${name}, ${what}`,
      value: kilobytes(bytes),
      unit: 'KB',
      kind: 'counted',
      ...rest,
    });
  const target = { atMost: bundleLimit.kilobytes };
  return [
    figure('raw', raw),
    figure('gzip', gzip),
    ...(gzipOfParser === 0 ? [] : [figure('gzip of the SQL guard and parser', gzipOfParser)]),
    ...(isLimited(name) ? [figure('gzip without the parser', gzip - gzipOfParser, { target })] : []),
  ];
}

/** Size of what would be uploaded, and what it costs a cold start to read it. */
export async function benchBundles(): Promise<Measure[]> {
  const assembly = await cachedAssembly({ projectDir, account, region, env: {}, context: {} });
  const assets = assetsOf(await readTemplate(assembly)).sort((left, right) => left.name.localeCompare(right.name));
  const measured = await measureAssets(assets);
  const { bare, over } = await importTimes(assets);
  const group = 'Import time in a fresh process, over bare Node';
  return [
    ...measured.flatMap(sizes),
    measure({ group, name: 'bare Node', value: round(bare), unit: 'ms', kind: 'timed' }),
    ...[...over].map(([name, value]) => measure({ group, name, value: round(value), unit: 'ms', kind: 'timed' })),
  ];
}
