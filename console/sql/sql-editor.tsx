import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { marked, sqlLook } from './look.ts';
import type { Place } from './place.ts';

interface SqlEditorProps {
  /** What is there at first; changes of it change nothing. */
  initial: string;
  onChange: (sql: string) => void;
  /** Ctrl+Enter, or Cmd+Enter. */
  onSubmit: () => void;
  /** What is at fault. */
  fault: Pick<Place, 'from' | 'to'> | undefined;
}

/** A query to be written. Tab leaves it, as it does any field. */
export function SqlEditor({ initial, onChange, onSubmit, fault }: SqlEditorProps) {
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const faults = useRef(new Compartment());
  const begun = useRef(initial);
  const told = useRef({ onChange, onSubmit });
  useEffect(() => {
    told.current = { onChange, onSubmit };
  });
  useEffect(() => {
    if (!holder.current) return undefined;
    const submit = () => {
      told.current.onSubmit();
      return true;
    };
    const editor = new EditorView({
      parent: holder.current,
      state: EditorState.create({
        doc: begun.current,
        extensions: [
          sqlLook,
          history(),
          keymap.of([{ key: 'Mod-Enter', run: submit }, ...defaultKeymap, ...historyKeymap]),
          EditorView.contentAttributes.of({ 'aria-label': 'Query', 'aria-multiline': 'true' }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (docChanged) told.current.onChange(state.doc.toString());
          }),
          faults.current.of([]),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  const from = fault?.from;
  const to = fault?.to;
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    // The verdict is on what was written a moment ago: the text may be shorter by now.
    const fits = from !== undefined && to !== undefined && to <= editor.state.doc.length;
    editor.dispatch({ effects: faults.current.reconfigure(fits ? marked({ from, to }) : []) });
  }, [from, to]);
  return <div className="sql editor" ref={holder} />;
}
