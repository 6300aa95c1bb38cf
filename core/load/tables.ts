import { objectNameParts } from '../../contract/load.ts';
import { quotedIdentifier } from '../sql/literal.ts';
import { freeName } from './column-names.ts';

/** The names of a load's tables. None is that of the target, which statements call by its bare name. */
export type LoadTables = {
  /** Schema and table, quoted. */
  readonly target: string;
  /** The table alone, quoted: how its columns are qualified. */
  readonly own: string;
  readonly rejected: string;
  readonly lines: string;
  readonly fields: string;
  readonly staged: string;
  readonly twice: string;
  readonly known: string;
  readonly guard: string;
  readonly input: (file: number) => string;
};

/** @throws RangeError when `object` is no ObjectName */
export function loadTables(object: string): LoadTables {
  const name = objectNameParts(object);
  if (!name) throw new RangeError('not schema.table');
  const free = (wanted: string): string => freeName(wanted, [name.table]);
  return {
    target: `${quotedIdentifier(name.schema)}.${quotedIdentifier(name.table)}`,
    own: quotedIdentifier(name.table),
    rejected: free('rejected'),
    lines: free('lines'),
    fields: free('fields'),
    staged: free('staged'),
    twice: free('twice'),
    known: free('known'),
    guard: free('guard'),
    input: (file) => free(`in_${file}`),
  };
}
