import { ConsoleTelemetry } from '../../adapters/telemetry/console.ts';
import { DeploymentName } from '../../contract/ids.ts';
import { SetClock, noon } from './samples.ts';

function captured(deployment?: string) {
  const lines: string[] = [];
  const telemetry = new ConsoleTelemetry({
    ...(deployment !== undefined && { deployment: DeploymentName.parse(deployment) }),
    clock: new SetClock(),
    write: (line) => void lines.push(line),
  });
  return { telemetry, lines, objects: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

it('writes one line of JSON each, whatever the facts hold', () => {
  const { telemetry, lines, objects } = captured();
  telemetry.info('two\nlines', { job_id: 'j', big: 10n, at: noon, nothing: undefined });
  expect(lines[0]).not.toContain('\n');
  expect(objects()).toEqual([
    { level: 'INFO', time: noon.toISOString(), message: 'two\nlines', job_id: 'j', big: '10', at: noon.toISOString() },
  ]);
});

it('does not let facts pass for the level, the time or the message', () => {
  const { telemetry, objects } = captured();
  telemetry.warn('true', { level: 'INFO', message: 'false', time: 'never' });
  expect(objects()[0]).toEqual({ level: 'WARN', time: noon.toISOString(), message: 'true' });
});

it('tells an error with the whole chain of its causes', () => {
  const { telemetry, objects } = captured();
  const error = new Error('outer', { cause: new TypeError('middle', { cause: new Error('inner') }) });
  telemetry.error('failed', { job_id: 'j' }, error);
  expect(objects()[0]).toMatchObject({
    level: 'ERROR',
    error: {
      name: 'Error',
      message: 'outer',
      cause: { name: 'TypeError', message: 'middle', cause: { message: 'inner' } },
    },
  });
});

it('never writes a secret, by its name or by its looks', () => {
  const { telemetry, lines } = captured();
  const key = `sb_AbCdEfGh1234_${'s'.repeat(43)}`;
  const url = 'https://b/k?X-Amz-Credential=AKIA&X-Amz-Signature=abcdef&X-Amz-Security-Token=tok';
  const token = `eyJhbGciOiJSUzI1NiJ9.${'p'.repeat(20)}.signed-by`;
  telemetry.warn(`asked with ${token}`, { sent: `Bearer ${token}` });
  telemetry.info(`asked with ${key}`, {
    headers: { Authorization: `Bearer ${key}`, 'x-api-key': 'k-e-y' },
    url,
    hash_salt: 'pepper',
  });
  telemetry.error('failed', {}, new Error(`bad ${key}`, { cause: { password: 'hunter2' } }));
  const all = lines.join('\n');
  for (const secret of ['ssss', 'eyJ', 'pppp', 'signed-by', 'k-e-y', 'AKIA', 'abcdef', 'tok&', 'pepper', 'hunter2'])
    expect(all).not.toContain(secret);
  expect(all).toContain('https://b/k?');
});

it('ends a circle', () => {
  const { telemetry, lines } = captured();
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  telemetry.info('round', circle);
  expect(lines).toHaveLength(1);
});

it('counts metrics in the format that CloudWatch extracts, zeros included', () => {
  const { telemetry, objects } = captured('prod');
  telemetry.count({ RunningJobs: 0, OldestWaitingJobSeconds: 3 });
  expect(objects()).toEqual([
    {
      _aws: {
        Timestamp: noon.getTime(),
        CloudWatchMetrics: [
          {
            Namespace: 'SpectraBulk',
            Dimensions: [['deployment']],
            Metrics: [
              { Name: 'OldestWaitingJobSeconds', Unit: 'Seconds' },
              { Name: 'RunningJobs', Unit: 'Count' },
            ],
          },
        ],
      },
      deployment: 'prod',
      OldestWaitingJobSeconds: 3,
      RunningJobs: 0,
    },
  ]);
});

it('writes no line for no metric, nor without a deployment to count them under', () => {
  const [named, unnamed] = [captured('prod'), captured()];
  named.telemetry.count({});
  unnamed.telemetry.count({ RunningJobs: 1 });
  expect([...named.lines, ...unnamed.lines]).toEqual([]);
});
