import type * as z from 'zod';
import type { Call } from './call.ts';
import { receiveBody } from './receive-body.ts';
import { parseXmlBody } from './xml.ts';

const MAX_DOCUMENT_BYTES = 2 * 1024 * 1024;

/** Reads a small request body whole, verified like any other. */
export async function readTextBody(call: Call): Promise<string> {
  const pieces: Uint8Array[] = [];
  const sink = {
    write: (piece: Uint8Array): undefined => {
      pieces.push(piece);
    },
  };
  await receiveBody(call.request, sink, { maxBytes: MAX_DOCUMENT_BYTES });
  return Buffer.concat(pieces).toString('utf8');
}

/** @throws S3Error MalformedXML */
export async function readXmlBody<T>(call: Call, root: string, schema: z.ZodType<T>): Promise<T> {
  return parseXmlBody(await readTextBody(call), root, schema);
}
