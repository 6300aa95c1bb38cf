import type { UploadUrl } from '../../../contract/uploads.ts';
import type { Client } from './client.ts';
import { send } from './uploads.ts';
import type { Warehouse } from './warehouse.ts';

/** Shows that each limit on what a load may be is in force, as /limits has it. */
export const loadProbes = (warehouse: () => Warehouse) => ({
  json_array_bytes: async (value: number, client: Client, tenant: string): Promise<void> => {
    await warehouse().run(`CREATE SCHEMA "${tenant}"`);
    await warehouse().run(`CREATE TABLE "${tenant}".numbers (one INTEGER)`);
    const load = async (bytes: number) => {
      const asked = { operation: 'insert', object: `"${tenant}".numbers`, content_type: 'JSON' };
      const { job_id } = await client.create(asked);
      const { body } = await client.call<UploadUrl>('GET', `/bulk/jobs/${job_id}/upload-url?bytes=${bytes}`);
      expect(await send(body, `[{"one": 1}${' '.repeat(bytes - 12)}]`)).toBe(200);
      await client.patch(job_id, { state: 'UploadComplete' });
      const { state, error } = await client.finished(job_id);
      return error?.code ?? state;
    };
    expect([await load(value), await load(value + 1)]).toEqual(['JobComplete', 'FILE_TOO_LARGE']);
  },
});
