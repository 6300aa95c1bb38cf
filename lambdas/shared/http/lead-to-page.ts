import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { firstPage, pageFolders } from '../../../contract/pages.ts';
import { empty } from './respond.ts';

const folders: readonly string[] = pageFolders.map((folder) => `/${folder}`);
const withoutEnd = (path: string): string => path.replace(/\/+$/, '');

/**
 * From `/console` to its page; undefined for any other path. The whole path is the caller's own, below whatever stage, domain or
 * base path the API is called at; more than one slash at its beginning would name another host.
 */
export function leadToPage({ path, requestContext }: APIGatewayProxyEvent): APIGatewayProxyResult | undefined {
  if (!folders.includes(withoutEnd(path))) return undefined;
  const below = withoutEnd(requestContext.path).replace(/^\/+/, '');
  return empty(302, { location: `/${below}/${firstPage}` });
}
