import { join } from 'node:path';
import { filePath } from '../../../../client/download/file-path.ts';
import { segmentsOf } from '../../../../client/download/segments.ts';

it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', './x', '', 'a\0b'])('the name %j leads nowhere', (name) => {
  expect(() => filePath('/tmp/d', name)).toThrow(expect.objectContaining({ code: 'INVALID_ANSWER' }) as Error);
});

it('names with folders stay below the folder', () => {
  expect(filePath('/tmp/d', 'day=2020-01-01/0000_part_00.csv')).toBe(
    join('/tmp/d', 'day=2020-01-01', '0000_part_00.csv'),
  );
});

it('cuts a file into segments without gaps', () => {
  expect(segmentsOf(0)).toEqual([]);
  expect(segmentsOf(25, 10)).toEqual([
    { from: 0, to: 10 },
    { from: 10, to: 20 },
    { from: 20, to: 25 },
  ]);
});
