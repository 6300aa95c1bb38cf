import { Sha256Hasher } from '../../../../adapters/crypto/hasher.ts';
import { randomKey } from '../../../../adapters/crypto/random-key.ts';
import { MemoryApiKeyStore } from '../../../../adapters/memory/api-keys.ts';
import { KeyId, TenantId } from '../../../../contract/ids.ts';
import { ApiKeyRecord } from '../../../../contract/records.ts';
import { authenticateKey } from '../../../../core/api-keys/api-key.ts';
import { run } from '../../../../scripts/keys/run.ts';

const hasher = new Sha256Hasher();
const day = 86_400_000;

/** The commands on an empty table, with a clock of its own. */
function world() {
  const keys = new MemoryApiKeyStore();
  let now = Date.parse('2026-11-22T10:00:00.000Z');
  const clock = { now: () => new Date(now) };
  const tables = new Set<string>();
  const keysOf = (table: string) => {
    tables.add(table);
    return keys;
  };
  const cli = async (...argv: string[]) => {
    const out: string[] = [];
    const said: string[] = [];
    const tools = {
      keys: keysOf,
      hasher,
      clock,
      random: randomKey,
      out: (line: string) => void out.push(line),
      say: (line: string) => void said.push(line),
    };
    const code = await run(argv, tools);
    return { code, out, said: said.join('\n') };
  };
  const withTable = (name: string, ...argv: string[]) => cli(name, '--table', 'jobs', ...argv);
  const create = async (...argv: string[]) => {
    const { out } = await withTable('create', '--tenant', 'acme', ...argv);
    const [text = ''] = out;
    return { text, id: KeyId.parse(text.split('_')[1]) };
  };
  const caller = (text: string) => authenticateKey({ keys, hasher, clock }, text);
  return { keys, clock, tables, cli: withTable, bare: cli, create, caller, pass: (ms: number) => (now += ms) };
}

const record = async ({ keys }: ReturnType<typeof world>, id: KeyId) => ApiKeyRecord.parse(await keys.find(id));

describe('create', () => {
  it('prints the key alone where a script reads it, and what it is beside', async () => {
    const { cli, caller, tables } = world();
    const made = await cli('create', '--tenant', 'acme', '--name', 'nightly', '--warehouse-user', 'reader');
    expect(made).toMatchObject({ code: 0, out: [expect.stringMatching(/^sb_\w{12}_\w{43}$/)] });
    expect(made.said).toMatch(
      /^Key \w{12} \(nightly\) of tenant acme, bulk:read bulk:write query, database user reader, never/,
    );
    expect(made.said).not.toContain(made.out[0]);
    expect(await caller(made.out[0] ?? '')).toMatchObject({ tenant_id: 'acme', warehouse_user: 'reader' });
    expect([...tables]).toEqual(['jobs']);
  });

  it.each([
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2027-01-31T12:00:00Z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31T12:00:00+02:00', '2027-01-31T10:00:00.000Z'],
    ['90d', '2027-02-20T10:00:00.000Z'],
    ['12h', '2026-11-22T22:00:00.000Z'],
    ['30m', '2026-11-22T10:30:00.000Z'],
  ])('stores the expiry %s so that the authorizer can read it', async (expires, expires_at) => {
    const there = world();
    const { id } = await there.create('--expires', expires);
    expect(await record(there, id)).toMatchObject({ expires_at });
  });

  it.each([
    ['no tenant', []],
    ['a tenant that would be another partition', ['--tenant', 'Acme#1']],
    ['an expiry in the past', ['--tenant', 'acme', '--expires', '2020-01-01']],
    ['an expiry of nothing', ['--tenant', 'acme', '--expires', '0']],
    ['an expiry in no known unit', ['--tenant', 'acme', '--expires', '90 days']],
    ['an expiry beyond every plan', ['--tenant', 'acme', '--expires', '99999d']],
    ['a permission that there is not', ['--tenant', 'acme', '--permissions', 'bulk:read root']],
    ['no permissions', ['--tenant', 'acme', '--permissions', ' ']],
    ['a database user that would need quotes', ['--tenant', 'acme', '--warehouse-user', 'a"b']],
    ['a name that moves the cursor', ['--tenant', 'acme', '--name', 'a\u001b[2J']],
    ['an option that there is not', ['--tenant', 'acme', '--expire', '90d']],
    ['an option twice as a word', ['--tenant', 'acme', 'again']],
  ])('with %s is a wrong usage, and makes no key', async (_hazard, argv) => {
    const { cli, keys } = world();
    const { code, out, said } = await cli('create', ...argv);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(said).toContain('npm run keys -- create --table NAME');
    expect(await keys.list(TenantId.parse('acme'))).toEqual([]);
  });
});

