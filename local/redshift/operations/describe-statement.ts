import * as z from 'zod';
import { operation } from './operation.ts';
import { ownStatement } from './ownership.ts';
import { StatementId, WaitTimeSeconds } from './shared-schemas.ts';
import { describeView } from './statement-views.ts';

export const describeStatement = operation(
  z.object({ Id: StatementId, WaitTimeSeconds }),
  async ({ store }, input, caller) => {
    const statement = ownStatement(store, input.Id, caller, 'DescribeStatement');
    await store.waitUntilEnded(statement, (input.WaitTimeSeconds ?? 0) * 1000);
    return describeView(statement);
  },
);
