import { styleText } from 'node:util';
import type { Io, Out } from '../io.ts';

type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Paint = (colour: Colour, text: string) => string;

/** Colours for a terminal that shows them, and for nothing else (no-color.org). */
export function paintFor({ isTTY }: Pick<Out, 'isTTY'>, env: Io['env']): Paint {
  const wanted = isTTY && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return wanted ? (colour, text) => styleText(colour, text, { validateStream: false }) : (_, text) => text;
}
