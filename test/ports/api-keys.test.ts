import { KeyId } from '../../contract/ids.ts';
import type { ApiKeyRecord } from '../../contract/records.ts';
import { onEachBackend } from './backends/stores.ts';
import { later, noon, tenant } from './samples.ts';

const key: ApiKeyRecord = {
  type: 'api_key',
  key_id: KeyId.parse('AbCdEfGh1234'),
  tenant_id: tenant('acme'),
  permissions: ['bulk:read', 'bulk:write'],
  salt: 'salt',
  hash: 'f'.repeat(64),
  created_at: noon.toISOString(),
  expires_at: later(60).toISOString(),
};

onEachBackend((stores) => {
  it('finds a key as it was added', async () => {
    const { apiKeys } = await stores();
    await apiKeys.add(key);
    expect(await apiKeys.find(key.key_id)).toEqual(key);
  });

  it('keeps a key without permissions', async () => {
    const { apiKeys } = await stores();
    await apiKeys.add({ ...key, permissions: [] });
    expect((await apiKeys.find(key.key_id))?.permissions).toEqual([]);
  });

  it('tells keys apart by case', async () => {
    const { apiKeys } = await stores();
    await apiKeys.add(key);
    expect(await apiKeys.find(KeyId.parse('ABCDEFGH1234'))).toBeUndefined();
  });

  it('never replaces a key, so that nobody can take over its tenant', async () => {
    const { apiKeys } = await stores();
    await apiKeys.add(key);
    await expect(apiKeys.add({ ...key, tenant_id: tenant('evil') })).rejects.toThrow(Error);
    expect(await apiKeys.find(key.key_id)).toEqual(key);
  });
});
