import { LoadJobBody } from '../../contract/jobs.ts';
import { LoadOptions } from '../../contract/load.ts';
import type { FieldError } from '../../contract/problems.ts';
import { loadOptionProblems } from './options.ts';
import { judgeTransform } from './transform.ts';

export type LoadDryRun =
  { outcome: 'accepted'; request: LoadJobBody } | { outcome: 'invalid'; errors: readonly FieldError[] };

const Mapped = LoadOptions.pick({ column_mappings: true });

/**
 * What the service would say of a load before it knows the table and the file, without asking it.
 * @param asked the body of POST /bulk/jobs
 */
export function dryRunLoad(asked: unknown): LoadDryRun {
  const parsed = LoadJobBody.safeParse(asked);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message }));
    // Whatever else is missing, what is written can be judged.
    const mapped = Mapped.safeParse(asked);
    return { outcome: 'invalid', errors: mapped.success ? [...errors, ...transformProblems(mapped.data)] : errors };
  }
  const request = parsed.data;
  const errors = [...loadOptionProblems(request.operation, request), ...transformProblems(request)];
  return errors.length > 0 ? { outcome: 'invalid', errors } : { outcome: 'accepted', request };
}

const transformProblems = ({ column_mappings = [] }: Pick<LoadOptions, 'column_mappings'>): FieldError[] =>
  column_mappings.flatMap(({ transform }, index) => {
    const judged = transform === undefined ? undefined : judgeTransform(transform);
    return judged?.verdict === 'refused'
      ? [{ pointer: `/column_mappings/${index}/transform`, message: judged.message }]
      : [];
  });
