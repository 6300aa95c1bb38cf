import { JobId, TenantId } from '../../../contract/ids.ts';
import { fileOf, uploadKey, uploadPrefix } from '../../../core/load/upload-keys.ts';

const job = { tenant_id: TenantId.parse('acme'), job_id: JobId.parse('01K00000000000000000000000') };
const files = [1, 2, 3, 4, 5, 6, 7, 8];

it('no key begins another, which COPY would take for its prefix', () => {
  const keys = files.map((file) => uploadKey(job, file));
  for (const key of keys) expect(keys.filter((other) => other.startsWith(key))).toEqual([key]);
});

it('a key is read as the file that it was made for', () => {
  expect(files.map((file) => fileOf(job, uploadKey(job, file)))).toEqual(files);
});

it.each(['0000', '0009', '1', '00001', '0001/', '0x01', '1e0 ', '', ' 0001', '0001.csv'])(
  'whatever else lies there is no file: %j',
  (name) => {
    expect(fileOf(job, uploadPrefix(job) + name)).toBeUndefined();
  },
);

it("another job's key is no file of this one", () => {
  const other = { ...job, tenant_id: TenantId.parse('other') };
  expect(fileOf(job, uploadKey(other, 1))).toBeUndefined();
});