describe('list', () => {
  it('shows keys of a tenant with their states, and nothing that a thief could use', async () => {
    const { cli, create, pass } = world();
    const expired = await create('--expires', '1d', '--name', 'old');
    const revoked = await create();
    await cli('revoke', '--key', revoked.id);
    pass(2 * day);
    const active = await create('--warehouse-user', 'reader');
    const { code, out } = await cli('list', '--tenant', 'acme');
    expect(code).toBe(0);
    expect(out[0]).toMatch(/^KEY +STATE +NAME +PERMISSIONS +DATABASE USER +CREATED +ENDS +REPLACED BY$/);
    expect(out.slice(1).map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      [active.id, 'active', '-'],
      ...[
        [expired.id, 'expired', 'old'],
        [revoked.id, 'revoked', '-'],
      ].sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1)),
    ]);
    for (const { text } of [active, revoked, expired]) expect(out.join()).not.toContain(text.split('_')[2]);
  });

  it('--json gives one object a line, without hash and salt', async () => {
    const there = world();
    const { id, text } = await there.create('--expires', '90d', '--name', 'nightly');
    const { out } = await there.cli('list', '--tenant', 'acme', '--json');
    expect(out.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        key_id: id,
        tenant_id: 'acme',
        name: 'nightly',
        state: 'active',
        permissions: ['bulk:read', 'bulk:write', 'query'],
        warehouse_user: null,
        created_at: '2026-11-22T10:00:00.000Z',
        expires_at: '2027-02-20T10:00:00.000Z',
        revoked_at: null,
        replaced_by: null,
      },
    ]);
    const { hash, salt } = await record(there, id);
    for (const secret of [hash, salt, text]) expect(out.join()).not.toContain(secret);
  });

  it('of a tenant without keys says so, and prints nothing that a script would read', async () => {
    const { cli } = world();
    expect(await cli('list', '--tenant', 'nobody')).toEqual({ code: 0, out: [], said: 'Tenant nobody has no keys.' });
    expect((await cli('list', '--tenant', 'nobody', '--json')).out).toEqual([]);
  });
});

describe('revoke', () => {
  it('ends a key, and says how long it may still be let in', async () => {
    const { cli, create, caller } = world();
    const { id, text } = await create();
    const { code, said } = await cli('revoke', '--key', id);
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('60 seconds') as unknown });
    expect(await caller(text)).toBeUndefined();
  });

  it('again is no error, and tells when it was', async () => {
    const { cli, create, pass } = world();
    const { id } = await create();
    await cli('revoke', '--key', id);
    pass(day);
    const { code, said } = await cli('revoke', '--key', id);
    expect({ code, said }).toEqual({
      code: 0,
      said: `Key ${id} of tenant acme was revoked at 2026-11-22T10:00:00.000Z.`,
    });
  });

  it('of a key that is not there fails: a typing error must not look like a revocation', async () => {
    const { cli } = world();
    expect(await cli('revoke', '--key', 'x'.repeat(12))).toMatchObject({
      code: 1,
      said: expect.stringContaining('no key') as unknown,
    });
  });

  it('of a whole key instead of its id is a wrong usage, and does not repeat the secret', async () => {
    const { cli, create } = world();
    const { text } = await create();
    const { code, said } = await cli('revoke', '--key', text);
    expect(code).toBe(2);
    expect(said).not.toContain(text.split('_')[2]);
  });
});

