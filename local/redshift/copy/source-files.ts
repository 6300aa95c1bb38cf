import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { SqlError } from '../sql/sql-error.ts';
import type { CopyCommand } from './copy-command.ts';
import { s3Location } from './parse-copy.ts';

/** An object to load. */
export interface SourceFile {
  readonly bucket: string;
  readonly key: string;
  /** s3://bucket/key */
  readonly url: string;
}

export interface SourceContext {
  readonly client: S3Client;
  readonly signal: AbortSignal;
}

const Manifest = z.object({
  entries: z.array(z.object({ url: z.string(), mandatory: z.boolean().default(false) })).min(1),
});

const urlOf = (bucket: string, key: string): string => `s3://${bucket}/${key}`;

const noSuchPrefix = (prefix: string): SqlError =>
  new SqlError('XX000', `The specified S3 prefix '${prefix}' does not exist`);

/** Objects of no bytes whose keys end with a slash are folders that consoles make. */
async function listed({ client, signal }: SourceContext, bucket: string, prefix: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  let ContinuationToken: string | undefined;
  do {
    const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken });
    const { Contents = [], NextContinuationToken } = await client.send(list, { abortSignal: signal });
    for (const { Key: key = '', Size: size = 0 } of Contents) {
      if (size > 0 || !key.endsWith('/')) files.push({ bucket, key, url: urlOf(bucket, key) });
    }
    ContinuationToken = NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return files;
}

async function manifestOf({ client, signal }: SourceContext, Bucket: string, Key: string): Promise<string> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal: signal });
    return (await Body?.transformToString()) ?? '';
  } catch (cause) {
    throw cause instanceof NoSuchKey ? noSuchPrefix(Key) : cause;
  }
}

function parseManifest(text: string): z.infer<typeof Manifest> {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new SqlError(
      'XX000',
      'The manifest file is invalid: it must be JSON with entries that have a url',
      undefined,
      {
        cause,
      },
    );
  }
}

async function fromManifest(context: SourceContext, bucket: string, key: string): Promise<SourceFile[]> {
  const { entries } = parseManifest(await manifestOf(context, bucket, key));
  const files: SourceFile[] = [];
  for (const { url, mandatory } of entries) {
    const at = s3Location(url);
    const found = (await listed(context, at.bucket, at.key)).find((file) => file.key === at.key);
    if (found !== undefined) files.push(found);
    else if (mandatory)
      throw new SqlError('XX000', `Problem reading manifest file: mandatory file ${url} does not exist`);
  }
  return files;
}

/** The objects that a COPY names, in the order of their keys or of the manifest. Rejects with SqlError if there are none. */
export async function sourceFiles(context: SourceContext, command: CopyCommand): Promise<SourceFile[]> {
  const { bucket, prefix, manifest } = command;
  const files = await (manifest ? fromManifest(context, bucket, prefix) : listed(context, bucket, prefix));
  if (files.length === 0) throw noSuchPrefix(prefix);
  return files;
}
