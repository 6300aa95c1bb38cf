import { createHash } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { RequestRecord } from '../../../contract/records.ts';
import type { UploadedFile, UploadList, UploadUrl } from '../../../contract/uploads.ts';
import type { Service } from '../harness.ts';

export const mb = 1024 ** 2;
export const md5 = (body: string | Buffer) => createHash('md5').update(body).digest('hex');
export const closed = { body: { state: 'UploadComplete' } };
export const csv = { 'content-type': 'text/csv' };

const idOf = (load: string): string => load.split('/').at(-1) ?? '';

/** Where a file of a load of the tenant `demo` lies. */
export const keyOf = (load: string, file: number): string => `uploads/demo/${idOf(load)}/000${file}`;

/** As any HTTP client does: the length is what it sends. */
export async function send(
  to: { url: string | null; headers: Record<string, string> },
  body: string | Buffer,
): Promise<number> {
  const { 'content-length': _length, ...headers } = to.headers;
  return (await fetch(to.url ?? '', { method: 'PUT', headers, body: Buffer.from(body) })).status;
}

/** Loads of the tenant `demo`, each by its path, and what a client does with them. */
export function uploader(running: () => Service) {
  const urlFor = async (load: string, query: string): Promise<UploadUrl> => {
    const { status, body, text } = await running().demo.call<UploadUrl>('GET', `${load}/upload-url?${query}`);
    if (status !== 200) throw new Error(text);
    return body;
  };
  return {
    urlFor,
    newLoad: async () => {
      const { job_id } = await running().demo.create({ operation: 'insert', object: 'demo.flights' });
      return `/bulk/jobs/${job_id}`;
    },
    put: async (load: string, body: string, file = 1) =>
      send(await urlFor(load, `file=${file}&bytes=${Buffer.byteLength(body)}`), body),
    batch: (load: string, body: string, query = '', headers: Record<string, string> = csv) =>
      running().demo.call<UploadedFile>('PUT', `${load}/batches${query}`, { body, headers }),
    uploads: async (load: string) => (await running().demo.call<UploadList>('GET', `${load}/uploads`)).body,
    close: (load: string) => running().demo.call('PATCH', load, closed),
    codeOf: async (method: string, path: string, call = {}) =>
      (await running().demo.problem(method, path, call)).body.code,
    /** The files that a load was closed with, as its request keeps them. */
    pinned: async (load: string) => {
      const Key = { pk: { S: 'TENANT#demo' }, sk: { S: `REQUEST#${idOf(load)}` } };
      const get = new GetItemCommand({ TableName: running().table.name, Key, ConsistentRead: true });
      const { Item = {} } = await running().table.client.send(get);
      const request = RequestRecord.parse(unmarshall(Item));
      return request.operation === 'query' ? undefined : request.uploads;
    },
  };
}
