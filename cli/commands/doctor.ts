import type { Command } from '../command.ts';
import { diagnose } from '../doctor/diagnose.ts';
import type { Finding } from '../doctor/finding.ts';
import type { Paint } from '../render/paint.ts';
import { plural } from '../render/amounts.ts';
import { printable } from '../render/printable.ts';

const marks: Readonly<Record<Finding['state'], [mark: string, colour: Parameters<Paint>[0]]>> = {
  ok: ['ok   ', 'green'],
  note: ['note ', 'yellow'],
  wrong: ['WRONG', 'red'],
};

export const doctor: Command = {
  words: ['doctor'],
  summary: 'Find what is wrong with address, credential, permissions, clock, Node, Java or AWS',
  options: { strict: { kind: 'flag', help: 'notes count as wrong too' } },
  notes: [
    'Exit code 1 when something is wrong. Java and AWS credentials are notes: only `spectra local` and `spectra keys` need them. Nothing is created or changed.',
  ],
  run: async ({ io, ui, values }) => {
    let wrong = 0;
    for await (const finding of diagnose(io, values)) {
      const { state, what, found, mend } = finding;
      ui.record('check', finding);
      const [mark, colour] = marks[state];
      ui.out(`${ui.paint(colour, mark)}  ${what.padEnd(12)}  ${printable(found)}`);
      if (mend !== undefined) ui.out(`${' '.repeat(21)}${ui.paint('dim', printable(mend))}`);
      if (state === 'wrong' || (state === 'note' && values.flag('strict'))) wrong += 1;
    }
    ui.say(wrong === 0 ? 'Nothing is wrong.' : `${plural(wrong, 'thing')} to mend.`);
    return wrong === 0 ? undefined : 1;
  },
};
