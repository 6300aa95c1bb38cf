import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { marked, sqlLook } from './look.ts';
import type { Place } from './place.ts';

interface SqlViewProps {
  sql: string;
  /** What of it is at fault. */
  fault: Pick<Place, 'from' | 'to'> | undefined;
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
