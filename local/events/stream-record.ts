/** One change of an item, as Lambda gets it. Attribute values are DynamoDB JSON. */
export interface StreamRecord {
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  eventVersion: string;
  eventSource: 'aws:dynamodb';
  awsRegion: string;
  eventSourceARN: string;
  /** Only on what the time to live removed. */
  userIdentity?: { type: 'Service'; principalId: 'dynamodb.amazonaws.com' };
  dynamodb: {
    /** Seconds since the epoch */
    ApproximateCreationDateTime: number;
    Keys: Readonly<Record<string, unknown>>;
    NewImage?: Readonly<Record<string, unknown>>;
    OldImage?: Readonly<Record<string, unknown>>;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: string;
  };
}

/** Reads a table's stream in order. */
export interface StreamReader {
  /** At most so many records that were not read yet; none when there are no more for now. */
  next: (limit: number) => Promise<StreamRecord[]>;
  /** The shard that the last records came from. */
  shardId: () => string;
}
