import * as z from 'zod';
import { operation } from './operation.ts';
import { StatementId, WaitTimeSeconds } from './shared-schemas.ts';
import { describeView } from './statement-views.ts';

export const describeStatement = operation(z.object({ Id: StatementId, WaitTimeSeconds }), async ({ store }, input) => {
  const statement = store.get(input.Id);
  await store.waitUntilEnded(statement, (input.WaitTimeSeconds ?? 0) * 1000);
  return describeView(statement);
});
