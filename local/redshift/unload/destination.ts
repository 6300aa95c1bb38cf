import { DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { SqlError } from '../sql/sql-error.ts';
import type { UnloadCommand } from './unload-command.ts';

const NOT_EMPTY =
  'Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, manually removing the target files in S3, or using the ALLOWOVERWRITE option.';

async function clean(client: S3Client, Bucket: string, Prefix: string, abortSignal: AbortSignal): Promise<void> {
  for (;;) {
    const { Contents = [], IsTruncated } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }), {
      abortSignal,
    });
    const Objects = Contents.map(({ Key }) => ({ Key }));
    if (Objects.length > 0)
      await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }), { abortSignal });
    if (IsTruncated !== true) return;
  }
}

/** Refuses a destination that has objects, or empties it, as the command says. `prefix` may be a partition's. */
export async function prepareDestination(
  client: S3Client,
  command: UnloadCommand,
  prefix: string,
  signal: AbortSignal,
): Promise<void> {
  switch (command.existing) {
    case 'overwrite':
      return;
    case 'clean':
      return clean(client, command.bucket, prefix, signal);
    case 'refuse': {
      const list = new ListObjectsV2Command({ Bucket: command.bucket, Prefix: prefix, MaxKeys: 1 });
      const { KeyCount = 0 } = await client.send(list, { abortSignal: signal });
      if (KeyCount > 0) throw new SqlError('XX000', NOT_EMPTY);
    }
  }
}
