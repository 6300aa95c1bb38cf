import type { Route, RouteName } from '../../../contract/routes.ts';
import { routes } from '../../../contract/routes.ts';

export type Match =
  | { kind: 'route'; name: RouteName; params: Record<string, string> }
  | { kind: 'wrong-method'; allowed: string[] }
  | { kind: 'no-route' };

/** Finds the route of a request; HEAD is answered where GET is. */
export function matchRoute(method: string, path: string): Match {
  const asked = method === 'HEAD' ? 'GET' : method;
  const segments = split(path);
  const allowed: string[] = [];
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const params = matchPath(split(route.path), segments);
    if (!params) continue;
    if (route.method === asked) return { kind: 'route', name, params };
    allowed.push(route.method);
  }
  return allowed.length > 0 ? { kind: 'wrong-method', allowed } : { kind: 'no-route' };
}

const split = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

function matchPath(template: string[], segments: string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of template.entries()) {
    const actual = segments[index] ?? '';
    const name = /^\{(.+)\}$/.exec(expected)?.[1];
    if (name === undefined) {
      if (expected !== actual) return undefined;
    } else {
      params[name] = actual;
    }
  }
  return params;
}
