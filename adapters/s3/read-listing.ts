import type { Written } from '../../core/jobs/progress.ts';
import type { StoredUpload, UploadInParts } from '../../core/load/ports.ts';

const part = (xml: string, name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';

const parts = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, 'g'))].map(([, inner = '']) => inner);

/** What the XML of a ListObjectsV2 says of a run's files. Of keys only the manifest's matters, which needs no escaping. */
export function readListing(xml: string, manifest: string): Written {
  const objects = parts(xml, 'Contents');
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

/** What the XML of a ListObjectsV2 says of uploads. Their keys need no escaping: others are left out by who reads them. */
export const readUploads = (xml: string): StoredUpload[] =>
  parts(xml, 'Contents').map((object) => ({
    key: part(object, 'Key'),
    bytes: Number(part(object, 'Size')),
    etag: part(object, 'ETag').replace(/&quot;|&#34;|"/g, ''),
    uploaded_at: new Date(part(object, 'LastModified')).toISOString(),
  }));

/** Of a ListMultipartUploads, which S3 sorts by key and then by time. */
export const readUploadsInParts = (xml: string): UploadInParts[] =>
  parts(xml, 'Upload')
    .map((upload) => ({
      key: part(upload, 'Key'),
      upload_id: part(upload, 'UploadId'),
      begun: part(upload, 'Initiated'),
    }))
    .sort((a, b) => order(a.key, b.key) || order(a.begun, b.begun) || order(a.upload_id, b.upload_id))
    .map(({ key, upload_id }) => ({ key, upload_id }));

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
