import { KeyId, WarehouseUser } from '../../contract/ids.ts';
import type { ApiKeyRecord } from '../../contract/records.ts';
import { onEachBackend } from './backends/stores.ts';
import { later, noon, tenant } from './samples.ts';

const id = (n: number): KeyId => KeyId.parse(`Key${String(n).padStart(9, '0')}`);

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

  it('keeps who a key runs statements as, and its name', async () => {
    const { apiKeys } = await stores();
    const named = { ...key, name: 'nightly export', warehouse_user: WarehouseUser.parse('acme_reader') };
    await apiKeys.add(named);
    expect(await apiKeys.find(key.key_id)).toEqual(named);
    expect(await apiKeys.findLatest(key.key_id)).toEqual(named);
  });

  describe('a list', () => {
    it("has a tenant's keys, the newest first, and nobody else's", async () => {
      const { apiKeys } = await stores();
      for (const [n, owner] of ['acme', 'acme-2', 'acme', 'globex', 'acme'].entries())
        await apiKeys.add({ ...key, key_id: id(n), tenant_id: tenant(owner), created_at: later(n).toISOString() });
      expect((await apiKeys.list(tenant('acme'))).map(({ key_id }) => key_id)).toEqual([id(4), id(2), id(0)]);
      expect(await apiKeys.list(tenant('acm'))).toEqual([]);
    });

    it('shows keys as they are now, ended ones too', async () => {
      const { apiKeys } = await stores();
      await apiKeys.add(key);
      await apiKeys.revoke(key.key_id, noon.toISOString());
      expect(await apiKeys.list(key.tenant_id)).toEqual([{ ...key, revoked_at: noon.toISOString() }]);
    });

    it('is whole, however many keys a tenant has', async () => {
      const { apiKeys } = await stores();
      const ids = Array.from({ length: 35 }, (_, n) => id(n));
      await Promise.all(ids.map((key_id) => apiKeys.add({ ...key, key_id })));
      expect((await apiKeys.list(key.tenant_id)).map(({ key_id }) => key_id)).toEqual(ids);
    });
  });

  describe('a revocation', () => {
    it('ends a key, and changes nothing else of it', async () => {
      const { apiKeys } = await stores();
      await apiKeys.add(key);
      const revoked = { ...key, revoked_at: noon.toISOString() };
      expect(await apiKeys.revoke(key.key_id, noon.toISOString())).toEqual({ outcome: 'revoked', key: revoked });
      expect(await apiKeys.findLatest(key.key_id)).toEqual(revoked);
    });

    it('that is repeated leaves the time of the first, which an audit asks for', async () => {
      const { apiKeys } = await stores();
      await apiKeys.add(key);
      await apiKeys.revoke(key.key_id, noon.toISOString());
      const again = await apiKeys.revoke(key.key_id, later(60).toISOString());
      expect(again).toEqual({ outcome: 'revoked_before', key: { ...key, revoked_at: noon.toISOString() } });
    });

    it('by two at once happens once', async () => {
      const { apiKeys } = await stores();
      await apiKeys.add(key);
      const times = [noon, later(1), later(2)].map((time) => time.toISOString());
      const results = await Promise.all(times.map((time) => apiKeys.revoke(key.key_id, time)));
      expect(results.map(({ outcome }) => outcome).sort()).toEqual(['revoked', 'revoked_before', 'revoked_before']);
    });

    it('of a key that is not there makes none', async () => {
      const { apiKeys } = await stores();
      expect(await apiKeys.revoke(key.key_id, noon.toISOString())).toEqual({ outcome: 'unknown' });
      expect(await apiKeys.findLatest(key.key_id)).toBeUndefined();
    });
  });

  describe('a rotation', () => {
    const successor: ApiKeyRecord = { ...key, key_id: id(1), created_at: later(1).toISOString() };
    const rotation = { key_id: key.key_id, successor, end: { expires_at: later(30).toISOString() } };

    it('puts the new key beside the old one, which ends and names it', async () => {
      const { apiKeys } = await stores();
      await apiKeys.add(key);
      expect(await apiKeys.rotate(rotation)).toEqual({ outcome: 'rotated' });
      const ended = { ...key, expires_at: later(30).toISOString(), replaced_by: successor.key_id };
      expect(await apiKeys.list(key.tenant_id)).toEqual([successor, ended]);
    });

    it('without a grace revokes the old key in the same stroke', async () => {
      const { apiKeys } = await stores();
      await apiKeys.add(key);
      await apiKeys.rotate({ ...rotation, end: { revoked_at: noon.toISOString() } });
      expect(await apiKeys.findLatest(key.key_id)).toMatchObject({ revoked_at: noon.toISOString() });
    });

    it('happens once: two operators do not leave two new keys', async () => {
      const { apiKeys } = await stores();
      await apiKeys.add(key);
      const both = [rotation, { ...rotation, successor: { ...successor, key_id: id(2) } }];
      const results = await Promise.all(both.map((each) => apiKeys.rotate(each)));
      expect(results.map(({ outcome }) => outcome).sort()).toEqual(['refused', 'rotated']);
      expect(await apiKeys.list(key.tenant_id)).toHaveLength(2);
    });

    it('of a key that was revoked is refused: who left or leaked it gets no new one', async () => {
      const { apiKeys } = await stores();
      await apiKeys.add(key);
      await apiKeys.revoke(key.key_id, noon.toISOString());
      const refusal = await apiKeys.rotate(rotation);
      expect(refusal).toEqual({ outcome: 'refused', key: { ...key, revoked_at: noon.toISOString() } });
      expect(await apiKeys.findLatest(successor.key_id)).toBeUndefined();
    });

    it('of a key that is not there makes none', async () => {
      const { apiKeys } = await stores();
      expect(await apiKeys.rotate(rotation)).toEqual({ outcome: 'unknown' });
      expect(await apiKeys.list(key.tenant_id)).toEqual([]);
    });

    it('never replaces a key by its successor', async () => {
      const { apiKeys } = await stores();
      await apiKeys.add(key);
      await apiKeys.add({ ...successor, tenant_id: tenant('globex') });
      await expect(apiKeys.rotate(rotation)).rejects.toThrow(Error);
      expect(await apiKeys.findLatest(key.key_id)).toEqual(key);
    });
  });
});
