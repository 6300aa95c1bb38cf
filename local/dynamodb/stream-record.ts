import type { AttributeValue as StreamValue, _Record } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';

interface RecordContext {
  region: string;
  eventSourceArn: string;
  /** the record is an expiry by time to live */
  byTtl: boolean;
}

/** A stream record in the shape in which Lambda receives it: binary as base64, times as epoch seconds. */
export function toLambdaRecord(record: _Record, context: RecordContext): DynamoDBRecord {
  const { dynamodb = {} } = record;
  const { ApproximateCreationDateTime: createdAt, ...rest } = dynamodb;
  const plain = {
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion ?? '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: context.region,
    dynamodb: { ApproximateCreationDateTime: createdAt && Math.floor(createdAt.getTime() / 1000), ...rest },
    eventSourceARN: context.eventSourceArn,
    ...(context.byTtl ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } } : {}),
  };
  return JSON.parse(JSON.stringify(plain, encodeBinary)) as DynamoDBRecord;
}

/** Buffers have a toJSON of their own, which comes first: their value is looked up on the holder. */
function encodeBinary(this: unknown, key: string, value: unknown): unknown {
  const raw: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, key) : value;
  return raw instanceof Uint8Array ? Buffer.from(raw).toString('base64') : value;
}

export type StreamKeys = Record<string, StreamValue>;
