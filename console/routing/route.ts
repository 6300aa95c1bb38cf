import type { JobState, Operation } from '../../client/browser.ts';

/** Narrows the list of jobs; times are ISO 8601. */
export interface Filters {
  state?: JobState;
  operation?: Operation;
  object?: string;
  tag?: string;
  created_after?: string;
  created_before?: string;
}

/** How far the overview looks back. */
export type Period = (typeof periods)[number];
export const periods = ['hour', 'day', 'week'] as const;

/** A place in the console. */
export type Route =
  | { page: 'jobs'; filters: Filters; cursor?: string }
  | { page: 'job'; id: string }
  | { page: 'overview'; period: Period }
  | { page: 'new-export'; like?: string }
  | { page: 'new-load'; like?: string; resume?: string }
  | { page: 'unknown'; path: string };

export const jobStates = ['Open', 'UploadComplete', 'InProgress', 'JobComplete', 'Failed', 'Aborted'] as const;
export const operations = ['query', 'insert', 'update', 'upsert', 'delete'] as const;

export const oneOf = <Value extends string>(values: readonly Value[], text: string | null): Value | undefined =>
  values.find((value) => value === text);

function textIn(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name)?.trim();
  return text === '' ? undefined : text;
}

function timeIn(query: URLSearchParams, name: string): string | undefined {
  const time = Date.parse(query.get(name) ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** Without what is not set: the types tell "absent" from "undefined". */
function given<Shape extends object>(values: { [Name in keyof Shape]: Shape[Name] | undefined }): Shape {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Shape;
}

function filtersIn(query: URLSearchParams): Filters {
  return given<Filters>({
    state: oneOf(jobStates, query.get('state')),
    operation: oneOf(operations, query.get('operation')),
    object: textIn(query, 'object'),
    tag: textIn(query, 'tag'),
    created_after: timeIn(query, 'created_after'),
    created_before: timeIn(query, 'created_before'),
  });
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** A new job: one of its own, or like another. */
function newIn(what: 'export' | 'load', query: URLSearchParams): Route {
  const like = textIn(query, 'like');
  const likeness = like === undefined ? {} : { like };
  if (what === 'export') return { page: 'new-export', ...likeness };
  const resume = textIn(query, 'resume');
  return { page: 'new-load', ...likeness, ...(resume !== undefined && { resume }) };
}

/** The place that an address means, by what is behind its `#`; what it says and is not understood is left out. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  const [first, id, ...rest] = path.split('/').filter((part) => part !== '');
  const query = new URLSearchParams(search);
  if (first === undefined || (first === 'jobs' && id === undefined)) {
    const cursor = textIn(query, 'cursor');
    return { page: 'jobs', filters: filtersIn(query), ...(cursor !== undefined && { cursor }) };
  }
  if (first === 'overview' && id === undefined)
    return { page: 'overview', period: oneOf(periods, query.get('period')) ?? 'day' };
  if (first === 'new' && rest.length === 0 && (id === 'export' || id === 'load')) return newIn(id, query);
  const known = first === 'jobs' && rest.length === 0 && id !== undefined ? decoded(id) : undefined;
  return known === undefined ? { page: 'unknown', path } : { page: 'job', id: known };
}

function withQuery(path: string, query: URLSearchParams | Record<string, string>): string {
  const search = new URLSearchParams(query).toString();
  return search === '' ? path : `${path}?${search}`;
}

/** The other way round. */
export function hashOf(route: Route): string {
  switch (route.page) {
    case 'jobs': {
      const query = new URLSearchParams({
        ...route.filters,
        ...(route.cursor !== undefined && { cursor: route.cursor }),
      });
      return withQuery('#/jobs', query);
    }
    case 'job':
      return `#/jobs/${encodeURIComponent(route.id)}`;
    case 'overview':
      return route.period === 'day' ? '#/overview' : withQuery('#/overview', { period: route.period });
    case 'new-export':
      return withQuery('#/new/export', route.like === undefined ? {} : { like: route.like });
    case 'new-load':
      return withQuery('#/new/load', {
        ...(route.like !== undefined && { like: route.like }),
        ...(route.resume !== undefined && { resume: route.resume }),
      });
    case 'unknown':
      return `#${route.path}`;
  }
}
