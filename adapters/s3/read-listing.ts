import type { Written } from '../../core/jobs/progress.ts';

const part = (xml: string, name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';

/** What the XML of a ListObjectsV2 says of a run's files. Of keys only the manifest's matters, which needs no escaping. */
export function readListing(xml: string, manifest: string): Written {
  const objects = [...xml.matchAll(/<Contents>([^]*?)<\/Contents>/g)].map(([, object = '']) => object);
  const files = objects.filter((object) => part(object, 'Key') !== manifest);
  const times = files.map((object) => Date.parse(part(object, 'LastModified'))).filter((time) => !Number.isNaN(time));
  return {
    files: files.length,
    bytes: files.reduce((sum, object) => sum + Number(part(object, 'Size')), 0),
    first_at: times.length > 0 ? new Date(Math.min(...times)).toISOString() : undefined,
    manifest: files.length < objects.length,
    more: part(xml, 'IsTruncated') === 'true',
  };
}
