import type { JobRecord } from '../../client/browser.ts';

export interface Snippet {
  name: string;
  language: 'text' | 'shell' | 'javascript';
  text: string;
}

type Known = Pick<JobRecord, 'job_id' | 'operation' | 'state'>;

/** A text as one word of a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** What is of use with a job as it stands: its files, its end, or what became of it. */
function usesOf({ job_id: id, operation, state }: Known): { command: string; calls: string[]; below?: string } {
  const job = `client.job(${JSON.stringify(id)})`;
  const awaited = `const job = await ${job}.wait();`;
  switch (state) {
    case 'JobComplete':
      if (operation !== 'query')
        return { command: `spectra jobs get ${id}`, calls: [`console.log(await ${job}.refresh());`] };
      return {
        command: `spectra jobs download ${id} -o ${id}`,
        calls: [awaited, `await job.download(${JSON.stringify(`./${id}`)});`],
        below: '/results',
      };
    case 'Open':
    case 'UploadComplete':
    case 'InProgress':
      return { command: `spectra jobs watch ${id}`, calls: [awaited, 'console.log(job.record);'] };
    case 'Failed':
    case 'Aborted':
      return { command: `spectra jobs get ${id}`, calls: [`console.log(await ${job}.refresh());`] };
  }
}

/** What this job is called from elsewhere. The credential is never in it: the reader's environment has it. */
export function snippetsOf(job: Known, apiUrl: string): Snippet[] {
  const id = job.job_id;
  const { command, calls, below = '' } = usesOf(job);
  return [
    { name: 'Job id', language: 'text', text: id },
    {
      name: 'curl',
      language: 'shell',
      text: `curl -s -H "Authorization: Bearer $API_KEY" ${quoted(`${apiUrl}/bulk/jobs/${id}${below}`)}`,
    },
    { name: 'Command', language: 'shell', text: command },
    {
      name: 'SDK',
      language: 'javascript',
      text: [
        "import { SpectraClient } from 'spectra-bulk/client';",
        '',
        `const client = new SpectraClient({ url: ${JSON.stringify(apiUrl)}, apiKey: process.env.API_KEY });`,
        ...calls,
      ].join('\n'),
    },
  ];
}
