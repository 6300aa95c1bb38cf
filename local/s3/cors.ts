import type { IncomingMessage } from 'node:http';

const METHODS = 'GET, HEAD, PUT, POST, DELETE';
const EXPOSED =
  'ETag, Content-Length, Content-Range, Content-Disposition, Accept-Ranges, Last-Modified, x-amz-request-id, ' +
  'x-amz-version-id, x-amz-checksum-crc32, x-amz-checksum-crc32c, x-amz-checksum-crc64nvme, x-amz-checksum-sha256, ' +
  'x-amz-checksum-type';

/** Any web page may use presigned URLs here; nothing is sent along by itself, as there are no cookies. */
export function corsHeaders(message: IncomingMessage): Record<string, string> {
  if (message.headers.origin === undefined) return {};
  return {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': METHODS,
    'access-control-expose-headers': EXPOSED,
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

export function preflightHeaders(message: IncomingMessage): Record<string, string> {
  return {
    'access-control-allow-headers': message.headers['access-control-request-headers'] ?? '*',
    'access-control-max-age': '3000',
    'content-length': '0',
  };
}
