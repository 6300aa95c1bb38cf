import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { describeFailure, fuzz, type FuzzReport } from '../../test/fuzz/support/fuzz.ts';
import { openStage } from '../../test/fuzz/support/stage.ts';

const usage = `Usage: npm run fuzz -- [options]

Sends random requests, right, nearly right and hostile, to the whole service on this machine, and judges every answer by
contract/openapi.json. The summary is one JSON object on standard output; what it is doing is told on standard error.
Ends with 1 when an answer was not as it must be.

  --requests N     how many (default 100000)
  --seed N         the first seed (default: a random one; a failure names its own)
  --path P         with the seed of a failure: only that one, made small
  --connections N  requests under way at once (default 8)
  --minutes N      ends after so many, however many were sent
  --help
`;

const number = (name: string, text: string | undefined, preset: number): number => {
  const value = text === undefined ? preset : Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} must be a whole number, not ${text}`);
};

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    ...{ requests: text, seed: text, path: text, connections: text, minutes: text },
    help: { type: 'boolean' },
  },
});

if (values.help === true) {
  process.stdout.write(usage);
  process.exit(0);
}
process.exit(await main());

async function main(): Promise<number> {
  const requests = number('requests', values.requests, 100_000);
  const seed = number('seed', values.seed, randomInt(2 ** 31));
  const connections = number('connections', values.connections, 8);
  const minutes = values.minutes === undefined ? Infinity : number('minutes', values.minutes, 0);
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 100) / 10;
  const tell = (line: string) => process.stderr.write(`${seconds().toFixed(1)} s  ${line}\n`);
  const stage = await openStage({ connections });
  tell(`seed ${seed}; ${requests} requests`);
  let told = 0;
  const onProgress = (sent: number) => {
    if (sent < told + 1000) return;
    told = sent;
    tell(`${sent} requests sent`);
  };
  try {
    const report = await fuzz(stage, {
      ...{ requests, seed, connections, onProgress, path: values.path },
      timeLimit: minutes * 60_000,
    });
    if (report.failure) tell(describeFailure(report.failure));
    const unsound = report.failure ? undefined : await stage.assertSound().then(nothing, String);
    if (unsound !== undefined) tell(unsound);
    process.stdout.write(`${JSON.stringify(summary(report, seconds(), unsound))}\n`);
    return report.failure || unsound !== undefined ? 1 : 0;
  } finally {
    await stage.stop();
  }
}

function nothing(): undefined {
  return undefined;
}

function summary({ sent, seed, statuses, failure }: FuzzReport, seconds: number, unsound: string | undefined) {
  return {
    ok: failure === undefined && unsound === undefined,
    requests: sent,
    seconds,
    requests_per_second: Math.round(sent / seconds),
    seed,
    statuses,
    ...(failure && { failure }),
    ...(unsound !== undefined && { unsound }),
  };
}