describe('rotate', () => {
  it('makes a key that may do the same, while the old one works for a day', async () => {
    const { cli, create, caller, pass } = world();
    const old = await create('--permissions', 'bulk:read', '--name', 'nightly', '--warehouse-user', 'reader');
    const { code, out, said } = await cli('rotate', '--key', old.id);
    expect(code).toBe(0);
    expect(said).toContain(`Key ${old.id} works until 2026-11-23T10:00:00.000Z.`);
    const [text = ''] = out;
    const { caller_id: _old, ...allowed } = { ...(await caller(old.text)) };
    expect(await caller(text)).toEqual({ ...allowed, caller_id: text.split('_')[1] });
    pass(day);
    expect(await caller(old.text)).toBeUndefined();
    expect(await caller(text)).toBeDefined();
  });

  it('with no grace ends the old key at once', async () => {
    const { cli, create, caller } = world();
    const old = await create();
    const { said, out } = await cli('rotate', '--key', old.id, '--grace', '0');
    expect(said).toContain(`Key ${old.id} is revoked; for 60 seconds`);
    expect(await caller(old.text)).toBeUndefined();
    expect(await caller(out[0] ?? '')).toBeDefined();
  });

  it('never gives the old key more time than it had', async () => {
    const there = world();
    const { id } = await there.create('--expires', '1h');
    await there.cli('rotate', '--key', id, '--grace', '30d');
    expect(await record(there, id)).toMatchObject({ expires_at: '2026-11-22T11:00:00.000Z' });
  });

  it('of a key that was to end makes one that ends, after as long a life', async () => {
    const there = world();
    const { id } = await there.create('--expires', '90d');
    there.pass(80 * day);
    const { out } = await there.cli('rotate', '--key', id);
    const next = KeyId.parse(out[0]?.split('_')[1]);
    expect(await record(there, next)).toMatchObject({ expires_at: '2027-05-11T10:00:00.000Z' });
    const last = await there.cli('rotate', '--key', next, '--expires', '7d');
    expect(last.said).toContain('expires 2027-02-17T10:00:00.000Z');
  });

  it('twice names the key that took its place, and makes no third', async () => {
    const { cli, create, keys } = world();
    const { id } = await create();
    const { out } = await cli('rotate', '--key', id);
    const again = await cli('rotate', '--key', id);
    expect(again).toMatchObject({ code: 1, out: [] });
    expect(again.said).toContain(`replaced by ${out[0]?.split('_')[1] ?? ''}`);
    expect(await keys.list(TenantId.parse('acme'))).toHaveLength(2);
  });

  it('of a revoked key, or of none, fails and prints no key', async () => {
    const { cli, create } = world();
    const { id } = await create();
    await cli('revoke', '--key', id);
    for (const key of [id, 'x'.repeat(12)])
      expect(await cli('rotate', '--key', key)).toMatchObject({ code: 1, out: [] });
  });
});

it('a command that there is not, or none, is told all of them', async () => {
  for (const argv of [[], ['delete'], ['toString']]) {
    const { code, said } = await world().bare(...argv);
    expect(code).toBe(2);
    for (const name of ['create', 'list', 'revoke', 'rotate'])
      expect(said).toContain(`npm run keys -- ${name} --table`);
  }
});

it('what AWS refuses is an error by its name, not a wrong usage', async () => {
  const refusal = Object.assign(new Error('no such table'), { name: 'ResourceNotFoundException' });
  const said: string[] = [];
  const code = await run(['list', '--table', 'jobs', '--tenant', 'acme'], {
    keys: () => Object.assign(new MemoryApiKeyStore(), { list: () => Promise.reject(refusal) }),
    hasher,
    clock: { now: () => new Date() },
    random: randomKey,
    out: () => undefined,
    say: (line) => void said.push(line),
  });
  expect({ code, said }).toEqual({ code: 1, said: ['ResourceNotFoundException: no such table'] });
});
