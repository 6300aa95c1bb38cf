import { parseXML } from '@aws-sdk/xml-builder';
import type * as z from 'zod';
import { s3Error } from './s3-error.ts';

/**
 * Parses a request document and checks the content of its root.
 * @throws S3Error MalformedXML
 */
export function parseXmlBody<T>(text: string, root: string, schema: z.ZodType<T>): T {
  let document: unknown;
  try {
    document = parseXML(text);
  } catch (error) {
    throw s3Error('MalformedXML', {}, undefined, error);
  }
  const content: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, root) : undefined;
  const result = schema.safeParse(content);
  if (!result.success) throw s3Error('MalformedXML', {}, undefined, result.error);
  return result.data;
}

/** The parser yields one object for one child and an array for several: always an array here. */
export const asArray = (value: unknown): unknown => (value === undefined || Array.isArray(value) ? value : [value]);
