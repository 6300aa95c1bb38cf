import { onEachBackend } from './backends/stores.ts';
import { idempotencyOf, jobId, later, noon, openJob, requestOf, runningUse, tenant } from './samples.ts';

const answer = { statusCode: 202, headers: { location: '/v1/x', etag: 'W/"ü"' }, body: '{"a":"\\u0000 ü"}' };

onEachBackend((stores) => {
  it('of many who claim a key at once one has it, and the others are told who', async () => {
    const { idempotency } = await stores();
    const claims = Array.from({ length: 10 }, (_, n) => runningUse('k', `lease-${n}`, { attempt: 3 }));
    const outcomes = await Promise.all(claims.map((claim) => idempotency.begin(claim, noon)));
    const begun = claims.filter((_, n) => outcomes[n]?.outcome === 'begun');
    expect(begun).toHaveLength(1);
    const held = outcomes.flatMap((each) => (each.outcome === 'held' ? [each.earlier] : []));
    expect(held).toEqual(Array(9).fill(begun[0]));
  });

  it('a claim that is sent again because its answer got lost is still one claim', async () => {
    const { idempotency } = await stores();
    const claim = runningUse('k', 'lease');
    await idempotency.begin(claim, noon);
    expect(await idempotency.begin(claim, noon)).toEqual({ outcome: 'begun' });
  });

  it('an answer is given back as it was kept', async () => {
    const { idempotency } = await stores();
    const claim = runningUse('k', 'lease', { attempt: 1 });
    await idempotency.begin(claim, noon);
    await idempotency.keep(claim, answer);
    const { lease_id: _id, lease_until: _until, attempt: _attempt, ...rest } = claim;
    expect(await idempotency.begin(runningUse('k', 'other'), noon)).toEqual({
      outcome: 'held',
      earlier: { ...rest, phase: 'answered', answer },
    });
  });

  it('of many who take over from a dead one, one does, and what the dead one knew stays', async () => {
    const { idempotency } = await stores();
    await idempotency.begin(runningUse('k', 'dead', { attempt: 7 }), noon);
    const heirs = Array.from({ length: 5 }, (_, n) =>
      runningUse('k', `heir-${n}`, { lease_until: later(60).getTime() }),
    );
    const taken = await Promise.all(heirs.map((heir) => idempotency.takeOver(heir, 'dead')));
    expect(taken.filter(Boolean)).toHaveLength(1);
    const winner = heirs[taken.indexOf(true)];
    expect(await idempotency.begin(runningUse('k', 'late'), noon)).toEqual({
      outcome: 'held',
      earlier: { ...winner, attempt: 7 },
    });
    if (winner) expect(await idempotency.takeOver(winner, 'dead')).toBe(true);
  });

  it('who lost the lease can neither keep an answer nor give the key up', async () => {
    const { idempotency } = await stores();
    const dead = runningUse('k', 'dead');
    const heir = runningUse('k', 'heir');
    await idempotency.begin(dead, noon);
    await idempotency.takeOver(heir, 'dead');
    await idempotency.keep(dead, answer);
    await idempotency.forget(dead);
    await idempotency.expire(dead, later(5));
    expect(await idempotency.begin(runningUse('k', 'late'), noon)).toMatchObject({
      outcome: 'held',
      earlier: { phase: 'running', lease_id: 'heir', lease_until: heir.lease_until },
    });
  });

  it('a key that was given up is new, one whose lease was ended is not', async () => {
    const { idempotency } = await stores();
    const [forgotten, ended] = [runningUse('a', 'first'), runningUse('b', 'first', { attempt: 2 })];
    for (const use of [forgotten, ended]) await idempotency.begin(use, noon);
    await idempotency.forget(forgotten);
    await idempotency.expire(ended, later(5));
    expect(await idempotency.begin(runningUse('a', 'second'), noon)).toEqual({ outcome: 'begun' });
    expect(await idempotency.begin(runningUse('b', 'second'), noon)).toMatchObject({
      earlier: { attempt: 2, lease_until: later(5).getTime() },
    });
  });

  it('a key whose time has passed is new, though its record is still there', async () => {
    const { idempotency } = await stores();
    const ttl = later(100).getTime() / 1000;
    await idempotency.begin(runningUse('k', 'first', { ttl }), noon);
    expect(await idempotency.begin(runningUse('k', 'second'), later(99))).toMatchObject({ outcome: 'held' });
    expect(await idempotency.begin(runningUse('k', 'second'), later(100))).toEqual({ outcome: 'begun' });
  });

  it('a key is one key, whatever it is used for, and another for another tenant', async () => {
    const { idempotency, jobs } = await stores();
    const job = openJob({ tenant_id: tenant('acme'), job_id: jobId(1) });
    await jobs.create(job, requestOf(job), { idempotency: idempotencyOf(job, 'k') });
    expect(await idempotency.begin(runningUse('k', 'lease'), noon)).toMatchObject({
      outcome: 'held',
      earlier: { phase: 'created', job },
    });
    const stranger = runningUse('k', 'lease', { tenant_id: tenant('other') });
    expect(await idempotency.begin(stranger, noon)).toEqual({ outcome: 'begun' });
    const second = openJob({ tenant_id: tenant('other'), job_id: jobId(2) });
    expect(await jobs.create(second, requestOf(second), { idempotency: idempotencyOf(second, 'k') })).toMatchObject({
      outcome: 'key_used',
      earlier: { phase: 'running' },
    });
  });
});
