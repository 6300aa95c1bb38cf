import { along, before, numberOf, type Trail } from '../../../../console/jobs/trail.ts';

/** Pages as they are seen: their cursor and the next one's. */
const seen = (...pages: [cursor: string | undefined, next: string | null][]): Trail =>
  pages.reduce<Trail | undefined>((trail, [cursor, next]) => along(trail, 'all', cursor, next), undefined) ?? {
    list: '',
    cursors: [],
  };

it('leads back the way that was come, page by page', () => {
  const trail = seen([undefined, 'a'], ['a', 'b'], ['b', null]);
  expect(trail.cursors).toEqual([undefined, 'a', 'b']);
  expect(before(trail, 'b')).toEqual({ cursor: 'a' });
  expect(before(trail, 'a')).toEqual({ cursor: undefined });
  expect(before(trail, undefined)).toBeUndefined();
  expect([undefined, 'a', 'b'].map((cursor) => numberOf(trail, cursor))).toEqual([1, 2, 3]);
});

it('does not lead on to pages of before when new jobs have moved the end of a page', () => {
  const trail = seen([undefined, 'a'], ['a', 'b'], [undefined, 'z']);
  expect(trail.cursors).toEqual([undefined, 'z']);
});

it('knows no number and no way back on a page that was come to by its address', () => {
  const trail = seen(['x', 'y']);
  expect(numberOf(trail, 'x')).toBeUndefined();
  expect(before(trail, 'x')).toBeUndefined();
  expect(before(along(trail, 'all', 'y', null), 'y')).toEqual({ cursor: 'x' });
});

it('begins anew with another filter, even where a cursor is the same', () => {
  const trail = along(seen([undefined, 'a'], ['a', 'b']), 'failed', undefined, 'a');
  expect(trail).toEqual({ list: 'failed', cursors: [undefined, 'a'] });
});

it('is the same when a page is asked for again and says the same', () => {
  const trail = seen([undefined, 'a'], ['a', 'b']);
  expect(along(trail, 'all', 'a', 'b')).toEqual(trail);
});
