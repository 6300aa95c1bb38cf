import { parseXML, XmlNode, XmlText } from '@aws-sdk/xml-builder';
import type * as z from 'zod';
import { s3Error } from './s3-error.ts';

/** Element content: text, or child elements by name (an array repeats the element; undefined leaves it out). */
export type XmlValue = string | number | boolean | { [name: string]: XmlValue | XmlValue[] | undefined };

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A whole document with S3's namespace on the root (error documents have none: pass `''`). */
export function xmlDocument(root: string, content: XmlValue, namespace: string = NAMESPACE): string {
  const node = element(root, content);
  if (namespace !== '') node.addAttribute('xmlns', namespace);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${node.toString()}`;
}

function element(name: string, content: XmlValue): XmlNode {
  const node = new XmlNode(name);
  if (typeof content !== 'object') return node.addChildNode(new XmlText(String(content)));
  for (const [child, value] of Object.entries(content)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) node.addChildNode(element(child, one));
  }
  return node;
}

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
