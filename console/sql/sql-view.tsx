import { PostgreSQL, sql as sqlLanguage } from '@codemirror/lang-sql';
import { syntaxHighlighting } from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import { Decoration, drawSelection, EditorView, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { Place } from './place.ts';

interface SqlViewProps {
  sql: string;
  /** What of it is at fault. */
  fault: Pick<Place, 'from' | 'to'> | undefined;
}

/** Colours are classes, which style.css knows for light and dark. */
export const sqlLook: Extension = [
  sqlLanguage({ dialect: PostgreSQL }),
  syntaxHighlighting(classHighlighter),
  lineNumbers(),
  drawSelection(),
  EditorView.lineWrapping,
];

const faultMark = Decoration.mark({ class: 'fault', attributes: { title: 'The error is here' } });

function marked({ from, to }: Pick<Place, 'from' | 'to'>): Extension {
  return EditorView.decorations.of(to > from ? Decoration.set([faultMark.range(from, to)]) : Decoration.none);
}

/** A query to be read. */
export default function SqlView({ sql, fault }: SqlViewProps) {
  const holder = useRef<HTMLDivElement>(null);
  const from = fault?.from;
  const to = fault?.to;
  useEffect(() => {
    if (!holder.current) return undefined;
    const at = from === undefined || to === undefined ? undefined : { from, to };
    const view = new EditorView({
      parent: holder.current,
      state: EditorState.create({
        doc: sql,
        extensions: [
          sqlLook,
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ 'aria-label': 'Query', 'aria-readonly': 'true' }),
          at ? marked(at) : [],
        ],
      }),
      ...(at && { scrollTo: EditorView.scrollIntoView(at.from, { y: 'center' }) }),
    });
    return () => view.destroy();
  }, [sql, from, to]);
  return <div className="sql" ref={holder} />;
}
