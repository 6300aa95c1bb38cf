import { apiAddress, servedBy } from '../../../../console/session/api-address.ts';

it('takes an address as people type it', () => {
  expect(apiAddress(' https://api.example.com/v1/ ')).toEqual({ url: 'https://api.example.com/v1' });
  expect(apiAddress('http://127.0.0.1:4566/v1')).toEqual({ url: 'http://127.0.0.1:4566/v1' });
  expect(apiAddress('http://localhost:4566/v1')).toEqual({ url: 'http://localhost:4566/v1' });
});

it.each([
  'http://api.example.com/v1',
  'http://localhost.example.com/v1',
  'http://127.0.0.1.example.com/v1',
  'javascript:alert(1)',
  'api.example.com/v1',
  'https://user:secret@api.example.com/v1',
  'https://api.example.com/v1?key=secret',
  '',
])('sends no key to %s', (typed) => {
  expect(apiAddress(typed)).toEqual({ fault: expect.any(String) as string });
});

it('knows the API that it is served by, below any stage', () => {
  expect(servedBy('https://api.example.com/v1/console/index.html#/jobs')).toBe('https://api.example.com/v1');
  expect(servedBy('https://bulk.example.com/console/')).toBe('https://bulk.example.com');
  expect(servedBy('http://localhost:5173/')).toBeUndefined();
});
