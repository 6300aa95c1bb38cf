import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../../local/template/synthesize.ts';

let projectDir: string;
beforeEach(async () => {
  projectDir = await mkdtemp(join(tmpdir(), 'spectra-synthesize-'));
  const app = 'printf %s "$CDK_CONTEXT_JSON" > "$CDK_OUTDIR/context"';
  await writeFile(join(projectDir, 'app.sh'), app);
  await writeFile(join(projectDir, 'cdk.json'), JSON.stringify({ app: 'sh app.sh', context: { a: 'cdk.json' } }));
});
afterEach(() => rm(projectDir, { recursive: true, force: true }));

const place = { account: '000000000000', region: 'us-east-1' };

async function contextOf(context: Record<string, string> = {}): Promise<unknown> {
  await synthesize({ projectDir, outDir: projectDir, ...place, context });
  return JSON.parse(await readFile(join(projectDir, 'context'), 'utf8'));
}

it('an app gets the context that the CDK CLI would give it, or cdk diff would find differences that nobody made', async () => {
  await writeFile(join(projectDir, 'cdk.context.json'), JSON.stringify({ a: 'own', b: 'own', c: 'own' }));
  expect(await contextOf({ c: 'given' })).toEqual({
    a: 'cdk.json',
    b: 'own',
    c: 'given',
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:enable-asset-metadata': true,
  });
});

it('a project without settings of its own is synthesized all the same', async () => {
  expect(await contextOf()).toMatchObject({ a: 'cdk.json' });
});
