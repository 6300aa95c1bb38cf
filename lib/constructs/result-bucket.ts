import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  HttpMethods,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Where every result lies, and every file that was uploaded for a load; nothing else in the bucket is granted to anybody. */
export const resultsPrefix = 'results/';
export const uploadsPrefix = 'uploads/';

export interface ResultBucketProps {
  resultTtlDays: number;
  jobTtlDays: number;
  logRetentionDays: number;
  corsOrigins: string[];
  keepData: boolean;
}

/**
 * Results and uploads, and who read them. Not versioned: a run writes under a prefix of its own, an upload is written once, and what
 * is deleted on request must be gone. Encrypted by S3 (SSE-S3): docs/adr/0020-infra-encryption.md.
 */
export class ResultBucket extends Construct {
  readonly bucket: Bucket;
  readonly #corsOrigins: readonly string[];

  constructor(scope: Construct, id: string, props: ResultBucketProps) {
    super(scope, id);
    const safe = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: props.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...safe,
      lifecycleRules: [
        { expiration: Duration.days(props.logRetentionDays), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    this.bucket = new Bucket(this, 'Bucket', {
      ...safe,
      serverAccessLogsBucket: accessLogs as IBucket,
      serverAccessLogsPrefix: 'results-bucket/',
      lifecycleRules: [
        {
          id: 'expire-results',
          prefix: resultsPrefix,
          // One day on top, so that the job says RESULTS_EXPIRED before the files are gone.
          expiration: Duration.days(props.resultTtlDays + 1),
        },
        {
          id: 'expire-uploads',
          prefix: uploadsPrefix,
          // They go with their job; this is for what is left. A job may be open, and after its end be run again, for so many days.
          expiration: Duration.days(2 * props.jobTtlDays + 2),
        },
        { id: 'abort-unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    this.#corsOrigins = props.corsOrigins;
    this.#open(props.corsOrigins);
  }

  /** For the pages of the service itself: what they show and send goes to the bucket. */
  openToPagesOf(origin: string): void {
    if (!this.#corsOrigins.includes('*')) this.#open([origin]);
  }

  #open(origins: string[]): void {
    this.bucket.addCorsRule({
      allowedMethods: [HttpMethods.GET, HttpMethods.HEAD, HttpMethods.PUT],
      allowedOrigins: origins,
      allowedHeaders: ['content-type', 'if-none-match', 'range'],
      exposedHeaders: [
        ...['accept-ranges', 'content-disposition', 'content-length', 'content-range', 'etag'],
        ...['x-amz-checksum-crc64nvme', 'x-amz-checksum-type'],
      ],
      maxAge: 3600,
    });
  }
}
