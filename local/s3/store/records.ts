import * as z from 'zod';
import { Checksum, ChecksumAlgorithm, ChecksumType } from '../checksums.ts';

/** A stretch of a data file; an object is the concatenation of its segments. */
export const Segment = z.object({
  file: z.string(),
  /** where in the file it begins; default 0 */
  offset: z.number().int().nonnegative().optional(),
  bytes: z.number().int().nonnegative(),
});
export type Segment = z.infer<typeof Segment>;

/** What the uploader said about the content and gets back with it. */
export const ContentAttributes = z.object({
  content_type: z.string(),
  /** cache-control, content-disposition, content-encoding, content-language, expires: as sent */
  headers: z.record(z.string(), z.string()),
  /** x-amz-meta-*, without the prefix */
  metadata: z.record(z.string(), z.string()),
});
export type ContentAttributes = z.infer<typeof ContentAttributes>;

export const ObjectRecord = ContentAttributes.extend({
  key: z.string(),
  /** `null` while the bucket is not versioned, as in S3 */
  version_id: z.string(),
  bytes: z.number().int().nonnegative(),
  /** without quotes */
  etag: z.string(),
  last_modified: z.iso.datetime(),
  /** missing while nobody has asked for that of an object which came by reference */
  checksum: Checksum.optional(),
  segments: z.array(Segment),
});
export type ObjectRecord = z.infer<typeof ObjectRecord>;
export type ChecksummedObject = ObjectRecord & { checksum: Checksum };

export const BucketRecord = z.object({
  name: z.string(),
  created_at: z.iso.datetime(),
  /** the LifecycleConfiguration document as it was put */
  lifecycle: z.string().optional(),
});
export type BucketRecord = z.infer<typeof BucketRecord>;

export const UploadRecord = ContentAttributes.extend({
  upload_id: z.string(),
  key: z.string(),
  initiated: z.iso.datetime(),
  checksum_algorithm: ChecksumAlgorithm,
  checksum_type: ChecksumType,
});
export type UploadRecord = z.infer<typeof UploadRecord>;

export const PartRecord = z.object({
  number: z.number().int().min(1).max(10_000),
  etag: z.string(),
  last_modified: z.iso.datetime(),
  checksum: Checksum,
  segment: Segment,
});
export type PartRecord = z.infer<typeof PartRecord>;
