import { parseArgs } from 'node:util';
import { wholeNumber } from './read-options.ts';
import { soakDownload } from './soak-download.ts';

const usage = `Usage: npm run soak:download -- [options]

Exports a large CSV file on this machine and has it read by the SDK in a process of its own: streamed as rows, then downloaded. Counts rows and
watches the memory of that process. The summary is one JSON object on standard output; what it is doing is told on standard error. Ends
with 1 when rows are missing, or when memory grew by more than it may.

  --megabytes N  size of the file, about (default 1000)
  --growth N     MB that memory may grow by once it has warmed up (default 96)
  --help
`;

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { megabytes: text, growth: text, help: { type: 'boolean' } } });

if (values.help === true) process.stdout.write(usage);
else {
  const report = await soakDownload({
    megabytes: wholeNumber('megabytes', values.megabytes, 1000),
    growth: wholeNumber('growth', values.growth, 96),
    tell: (line) => void process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.verified ? 0 : 1;
}
