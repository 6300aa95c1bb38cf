import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { offlineCdk } from '../support/cdk.ts';
import { lambdaNames } from './lambdas.ts';

const { cdk, folder, remove } = await offlineCdk();
const assembly = join(folder, 'assembly');
const baseline = join(assembly, 'SpectraBulk.template.json');
const minutes = 60_000;

afterAll(remove);

describe('the CDK CLI, without credentials and without a network', () => {
  it(
    'synthesizes, bundles of all Lambdas included',
    async () => {
      await cdk('synth', '--quiet', '--output', assembly);
      const Template = z.object({
        Resources: z.record(
          z.string(),
          z.object({
            Type: z.string(),
            Metadata: z.looseObject({ 'aws:asset:path': z.string().optional() }).optional(),
          }),
        ),
      });
      const { Resources } = Template.parse(JSON.parse(await readFile(baseline, 'utf8')));
      const functions = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
      expect(functions).toHaveLength(lambdaNames.length);
      for (const { Metadata } of functions) {
        await expect(
          access(join(assembly, Metadata?.['aws:asset:path'] ?? 'none', 'index.mjs')),
        ).resolves.toBeUndefined();
      }
    },
    5 * minutes,
  );

  it(
    'finds no difference where nothing has changed: two builds of the same are the same',
    async () => {
      const { stdout, stderr } = await cdk('diff', '--template', baseline, '--output', join(folder, 'again'));
      expect(stdout + stderr).toContain('There were no differences');
    },
    5 * minutes,
  );

  it(
    'shows what a setting would change',
    async () => {
      const { stdout, stderr } = await cdk(
        'diff',
        '--template',
        baseline,
        '--output',
        join(folder, 'other'),
        '-c',
        'SPECTRA_RESULT_TTL_DAYS=9',
      );
      expect(stdout + stderr).toMatch(/AWS::S3::Bucket Results\/Bucket/);
      expect(stdout + stderr).toMatch(/SPECTRA_RESULT_TTL_DAYS/);
    },
    5 * minutes,
  );

  it(
    'refuses a wrong setting with one message and no stack trace',
    async () => {
      const failure = await cdk(
        'synth',
        '--quiet',
        '--output',
        join(folder, 'wrong'),
        '-c',
        'SPECTRA_JOB_TTL_DAYS=0',
      ).catch((error: unknown) => error);
      const { stderr } = z.object({ code: z.literal(1), stderr: z.string() }).parse(failure);
      expect(stderr).toContain('SPECTRA_JOB_TTL_DAYS: ');
      expect(stderr).not.toMatch(/\n\s+at /);
    },
    5 * minutes,
  );
});
