import { snippetsOf } from '../../../../console/job/snippets.ts';

const url = 'https://api.example/v1';

it('leads to the results of a complete export and to the job else', () => {
  const complete = snippetsOf({ job_id: 'J', operation: 'query', state: 'JobComplete' }, url);
  expect(complete.map(({ name }) => name)).toEqual(['Job id', 'curl', 'Command', 'SDK']);
  expect(complete[1]?.text).toBe(`curl -s -H "Authorization: Bearer $API_KEY" '${url}/bulk/jobs/J/results'`);
  const load = snippetsOf({ job_id: 'J', operation: 'upsert', state: 'JobComplete' }, url);
  expect(load[1]?.text).toContain("/bulk/jobs/J'");
  expect(load.map(({ text }) => text).join()).not.toContain('download');
});

it('gives a shell an address as one word, whatever is in it', () => {
  const [, curl] = snippetsOf({ job_id: 'J', operation: 'query', state: 'Open' }, "https://x/'$(id)");
  expect(curl?.text).toContain(`'https://x/'\\''$(id)/bulk/jobs/J'`);
});

it('does not tell to wait for or to download what has failed', () => {
  const texts = snippetsOf({ job_id: 'J', operation: 'query', state: 'Failed' }, url).map(({ text }) => text);
  expect(texts.join()).not.toMatch(/download|\.wait\(|watch/);
  expect(snippetsOf({ job_id: 'J', operation: 'query', state: 'InProgress' }, url)[2]?.text).toBe(
    'spectra jobs watch J',
  );
});
