import type { JobRecord } from '../../client/browser.ts';

export interface Snippet {
  name: string;
  language: 'text' | 'shell' | 'javascript';
  text: string;
}

/** A text as one word of a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** What this job is called from elsewhere. The credential is never in it: the reader's environment has it. */
export function snippetsOf(job: Pick<JobRecord, 'job_id' | 'operation' | 'state'>, apiUrl: string): Snippet[] {
  const id = job.job_id;
  const exported = job.operation === 'query';
  const below = job.state === 'JobComplete' && exported ? '/results' : '';
  const inNode = exported ? `await job.download(${JSON.stringify(`./${id}`)});` : 'console.log(job.record);';
  return [
    { name: 'Job id', language: 'text', text: id },
    {
      name: 'curl',
      language: 'shell',
      text: `curl -s -H "Authorization: Bearer $API_KEY" ${quoted(`${apiUrl}/bulk/jobs/${id}${below}`)}`,
    },
    {
      name: 'Command',
      language: 'shell',
      text: exported ? `spectra jobs download ${id} -o ${id}` : `spectra jobs watch ${id}`,
    },
    {
      name: 'SDK',
      language: 'javascript',
      text: [
        "import { SpectraClient } from 'spectra-bulk/client';",
        '',
        `const client = new SpectraClient({ url: ${JSON.stringify(apiUrl)}, apiKey: process.env.API_KEY });`,
        `const job = await client.job(${JSON.stringify(id)}).wait();`,
        inNode,
      ].join('\n'),
    },
  ];
}
