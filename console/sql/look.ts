import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { Decoration, drawSelection, EditorView, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import type { Place } from './place.ts';

/** Colours are classes, which style.css knows for light and dark. */
export const sqlLook: Extension = [
  sql({ dialect: PostgreSQL }),
  syntaxHighlighting(classHighlighter),
  lineNumbers(),
  drawSelection(),
  EditorView.lineWrapping,
];

const faultMark = Decoration.mark({ class: 'fault', attributes: { title: 'The error is here' } });

/** Underlines what is at fault. */
export function marked({ from, to }: Pick<Place, 'from' | 'to'>): Extension {
  return EditorView.decorations.of(to > from ? Decoration.set([faultMark.range(from, to)]) : Decoration.none);
}
