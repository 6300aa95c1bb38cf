import { createHash, type Hash } from 'node:crypto';
import { hmac, scopeText, sha256Hex } from '../sigv4/signing.ts';
import { sameText, type Verified } from '../sigv4/verify-signature.ts';
import { s3Error } from './s3-error.ts';

type State = 'size' | 'data' | 'data-end' | 'trailer' | 'done';

const MAX_LINE_BYTES = 8192;
const EMPTY_HASH = sha256Hex('');

/**
 * Decodes `Content-Encoding: aws-chunked` bodies piece by piece without copying data: chunk sizes, chunk signatures
 * (when `seed` is given) and trailers.
 * @throws S3Error InvalidRequest, IncompleteBody, SignatureDoesNotMatch
 */
export class AwsChunkedDecoder {
  /** names in lower case; complete once `finish` has returned */
  readonly trailers = new Map<string, string>();
  private readonly seed: Verified | undefined;
  private state: State = 'size';
  private line = '';
  private remaining = 0;
  private previousSignature: string;
  private chunkSignature = '';
  private chunkHash: Hash = createHash('sha256');
  private trailerText = '';

  constructor(seed: Verified | undefined) {
    this.seed = seed;
    this.previousSignature = seed?.signature ?? '';
  }

  /** Takes the next bytes off the wire and returns the pieces of payload in them. */
  push(buffer: Buffer): Buffer[] {
    const pieces: Buffer[] = [];
    let offset = 0;
    while (offset < buffer.length) {
      if (this.state === 'done') throw s3Error('InvalidRequest', {}, 'There is data after the last chunk.');
      if (this.state === 'data') {
        const piece = buffer.subarray(offset, offset + this.remaining);
        offset += piece.length;
        this.takeData(piece);
        pieces.push(piece);
      } else {
        offset = this.readLine(buffer, offset);
      }
    }
    return pieces;
  }

  /** @throws S3Error IncompleteBody unless the final chunk and the trailers have been read */
  finish(): void {
    if (this.state !== 'done') throw s3Error('IncompleteBody');
  }

  private takeData(piece: Buffer): void {
    if (this.seed) this.chunkHash.update(piece);
    this.remaining -= piece.length;
    if (this.remaining === 0) this.state = 'data-end';
  }

  private readLine(buffer: Buffer, offset: number): number {
    const end = buffer.indexOf(0x0a, offset);
    const stop = end === -1 ? buffer.length : end + 1;
    this.line += buffer.toString('latin1', offset, stop);
    if (this.line.length > MAX_LINE_BYTES) throw s3Error('InvalidRequest', {}, 'A chunk header is too long.');
    if (this.line.endsWith('\r\n')) {
      const line = this.line.slice(0, -2);
      this.line = '';
      this.takeLine(line);
    }
    return stop;
  }

  private takeLine(line: string): void {
    switch (this.state) {
      case 'size':
        this.takeSize(line);
        return;
      case 'data-end':
        if (line !== '') throw s3Error('InvalidRequest', {}, 'A chunk is longer than its header says.');
        this.verifyChunk();
        this.state = 'size';
        return;
      case 'trailer':
        if (line === '') this.endTrailers();
        else this.takeTrailer(line);
        return;
      case 'data':
      case 'done':
        throw s3Error('InternalError');
    }
  }

  private takeSize(line: string): void {
    const match = /^([0-9a-fA-F]{1,10})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
    if (!match?.[1]) throw s3Error('InvalidRequest', {}, 'A chunk header is malformed.');
    if (this.seed && match[2] === undefined) throw s3Error('SignatureDoesNotMatch');
    this.remaining = Number.parseInt(match[1], 16);
    this.chunkSignature = match[2] ?? '';
    if (this.remaining > 0) {
      this.state = 'data';
      return;
    }
    this.verifyChunk();
    this.state = 'trailer';
  }

  private takeTrailer(line: string): void {
    const at = line.indexOf(':');
    if (at === -1) throw s3Error('InvalidRequest', {}, 'A trailer is malformed.');
    const [name, value] = [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
    this.trailers.set(name, value);
    if (name !== 'x-amz-trailer-signature') this.trailerText += `${name}:${value}\n`;
  }

  private endTrailers(): void {
    if (this.seed && this.trailerText !== '') {
      const expected = this.sign('AWS4-HMAC-SHA256-TRAILER', [sha256Hex(this.trailerText)]);
      if (!sameText(expected, this.trailers.get('x-amz-trailer-signature') ?? ''))
        throw s3Error('SignatureDoesNotMatch');
    }
    this.state = 'done';
  }

  private verifyChunk(): void {
    if (!this.seed) return;
    const expected = this.sign('AWS4-HMAC-SHA256-PAYLOAD', [EMPTY_HASH, this.chunkHash.digest('hex')]);
    if (!sameText(expected, this.chunkSignature)) throw s3Error('SignatureDoesNotMatch');
    this.previousSignature = expected;
    this.chunkHash = createHash('sha256');
  }

  private sign(algorithm: string, hashes: string[]): string {
    if (!this.seed) throw s3Error('InternalError');
    const { key, amzDate, scope } = this.seed;
    return hmac(key, [algorithm, amzDate, scopeText(scope), this.previousSignature, ...hashes].join('\n')).toString(
      'hex',
    );
  }
}
