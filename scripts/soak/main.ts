import { parseArgs } from 'node:util';
import { wholeNumber } from './read-options.ts';
import { soakLoad } from './soak-load.ts';

const usage = `Usage: npm run soak:load -- [options]

Makes a large CSV file, uploads it to the whole service on this machine in parts, as if the upload had been broken off in between,
loads it into a table, and compares count and checksum; first one of a tenth, in another service. The summary is one JSON object on
standard output; what it is doing is told on standard error. Ends with 1 when a table is not as it should be, or memory grew with the
file.

  --megabytes N  size of the file, about (default 1000)
  --parts N      in how many parts it is uploaded (default 16)
  --help
`;

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { megabytes: text, parts: text, help: { type: 'boolean' } } });

if (values.help === true) process.stdout.write(usage);
else {
  const report = await soakLoad({
    megabytes: wholeNumber('megabytes', values.megabytes, 1000),
    parts: wholeNumber('parts', values.parts, 16),
    tell: (line) => void process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.verified && report.flat ? 0 : 1;
}
