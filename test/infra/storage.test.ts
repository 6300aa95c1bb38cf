import { synthesize, trial, withPages } from './stack.ts';

const standard = synthesize();
const [table] = Object.values(standard.ofType('AWS::DynamoDB::Table'));
const buckets = Object.entries(standard.ofType('AWS::S3::Bucket'));
const results = buckets.find(([id]) => id.startsWith('ResultsBucket'))?.[1];
const asText = (value: unknown) => JSON.stringify(value);

describe('the table', () => {
  it('can be brought back to any second of the last weeks', () => {
    expect(table?.Properties.PointInTimeRecoverySpecification).toMatchObject({ PointInTimeRecoveryEnabled: true });
  });

  it('outlives its stack and resists deletion, except in a trial', () => {
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', Properties: { DeletionProtectionEnabled: true } });
    const [ofTrial] = Object.values(synthesize(trial).ofType('AWS::DynamoDB::Table'));
    expect(ofTrial).toMatchObject({ DeletionPolicy: 'Delete', Properties: { DeletionProtectionEnabled: false } });
  });

  it('forgets by ttl, streams both images and is paid by use', () => {
    expect(table?.Properties).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      BillingMode: 'PAY_PER_REQUEST',
    });
  });

  it('has one index, of unfinished jobs, that carries what admission and the sweep decide on', () => {
    expect(table?.Properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: 'unfinished',
        KeySchema: [
          { AttributeName: 'unfinished', KeyType: 'HASH' },
          { AttributeName: 'unfinished_order', KeyType: 'RANGE' },
        ],
        Projection: {
          ProjectionType: 'INCLUDE',
          NonKeyAttributes: expect.arrayContaining([
            'tenant_id',
            'job_id',
            'attempt',
            'statement_id',
            'desired_state',
            'content_type',
          ]) as unknown,
        },
      },
    ]);
  });
});

describe('the buckets', () => {
  it.each(buckets)('%s is private, encrypted and reached by TLS alone', (id, bucket) => {
    expect(bucket.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    const policies = Object.values(standard.ofType('AWS::S3::BucketPolicy')).map(({ Properties }) =>
      asText(Properties),
    );
    const its = policies.find((policy) => policy.includes(`"Bucket":{"Ref":"${id}"}`)) ?? '';
    expect(its).toMatch(/"aws:SecureTransport":"false"\}\},"Effect":"Deny"/);
    expect(its).toMatch(/"s3:TlsVersion":1\.2\}\},"Effect":"Deny"/);
  });

  it('results are deleted a day after they expire, never before', () => {
    const days = (ttl: string) => {
      const found = Object.entries(synthesize({ SPECTRA_RESULT_TTL_DAYS: ttl }).ofType('AWS::S3::Bucket'));
      const bucket = found.find(([id]) => id.startsWith('ResultsBucket'))?.[1];
      return bucket?.Properties.LifecycleConfiguration;
    };
    expect(days('3')).toMatchObject({
      Rules: expect.arrayContaining([expect.objectContaining({ Prefix: 'results/', ExpirationInDays: 4 })]) as unknown,
    });
  });

  it('uploads outlive the longest time that their job may be open and then be run again', () => {
    const rule = (ttl: string) =>
      Object.values(synthesize({ SPECTRA_JOB_TTL_DAYS: ttl }).ofType('AWS::S3::Bucket')).map(
        ({ Properties }) => Properties.LifecycleConfiguration,
      );
    const expires = { Prefix: 'uploads/', ExpirationInDays: 8 };
    expect(rule('3')).toContainEqual({ Rules: expect.arrayContaining([expect.objectContaining(expires)]) as unknown });
  });

  it('the parts of a broken upload are not paid for ever', () => {
    for (const [, { Properties }] of buckets) {
      expect(asText(Properties.LifecycleConfiguration)).toContain(
        '"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":1}',
      );
    }
  });

  it('a deleted result is gone: no old versions are kept', () => {
    expect(results?.Properties.VersioningConfiguration).toBeUndefined();
  });

  it('who downloads is logged', () => {
    expect(results?.Properties.LoggingConfiguration).toMatchObject({
      DestinationBucketName: { Ref: expect.stringContaining('AccessLogs') as unknown },
    });
  });

  const corsRules = (context: Record<string, string>) =>
    Object.values(synthesize(context).ofType('AWS::S3::Bucket')).flatMap(
      ({ Properties }) => (Properties.CorsConfiguration as { CorsRules: unknown[] } | undefined)?.CorsRules ?? [],
    );
  const rule = (AllowedOrigins: unknown) =>
    expect.objectContaining({
      AllowedMethods: ['GET', 'HEAD', 'PUT'],
      AllowedHeaders: expect.arrayContaining(['content-type', 'if-none-match']) as unknown,
      ExposedHeaders: expect.arrayContaining(['etag', 'x-amz-checksum-crc64nvme', 'x-amz-checksum-type']) as unknown,
      AllowedOrigins,
    }) as unknown;
  const two = { SPECTRA_CORS_ORIGINS: 'https://a.example, https://b.example' };
  const named = ['https://a.example', 'https://b.example'];

  it('web pages may read results and upload, from the origins that the operator names', () => {
    expect(corsRules(two)).toEqual([rule(named)]);
  });

  it('so may the pages of the service, which nobody has to name', () => {
    const own = JSON.stringify(corsRules({ ...two, ...withPages })[1]);
    expect(corsRules({ ...two, ...withPages })).toEqual([rule(named), rule([expect.anything()])]);
    expect(own).toMatch(/https:\/\/.*"Ref":"HttpApi\w*".*\.execute-api\./);
    expect(corsRules(withPages)).toEqual([rule(['*'])]);
  });
});

it('data outlives the stack unless the operator says otherwise', () => {
  const kept = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::Logs::LogGroup'];
  for (const type of kept) {
    for (const { DeletionPolicy } of Object.values(standard.ofType(type))) expect(DeletionPolicy).toBe('Retain');
    for (const { DeletionPolicy } of Object.values(synthesize(trial).ofType(type)))
      expect(DeletionPolicy).toBe('Delete');
  }
});

it('no custom resource is in the stack: nothing of it runs at deployment', () => {
  const types = Object.values(standard.template.toJSON().Resources as Record<string, { Type: string }>).map(
    ({ Type }) => Type,
  );
  expect(types.filter((type) => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource')).toEqual(
    [],
  );
});
