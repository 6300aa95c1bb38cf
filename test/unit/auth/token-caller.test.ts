import { Sha256Hasher } from '../../../adapters/crypto/hasher.ts';
import { Permission } from '../../../contract/service.ts';
import { tokenCallerId } from '../../../core/auth/caller-id.ts';
import { tokenCaller } from '../../../core/auth/token-caller.ts';

const hasher = new Sha256Hasher();
const names = { tenant: 'tenant_id', permissions: 'permissions', warehouseUser: 'warehouse_user' };
const good = { sub: 'app', tenant_id: 'acme', permissions: ['bulk:read'] };
const read = (claims: object, more: Partial<typeof names> = {}) =>
  tokenCaller(hasher, new Map(Object.entries(claims)), { ...names, ...more });
const permissionsOf = (claims: object) => {
  const reading = read({ ...good, permissions: undefined, ...claims });
  return reading.outcome === 'caller' ? reading.caller.permissions : reading.fault;
};

it('a token names its tenant, its subject, its permissions and its database user', () => {
  expect(read({ ...good, warehouse_user: 'acme_reader' })).toEqual({
    outcome: 'caller',
    caller: { tenant_id: 'acme', caller_id: 'jwt:app', permissions: ['bulk:read'], warehouse_user: 'acme_reader' },
  });
});

it('claims can have the names that the issuer gives them', () => {
  const claims = { ...good, 'https://acme.example.com/tenant': 'globex', scp: 'bulk:write', db: 'globex' };
  const own = { tenant: 'https://acme.example.com/tenant', permissions: 'scp', warehouseUser: 'db' };
  expect(read(claims, own)).toMatchObject({
    caller: { tenant_id: 'globex', permissions: ['bulk:write'], warehouse_user: 'globex' },
  });
});

it('a claim that only every object has is no claim', () => {
  expect(read(good, { tenant: 'constructor' })).toEqual({ outcome: 'refused', fault: 'tenant' });
  expect(read(good, { warehouseUser: 'toString' })).toMatchObject({ outcome: 'caller' });
});

it.each([[undefined], [null], [''], ['Acme'], ['acme/../globex'], ['acme#'], ['a'.repeat(64)], [['acme']], [7], [{}]])(
  'the tenant %j could reach into another partition, or is none: refused',
  (tenant_id) => expect(read({ ...good, tenant_id })).toEqual({ outcome: 'refused', fault: 'tenant' }),
);

it.each([[null], [''], ['Admin'], ['x"; drop'], ['1a'], ['a'.repeat(64)], [['a']], [7]])(
  'the database user %j is refused: to leave it out would run as somebody else',
  (warehouse_user) =>
    expect(read({ ...good, warehouse_user })).toEqual({ outcome: 'refused', fault: 'warehouse_user' }),
);

it.each([[undefined], [''], [null], [7], [['app']]])(
  'the subject %j is refused: nobody could be held to account',
  (sub) => expect(read({ ...good, sub })).toEqual({ outcome: 'refused', fault: 'subject' }),
);

it("a machine's token may name its client alone", () => {
  expect(read({ ...good, sub: undefined, client_id: 'etl' })).toMatchObject({ caller: { caller_id: 'jwt:etl' } });
  expect(read({ ...good, sub: undefined, azp: 'etl' })).toMatchObject({ caller: { caller_id: 'jwt:etl' } });
});

describe('permissions', () => {
  it('may be an array or a text, and are the scope where there is no such claim', () => {
    expect(permissionsOf({ permissions: ['bulk:write', 'query'] })).toEqual(['bulk:write', 'query']);
    expect(permissionsOf({ permissions: 'bulk:read bulk:write' })).toEqual(['bulk:read', 'bulk:write']);
    expect(permissionsOf({ scope: 'openid bulk:read' })).toEqual(['bulk:read']);
  });

  it('that are none of ours give nothing, however much they look like it', () => {
    const alike = ['BULK:ADMIN', 'bulk:*', '*', 'bulk:admin2', ' bulk:admin', 'bulk', 'openid', '__proto__'];
    expect(permissionsOf({ permissions: alike })).toEqual([]);
    expect(permissionsOf({ scope: 'bulk:admin,bulk:read bulk:read\tbulk:write' })).toEqual([]);
  });

  it('are not widened by the scope when the claim grants fewer', () => {
    expect(permissionsOf({ permissions: [], scope: 'bulk:admin' })).toEqual([]);
    expect(permissionsOf({ permissions: ['bulk:read'], scope: 'bulk:admin' })).toEqual(['bulk:read']);
  });

  it('of no shape that anybody agreed on are refused', () => {
    for (const permissions of [7, true, {}, { 'bulk:read': true }, ['bulk:read', 7], [['bulk:read']]])
      expect(permissionsOf({ permissions })).toBe('permissions');
    expect(permissionsOf({ scope: 7 })).toBe('permissions');
  });

  it('that are listed twice are passed on once', () => {
    const list = [...Permission.options, ...Permission.options];
    expect(permissionsOf({ permissions: list })).toEqual(Permission.options);
  });
});

describe('the id of a caller', () => {
  const id = (subject: string) => tokenCallerId(hasher, subject);

  it('is the subject where that is safe to show', () => {
    for (const subject of ['auth0|5f7c', 'etl@clients', 'a1b2-c3d4', 'https://x.example/user=1'])
      expect(id(subject)).toBe(`jwt:${subject}`);
  });

  it('never passes for an API key or for the service itself', () => {
    for (const subject of ['AbCdEfGh1234', 'service']) expect(id(subject)).toMatch(/^jwt:/);
  });

  it('breaks no line and no JSON of a log, and is bounded', () => {
    for (const subject of ['a"b', 'a\\b', 'a\nb', '${x}', 'ü', '\u202E', 'x'.repeat(5000), ' '])
      expect(id(subject)).toMatch(/^jwt:[A-Za-z0-9._@:|+=/~-]{1,96}$/);
  });

  it('differs for subjects that differ only in what can not be shown', () => {
    const subjects = ['a"b', 'a\\b', 'a_b', 'a\nb', 'x'.repeat(200), 'x'.repeat(201)];
    expect(new Set(subjects.map(id)).size).toBe(subjects.length);
  });
});
