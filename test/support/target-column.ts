import type { TargetColumn } from '../../core/load/target.ts';

/** A column of a table that takes NULL and has no default. */
export const targetColumn = (name: string, type: string, more: Partial<TargetColumn> = {}): TargetColumn => ({
  name,
  type,
  nullable: true,
  has_default: false,
  ...more,
});
