import { randomBytes } from 'node:crypto';
import type { UploadUrl } from '../../../contract/uploads.ts';
import type { Client } from './client.ts';

const mb = 1024 ** 2;
const least = 5 * mb;

async function openLoad(client: Client): Promise<string> {
  const { job_id } = await client.create({ operation: 'insert', object: `"${client.tenantId}".flights` });
  return `/bulk/jobs/${job_id}`;
}

/** What the answer to a request for a URL is, in short. */
async function asker(client: Client) {
  const load = await openLoad(client);
  return async (query: string) => {
    const { status, text } = await client.call('GET', `${load}/upload-url?${query}`);
    const { code, limit, errors } = JSON.parse(text) as {
      code?: string;
      limit?: string;
      errors?: { pointer: string }[];
    };
    return status === 200 ? 'taken' : [code, limit ?? errors?.map(({ pointer }) => pointer).join()].join(' ');
  };
}

/** Shows that each limit on what may be uploaded is in force, as /limits has it. */
export const uploadProbes = {
  load_max_file_size_mb: async (value: number, client: Client): Promise<void> => {
    const ask = await asker(client);
    expect(await ask(`bytes=${value * mb}&parts=100`)).toBe('taken');
    expect(await ask(`bytes=${value * mb + 1}&parts=100`)).toBe('PAYLOAD_TOO_LARGE load_max_file_size_mb');
  },
  files_per_load: async (value: number, client: Client): Promise<void> => {
    const ask = await asker(client);
    expect(await ask(`bytes=1&file=${value}`)).toBe('taken');
    expect(await ask(`bytes=1&file=${value + 1}`)).toBe('INVALID_REQUEST file');
  },
  put_bytes: async (value: number, client: Client): Promise<void> => {
    const ask = await asker(client);
    expect(await ask(`bytes=${value}`)).toBe('taken');
    expect(await ask(`bytes=${value + 1}`)).toBe('INVALID_REQUEST parts');
    expect(await ask(`bytes=${value + 1}&parts=1`)).toBe('INVALID_REQUEST parts');
  },
  parts_per_file: async (value: number, client: Client): Promise<void> => {
    const ask = await asker(client);
    expect(await ask(`bytes=${value * least}&parts=${value}`)).toBe('taken');
    expect(await ask(`bytes=${(value + 1) * least}&parts=${value + 1}`)).toBe('INVALID_REQUEST parts');
  },
  part_bytes: async (value: number, client: Client): Promise<void> => {
    const ask = await asker(client);
    expect(await ask(`bytes=${2 * value}&parts=2`)).toBe('taken');
    expect(await ask(`bytes=${2 * value - 2}&parts=2`)).toBe('INVALID_REQUEST parts');
  },
  part_urls: async (value: number, client: Client): Promise<void> => {
    const load = await openLoad(client);
    const asked = `${load}/upload-url?bytes=${(value + 1) * least}&parts=${value + 1}`;
    const { body } = await client.call<UploadUrl>('GET', asked);
    expect(body.parts).toHaveLength(value + 1);
    expect(body.parts?.filter(({ url }) => url !== null)).toHaveLength(value);
  },
  batch_bytes: async (value: number, client: Client): Promise<void> => {
    const load = await openLoad(client);
    const put = async (bytes: number, type: string) => {
      const body = new Blob([randomBytes(bytes)]);
      const headers = { ...client.headers, 'content-type': type };
      return (await fetch(`${client.apiUrl}${load}/batches`, { method: 'PUT', headers, body })).status;
    };
    expect(await put(value + 1, 'application/octet-stream')).toBe(413);
    expect(await put(value, 'application/octet-stream')).toBe(201);
  },
};
