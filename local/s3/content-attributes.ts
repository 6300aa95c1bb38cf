import { amzFields, headerText, type Target } from './s3-request.ts';
import type { ContentAttributes } from './store/records.ts';

const KEPT_HEADERS = ['cache-control', 'content-disposition', 'content-language', 'expires'] as const;
const METADATA_PREFIX = 'x-amz-meta-';

/** Query parameter of GET and HEAD -> response header that it overrides. */
const OVERRIDES = {
  'response-content-type': 'content-type',
  'response-content-language': 'content-language',
  'response-expires': 'expires',
  'response-cache-control': 'cache-control',
  'response-content-disposition': 'content-disposition',
  'response-content-encoding': 'content-encoding',
} as const;

/** What the uploader says about the content. `aws-chunked` is the transfer's encoding, not the content's. */
export function readContentAttributes(request: Target): ContentAttributes {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = headerText(request, name);
    if (value !== undefined) headers[name] = value;
  }
  const encodings = (headerText(request, 'content-encoding') ?? '').split(',').map((part) => part.trim());
  const encoding = encodings.filter((part) => part !== '' && part !== 'aws-chunked').join(',');
  if (encoding !== '') headers['content-encoding'] = encoding;
  const metadata = [...amzFields(request, METADATA_PREFIX)].map(
    ([name, value]) => [name.slice(METADATA_PREFIX.length), value] as const,
  );
  return {
    content_type: headerText(request, 'content-type') ?? 'binary/octet-stream',
    headers,
    metadata: Object.fromEntries(metadata),
  };
}

/** The headers that describe an object's content, with the overrides that the request asks for. */
export function contentHeaders(object: ContentAttributes, request: Target): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': object.content_type, ...object.headers };
  for (const [name, value] of Object.entries(object.metadata)) headers[`${METADATA_PREFIX}${name}`] = value;
  for (const [parameter, header] of Object.entries(OVERRIDES)) {
    const value = request.query.get(parameter);
    if (value !== undefined) headers[header] = value;
  }
  return headers;
}
