import { liveLines } from '../../../../cli/progress/live-lines.ts';
import { collect, screen } from '../../../support/cli/fake-io.ts';

function terminal(columns = 20) {
  const { to, text } = collect(columns);
  let now = 0;
  const live = liveLines(to, { moves: true, now: () => now });
  return { live, text, pass: (ms: number) => (now += ms) };
}

it('lines are written over, and what is said stays above them', () => {
  const { live, text } = terminal();
  live.draw(() => ['a 1', 'b 1'], true);
  live.print('first');
  live.draw(() => ['a 2'], true);
  live.print('second');
  expect(screen(text())).toEqual(['first', 'second', 'a 2']);
  live.clear();
  live.clear();
  expect(screen(text())).toEqual(['first', 'second']);
});

it('a line longer than the terminal is cut: one that wraps would leave its first half behind', () => {
  const { live, text } = terminal(10);
  live.draw(() => ['0123456789abc', '一二三四五六'], true);
  expect(screen(text())).toEqual(['012345678', '一二三四']);
});

it('drawing is done ten times a second at most, and lines are made only then', () => {
  const { live, text, pass } = terminal();
  let made = 0;
  const lines = () => [`${(made += 1)}`];
  for (let each = 0; each < 100; each += 1) {
    live.draw(lines);
    pass(10);
  }
  expect(made).toBe(10);
  expect(screen(text())).toEqual(['10']);
});

it('where nothing moves, only what is said is written', () => {
  const { to, text } = collect();
  const live = liveLines(to, { moves: false, now: () => 0 });
  live.draw(() => ['never'], true);
  live.print('said');
  live.clear();
  expect(text()).toBe('said\n');
});
