import type { DynamoDBClient, Put, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { IdempotencyRecord, type KeyUseIn, type StoredAnswer } from '../../contract/records.ts';
import type { BeginOutcome, IdempotencyStore } from '../../core/ports.ts';
import { type Backoff, backoff, refusals, retryConflicts } from './conflicts.ts';
import type { DynamoOptions } from './job-store.ts';
import { items, keys, read, values } from './records.ts';

/** DynamoDB deletes what has outlived its ttl up to days late: until then it does not count. */
export function claimKey(table: string, record: IdempotencyRecord, now: Date): Put {
  const unused = 'attribute_not_exists(pk)';
  const outlived = '#ttl <= :now';
  return {
    TableName: table,
    Item: items.idempotency(record),
    ConditionExpression: `${unused} OR ${outlived}`,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':now': { N: String(Math.floor(now.getTime() / 1000)) } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

const heldBy = (lease: string) => ({
  ConditionExpression: 'phase = :running AND lease_id = :lease',
  values: { ':running': { S: 'running' }, ':lease': { S: lease } },
});

/** Idempotency-Keys in the single table. */
export class DynamoIdempotencyStore implements IdempotencyStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #backoff: Backoff;

  constructor(options: DynamoOptions) {
    this.#client = options.client;
    this.#table = options.table;
    this.#backoff = options.backoff ?? backoff;
  }

  async begin(use: KeyUseIn<'running'>, now: Date): Promise<BeginOutcome> {
    const claim = claimKey(this.#table, use, now);
    try {
      await retryConflicts(this.#backoff, () => this.#client.send(new PutItemCommand(claim)));
      return { outcome: 'begun' };
    } catch (error) {
      const refusal = refusals(error)?.[0];
      if (!refusal?.refused || !refusal.item) throw error;
      const earlier = read(IdempotencyRecord, refusal.item);
      // The SDK sends again what got no answer: then the key is held by this very claim.
      if (earlier.phase === 'running' && earlier.lease_id === use.lease_id) return { outcome: 'begun' };
      return { outcome: 'held', earlier };
    }
  }

  async takeOver(use: KeyUseIn<'running'>, dead: string): Promise<boolean> {
    const { ConditionExpression, values: held } = heldBy(dead);
    const taken = await this.#update({
      TableName: this.#table,
      Key: keys.idempotency(use),
      UpdateExpression: 'SET lease_id = :new, lease_until = :until',
      ConditionExpression,
      ExpressionAttributeValues: { ...held, ...values({ ':new': use.lease_id, ':until': use.lease_until }) },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    if (taken === 'done') return true;
    return taken?.phase === 'running' && taken.lease_id === use.lease_id;
  }

  async keep(use: KeyUseIn<'running'>, answer: StoredAnswer): Promise<void> {
    const { ConditionExpression, values: held } = heldBy(use.lease_id);
    await this.#update({
      TableName: this.#table,
      Key: keys.idempotency(use),
      UpdateExpression: 'SET phase = :answered, answer = :answer REMOVE lease_id, lease_until, attempt',
      ConditionExpression,
      ExpressionAttributeValues: { ...held, ...values({ ':answered': 'answered', ':answer': answer }) },
    });
  }

  async forget(use: KeyUseIn<'running'>): Promise<void> {
    const { ConditionExpression, values: held } = heldBy(use.lease_id);
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: keys.idempotency(use),
      ConditionExpression,
      ExpressionAttributeValues: held,
    });
    await this.#unlessRefused(() => this.#client.send(command));
  }

  async expire(use: KeyUseIn<'running'>, now: Date): Promise<void> {
    const { ConditionExpression, values: held } = heldBy(use.lease_id);
    await this.#update({
      TableName: this.#table,
      Key: keys.idempotency(use),
      UpdateExpression: 'SET lease_until = :now',
      ConditionExpression,
      ExpressionAttributeValues: { ...held, ':now': { N: String(now.getTime()) } },
    });
  }

  #update(input: UpdateItemCommandInput): Promise<'done' | IdempotencyRecord | undefined> {
    return this.#unlessRefused(() => this.#client.send(new UpdateItemCommand(input)));
  }

  /** Whoever lost the lease has nothing more to say; the record as it is now, where the call asked for it. */
  async #unlessRefused(write: () => Promise<unknown>): Promise<'done' | IdempotencyRecord | undefined> {
    try {
      await retryConflicts(this.#backoff, write);
      return 'done';
    } catch (error) {
      const refusal = refusals(error)?.[0];
      if (!refusal?.refused) throw error;
      return refusal.item && read(IdempotencyRecord, refusal.item);
    }
  }
}
