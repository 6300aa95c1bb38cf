import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { metricDimension, metricNames, metricNamespace } from '../../contract/metrics.ts';
import { lambdaNames } from './lambdas.ts';
import { project, synthesize } from './stack.ts';

const standard = synthesize();
const mailed = synthesize({
  SPECTRA_REDSHIFT_TRIAL: 'true',
  SPECTRA_REMOVAL_POLICY: 'destroy',
  SPECTRA_ALARM_EMAIL: 'ops@example.com',
});
const runbook = readFileSync(join(project, 'docs/runbook.md'), 'utf8');

const Alarm = z.looseObject({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  TreatMissingData: z.string(),
  AlarmActions: z.array(z.unknown()).optional(),
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).optional(),
});
const alarmsOf = (synthesized: typeof standard) =>
  Object.values(synthesized.ofType('AWS::CloudWatch::Alarm')).map(({ Properties }) => Alarm.parse(Properties));
const alarms = alarmsOf(standard);
const nameOf = ({ AlarmName }: z.infer<typeof Alarm>) => AlarmName.replace('spectra-bulk: ', '');

const paragraphs = new Map(
  runbook
    .slice(runbook.indexOf('\n# Alarms'))
    .split('\n## ')
    .slice(1)
    .map((section) => [section.split('\n', 1)[0] ?? '', section.split('\n').slice(1).join('\n').trim()]),
);

describe('who is woken by an alarm finds what to do', () => {
  it('every alarm has its paragraph, and no paragraph is about an alarm that is gone', () => {
    expect([...paragraphs.keys()].sort()).toEqual(alarms.map(nameOf).sort());
  });

  it.each([...paragraphs])('%s: says what it means, where to look and when to relax it', (_, text) => {
    expect(text.length).toBeGreaterThan(200);
    expect(text).toMatch(/relax/i);
  });

  it('what the alarms cost is told by their present number', () => {
    const deploy = readFileSync(join(project, 'docs/deploy.md'), 'utf8');
    expect(deploy).toContain(`alarms: ${alarms.length} on `);
  });

  it('each alarm names its paragraph', () => {
    for (const alarm of alarms) expect(alarm.AlarmDescription).toContain(`docs/runbook.md#${nameOf(alarm)}`);
  });

  const asked = [...runbook.matchAll(/part (AWS::\w+::\w+) (\w+)\)/g)].map(
    ([, type, part]) => [type ?? '', part ?? ''] as const,
  );
  it.each(asked)('the commands ask for %s %s, and there is one', (type, part) => {
    const found = Object.keys(standard.ofType(type)).filter((id) => id.startsWith(part));
    expect(found).toHaveLength(1);
  });
});

describe('what can go wrong is watched', () => {
  const names = alarms.map(nameOf);

  it('every Lambda but the authorizer by its errors: that one refuses credentials by an error', () => {
    const watched = lambdaNames.filter((name) => name !== 'authorizer');
    expect(names.filter((name) => name.startsWith('errors-')).sort()).toEqual(
      watched.map((name) => `errors-${name}`).sort(),
    );
  });

  it('every dead-letter queue by its depth', () => {
    const depths = alarms.filter(({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible');
    const watched = depths.map(({ Dimensions }) => JSON.stringify(Dimensions?.[0]?.Value));
    const queues = Object.keys(standard.ofType('AWS::SQS::Queue'));
    expect(watched).toHaveLength(queues.length);
    for (const queue of queues) expect(watched.join()).toContain(queue);
  });

  it('what the Lambdas count under the names that the Lambdas use', () => {
    const own = alarms.filter(({ Namespace }) => Namespace === metricNamespace);
    expect(own.length).toBeGreaterThanOrEqual(6);
    for (const { MetricName, Dimensions } of own) {
      expect(metricNames).toContain(MetricName);
      expect(Dimensions).toEqual([{ Name: metricDimension, Value: 'spectra-bulk' }]);
    }
  });

  it('a sweep that has stopped, which says nothing any more', () => {
    expect(alarms.find((alarm) => nameOf(alarm) === 'sweep-silent')).toMatchObject({ TreatMissingData: 'breaching' });
  });

  it('two installations in one account have alarms and dashboards of their own', () => {
    const other = synthesize({ SPECTRA_STACK_NAME: 'SpectraBulkEu' });
    const own = new Set(alarms.map(({ AlarmName }) => AlarmName));
    expect(alarmsOf(other).filter(({ AlarmName }) => own.has(AlarmName))).toEqual([]);
    expect(Object.values(other.ofType('AWS::CloudWatch::Dashboard'))[0]?.Properties).toMatchObject({
      DashboardName: 'spectra-bulk-eu',
    });
  });
});

describe('alarms reach somebody', () => {
  it('by mail, over an encrypted topic that takes TLS alone and that CloudWatch may publish to', () => {
    const topics = Object.values(mailed.ofType('AWS::SNS::Topic'));
    expect(topics).toHaveLength(1);
    expect(JSON.stringify(topics)).toContain('KmsMasterKeyId');
    expect(JSON.stringify(mailed.ofType('AWS::SNS::TopicPolicy'))).toContain('aws:SecureTransport');
    expect(JSON.stringify(mailed.ofType('AWS::KMS::Key'))).toContain(
      '"Principal":{"Service":"cloudwatch.amazonaws.com"}',
    );
    expect(Object.values(mailed.ofType('AWS::SNS::Subscription'))[0]?.Properties).toMatchObject({
      Endpoint: 'ops@example.com',
    });
    for (const { AlarmActions } of alarmsOf(mailed)) expect(AlarmActions).toHaveLength(1);
  });

  it('without an address there is no topic, and no key to pay for', () => {
    expect(standard.ofType('AWS::SNS::Topic')).toEqual({});
    expect(standard.ofType('AWS::KMS::Key')).toEqual({});
  });
});
