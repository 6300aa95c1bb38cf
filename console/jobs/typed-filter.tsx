import { TextInput } from '@mantine/core';
import { useState } from 'react';

interface TypedFilterProps {
  label: string;
  type?: 'text' | 'datetime-local';
  value: string;
  /** Told by Enter, and when the field is left. */
  onCommit: (typed: string) => void;
}

/** A field that acts when it is done with, not with every key. */
export function TypedFilter({ label, type = 'text', value, onCommit }: TypedFilterProps) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  const commit = () => {
    if (typed.trim() !== value) onCommit(typed.trim());
  };
  return (
    <TextInput
      label={label}
      type={type}
      size="xs"
      w={type === 'text' ? 150 : undefined}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
