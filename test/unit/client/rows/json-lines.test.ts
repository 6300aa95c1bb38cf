import { keepDigits, LineReader, parseLine } from '../../../../client/rows/json-lines.ts';

const exact = new Set(['big', 'x"y']);
const read = (line: string) => JSON.parse(keepDigits(line, exact)) as unknown;

it('keeps every digit of numbers in the columns that are exact, and touches nothing else', () => {
  expect(read('{"big":9007199254740993,"other":1.5}')).toEqual({ big: '9007199254740993', other: 1.5 });
  expect(read('{"a":"x,\\"big\\":1","big":-0.10,"x\\"y": 12e3}')).toEqual({
    a: 'x,"big":1',
    big: '-0.10',
    'x"y': '12e3',
  });
  expect(read('{"s":{"big":1},"l":[1,{"big":2}],"big":null}')).toEqual({
    s: { big: 1 },
    l: [1, { big: 2 }],
    big: null,
  });
  expect(read('{"big":"7","o":true}')).toEqual({ big: '7', o: true });
});

it('puts lines together again that came in pieces', () => {
  const lines = new LineReader();
  expect([...lines.push('{"a":1}\n{"a'), ...lines.push('":2}'), ...lines.push('\n\n{}'), ...lines.end()]).toEqual([
    '{"a":1}',
    '{"a":2}',
    '{}',
  ]);
});

it.each(['{"a":', '[1]', '7'])('refuses %s', (line) => {
  expect(() => parseLine(line)).toThrow(expect.objectContaining({ code: 'UNREADABLE_ROWS' }) as Error);
});
