import type { ApiMethod, PathNode } from './api-model.ts';

/** The resource that a path belongs to, and the values of its parameters as they stand in the path. */
export interface RouteMatch {
  node: PathNode;
  method: ApiMethod;
  pathParameters: Readonly<Record<string, string>>;
}

/**
 * Finds what serves a path: plain segments before `{parameters}`, those before `{greedy+}`.
 * @param path without the stage, e.g. `/items/17`
 */
export function matchRoute(root: PathNode, httpMethod: string, path: string): RouteMatch | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  const found = descend(root, segments);
  const method = found?.node.methods.get(httpMethod) ?? found?.node.methods.get('ANY');
  return found && method && { ...found, method };
}

type Found = Omit<RouteMatch, 'method'>;

function descend(node: PathNode, segments: readonly string[]): Found | undefined {
  const [first, ...rest] = segments;
  if (first === undefined) return node.methods.size > 0 ? { node, pathParameters: {} } : undefined;
  for (const child of node.children.filter(({ part }) => part === first)) {
    const found = descend(child, rest);
    if (found !== undefined) return found;
  }
  for (const child of node.children) {
    const parameter = /^\{([^}+]+)\}$/.exec(child.part)?.[1];
    const found = parameter === undefined ? undefined : descend(child, rest);
    if (found !== undefined) return withParameter(found, parameter, first);
  }
  const greedy = node.children.find(({ part }) => part.endsWith('+}'));
  return greedy && withParameter({ node: greedy, pathParameters: {} }, greedy.part.slice(1, -2), segments.join('/'));
}

function withParameter(found: Found, name: string | undefined, value: string): Found {
  return name === undefined ? found : { ...found, pathParameters: { [name]: value, ...found.pathParameters } };
}
