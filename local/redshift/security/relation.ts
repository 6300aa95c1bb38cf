import { sqlName } from '../sql/rewriter.ts';

/** A table or view, in the names the catalog has. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
}

export const relationSql = ({ schema, name }: Relation): string => `${sqlName(schema)}.${sqlName(name)}`;

/** For maps: the engine compares names without regard to case. */
export const relationKey = ({ schema, name }: Relation): string => JSON.stringify([schema, name]).toLowerCase();

export const sameRelation = (a: Relation, b: Relation): boolean => relationKey(a) === relationKey(b);
