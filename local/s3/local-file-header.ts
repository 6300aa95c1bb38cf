import * as z from 'zod';

/**
 * A PUT of an object with this header has no body: the object's content is already on this machine. Like every x-amz-*
 * header it must be signed. No other S3 knows it.
 */
export const LOCAL_FILE_HEADER = 'x-amz-spectra-local-file';

/** The header's JSON: stretches of files, by their path in the server's folder of local files, one after another. */
export const LocalFilePieces = z
  .array(
    z.object({
      file: z.string().min(1),
      offset: z.number().int().nonnegative(),
      bytes: z.number().int().nonnegative(),
    }),
  )
  .min(1)
  .max(100);
export type LocalFilePieces = z.infer<typeof LocalFilePieces>;
