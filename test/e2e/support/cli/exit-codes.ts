import { until } from '../client.ts';
import type { CliWorld } from './world.ts';

/** What the process ends with. */
export function exitCodes(world: () => CliWorld): void {
  it('4: for no credential, one that is not taken, and one that may not do this', async () => {
    expect(await world().cli(['query', 'SELECT 1'], { env: { SPECTRA_URL: world().env.SPECTRA_URL } })).toMatchObject({
      code: 4,
    });
    const wrong = await world().cli(['query', 'SELECT 1'], { env: { ...world().env, SPECTRA_API_KEY: 'sb_wrong' } });
    expect(wrong).toMatchObject({ code: 4, said: expect.stringContaining('UNAUTHORIZED') as string });
    expect(wrong.said).toMatch(/^ {2}request +\S+$/m);
    const reader = await world().service.aws.createApiKey('demo', ['bulk:read']);
    const may = { env: { ...world().env, SPECTRA_API_KEY: reader } };
    expect(await world().cli(['export', 'SELECT 1 AS one'], may)).toMatchObject({ code: 4 });
    expect(await world().cli(['jobs', 'list'], may)).toMatchObject({ code: 0 });
  });

  it('6: for a job that was cancelled; to cancel it is 0, once it has really stopped', async () => {
    const release = world().hold();
    const { code, out } = await world().cli(['export', 'SELECT 1 AS one', '--async']);
    expect(code).toBe(0);
    const id = out.trim();
    const cancelling = world().cli(['jobs', 'cancel', id, '--reason', 'not now']);
    const isAsked = async () => {
      const { desired_state, state } = await world().service.demo.read(id);
      return desired_state === 'Aborted' || state === 'Aborted' || undefined;
    };
    await until('the wish', isAsked);
    release();
    expect(await cancelling).toMatchObject({ code: 0, out: `${id}\n` });
    const watched = await world().cli(['jobs', 'watch', id]);
    expect(watched).toMatchObject({ code: 6, said: expect.stringContaining('was cancelled: not now') as string });
    expect((await world().cli(['jobs', 'get', id])).out).toMatch(/^state +Aborted\n[^]*reason +not now$/m);
    expect(await world().cli(['jobs', 'retry', id])).toMatchObject({ code: 0, said: expect.any(String) as string });
    expect((await world().cli(['jobs', 'logs', id])).out).toMatch(/run 1 {2}created[^]*run 2 {2}completed/);
  });

  it('1: for what is refused, with its place in the query', async () => {
    const refused = await world().cli(['export', 'SELECT 1;\nDROP TABLE x']);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.said).toMatch(/^ {2}line 2: DROP TABLE x\n {10}\^$/m);
    expect(refused.said).toMatch(/QUERY_REFUSED \(SQL_MULTIPLE_STATEMENTS\)/);
    expect(await world().cli(['jobs', 'get', '01M835N22EHCK2VHT8RGDW7GVY'])).toMatchObject({ code: 1 });
  });
}
