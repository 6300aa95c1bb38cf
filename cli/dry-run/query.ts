import { judgeQuery } from '../../core/sql/guard.ts';
import type { Ui } from '../ui.ts';
import { accepted, refusal } from './verdict.ts';

/** Shows the guard's verdict on a short query. @throws SpectraError QUERY_REFUSED as the service does */
export function dryRunQuery(ui: Ui, sql: string): void {
  const verdict = judgeQuery(sql, { named_parameters: true });
  if (verdict.verdict === 'refused') throw refusal(verdict);
  accepted(ui, { operation: 'query', statement: verdict.sql, verdict });
}
