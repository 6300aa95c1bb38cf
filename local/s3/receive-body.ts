import { createHash, type Hash } from 'node:crypto';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import { checksumHeader, ChecksumAlgorithm, createHasher, DEFAULT_ALGORITHM, type Hasher } from './checksums.ts';
import { s3Error } from './s3-error.ts';
import { amzField, amzFields, headerText, type S3Request } from './s3-request.ts';

/** Where the payload goes. `write` may buffer: the pieces are not reused. */
export interface Sink {
  write(piece: Uint8Array): Promise<void> | undefined;
}

export interface Received {
  bytes: number;
  /** hex */
  md5: string;
  checksum: { algorithm: ChecksumAlgorithm; value: string };
}

interface ReceiveOptions {
  maxBytes: number;
  /** the checksum to return whatever the client sends; by default the client's own, else CRC64NVME */
  algorithm?: ChecksumAlgorithm;
}

const STREAMING = {
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true },
} as const;

/**
 * Reads a body to its end into `sink`, decoding aws-chunked, and verifies everything the client said about it:
 * length, payload hash, Content-MD5 and checksum (header or trailer). Memory stays flat.
 * @throws S3Error on any mismatch: nothing may be published then
 */
export async function receiveBody(request: S3Request, sink: Sink, options: ReceiveOptions): Promise<Received> {
  const { payloadHash } = request.auth;
  const streaming = Object.hasOwn(STREAMING, payloadHash)
    ? STREAMING[payloadHash as keyof typeof STREAMING]
    : undefined;
  if (!streaming && payloadHash.startsWith('STREAMING-'))
    throw s3Error('NotImplemented', {}, `${payloadHash} is not implemented`);
  const decoder = streaming && new AwsChunkedDecoder(streaming.signed ? request.auth : undefined);
  const declared = declaredLength(request, decoder !== undefined);
  if (declared > options.maxBytes) throw s3Error('EntityTooLarge', { MaxSizeAllowed: String(options.maxBytes) });

  const claimed = claimedChecksum(request);
  const algorithm = options.algorithm ?? claimed?.algorithm ?? DEFAULT_ALGORITHM;
  const digest = await BodyDigest.start(
    new Set([algorithm, claimed?.algorithm ?? algorithm]),
    /^[0-9a-f]{64}$/.test(payloadHash),
  );
  for await (const wire of request.message as AsyncIterable<Buffer>) {
    for (const piece of decoder ? decoder.push(wire) : [wire]) {
      digest.update(piece);
      if (digest.bytes > declared) throw s3Error('IncompleteBody');
      await sink.write(piece);
    }
  }
  decoder?.finish();
  if (digest.bytes !== declared) throw s3Error('IncompleteBody');
  const { md5, checksums } = await digest.end();
  verifyHashes(request, digest, md5);
  if (claimed) verifyChecksum(claimed, decoder, checksums.get(claimed.algorithm));
  return {
    bytes: digest.bytes,
    md5: md5.toString('hex'),
    checksum: { algorithm, value: checksums.get(algorithm) ?? '' },
  };
}

function verifyHashes(request: S3Request, digest: BodyDigest, md5: Buffer): void {
  if (digest.sha256 && digest.sha256.digest('hex') !== request.auth.payloadHash)
    throw s3Error('XAmzContentSHA256Mismatch', { ClientComputedContentSHA256: request.auth.payloadHash });
  const contentMd5 = headerText(request, 'content-md5');
  if (contentMd5 !== undefined) {
    if (Buffer.from(contentMd5, 'base64').length !== 16) throw s3Error('InvalidDigest');
    if (contentMd5 !== md5.toString('base64'))
      throw s3Error('BadDigest', {}, 'The Content-MD5 you specified did not match what we received.');
  }
}

function verifyChecksum(
  claimed: ClaimedChecksum,
  decoder: AwsChunkedDecoder | undefined,
  value: string | undefined,
): void {
  const name = checksumHeader(claimed.algorithm);
  const expected = claimed.value ?? decoder?.trailers.get(name);
  if (expected === undefined) throw s3Error('InvalidRequest', {}, `The trailer ${name} is missing.`);
  if (expected !== value)
    throw s3Error('BadDigest', {}, `The ${claimed.algorithm} you specified did not match the calculated checksum.`);
}

class BodyDigest {
  bytes = 0;
  readonly sha256: Hash | undefined;
  private readonly md5: Hash = createHash('md5');
  private readonly hashers: Map<ChecksumAlgorithm, Hasher>;

  private constructor(hashers: Map<ChecksumAlgorithm, Hasher>, signedPayload: boolean) {
    this.hashers = hashers;
    this.sha256 = signedPayload ? createHash('sha256') : undefined;
  }

  static async start(algorithms: ReadonlySet<ChecksumAlgorithm>, signedPayload: boolean): Promise<BodyDigest> {
    const hashers = new Map<ChecksumAlgorithm, Hasher>();
    for (const algorithm of algorithms) hashers.set(algorithm, await createHasher(algorithm));
    return new BodyDigest(hashers, signedPayload);
  }

  update(piece: Uint8Array): void {
    this.bytes += piece.length;
    this.md5.update(piece);
    this.sha256?.update(piece);
    for (const hasher of this.hashers.values()) hasher.update(piece);
  }

  async end(): Promise<{ md5: Buffer; checksums: Map<ChecksumAlgorithm, string> }> {
    const checksums = new Map<ChecksumAlgorithm, string>();
    for (const [algorithm, hasher] of this.hashers) checksums.set(algorithm, await hasher.digest());
    return { md5: this.md5.digest(), checksums };
  }
}

function declaredLength(request: S3Request, chunked: boolean): number {
  const name = chunked ? 'x-amz-decoded-content-length' : 'content-length';
  const text = headerText(request, name);
  if (text === undefined) {
    const bodiless = !chunked && request.headers['transfer-encoding'] === undefined;
    if (bodiless) return 0;
    throw s3Error('MissingContentLength');
  }
  if (!/^\d{1,15}$/.test(text)) throw s3Error('InvalidArgument', { ArgumentName: name });
  return Number(text);
}

interface ClaimedChecksum {
  algorithm: ChecksumAlgorithm;
  /** base64; undefined when it comes as a trailer */
  value: string | undefined;
}

function claimedChecksum(request: S3Request): ClaimedChecksum | undefined {
  const trailer = amzField(request, 'x-amz-trailer')?.toLowerCase();
  const claims = ChecksumAlgorithm.options.flatMap((algorithm): ClaimedChecksum[] => {
    const value = amzField(request, checksumHeader(algorithm));
    if (value !== undefined) return [{ algorithm, value }];
    return trailer === checksumHeader(algorithm) ? [{ algorithm, value: undefined }] : [];
  });
  if (claims.length > 1)
    throw s3Error(
      'InvalidRequest',
      {},
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  const known = new Set(['x-amz-checksum-mode', 'x-amz-checksum-type', 'x-amz-checksum-algorithm']);
  const others = [...amzFields(request, 'x-amz-checksum-').keys()].filter((name) => !known.has(name));
  if (claims.length === 0 && others.length > 0)
    throw s3Error('NotImplemented', {}, `${others.join(', ')} is not implemented`);
  return claims[0];
}
