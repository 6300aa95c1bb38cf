import { XmlNode, XmlText } from '@aws-sdk/xml-builder';

/** Element content: text, or child elements by name (an array repeats the element; undefined leaves it out). */
export type XmlValue = string | number | boolean | { [name: string]: XmlValue | XmlValue[] | undefined };

/** A whole document; `''` is no namespace. */
export function xmlDocument(root: string, content: XmlValue, namespace: string): string {
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
