import { dryRunLoad } from '../../../core/load/dry-run-load.ts';

const load = { operation: 'upsert', object: 'demo.people', external_id_field: 'id' };
const pointersOf = (asked: unknown): string[] => {
  const told = dryRunLoad(asked);
  return told.outcome === 'invalid' ? told.errors.map(({ pointer }) => pointer) : [];
};

it('accepts what the service would, defaults filled in', () => {
  expect(dryRunLoad(load)).toMatchObject({
    outcome: 'accepted',
    request: { content_type: 'CSV', max_errors: 100_000 },
  });
});

it('points to every field at fault, whichever rule it breaks', () => {
  expect(pointersOf({ ...load, object: 'people', max_errors: -1 })).toEqual(['/object', '/max_errors']);
  expect(pointersOf({ ...load, external_id_field: undefined })).toEqual(['/external_id_field']);
  const mapping = (target_column: string, transform: string) => ({ source_column: 'a', target_column, transform });
  const column_mappings = [mapping('id', 'trim(a)'), mapping('name', '(SELECT 1)'), mapping('born', 'count(*)')];
  expect(pointersOf({ ...load, column_mappings })).toEqual([
    '/column_mappings/1/transform',
    '/column_mappings/2/transform',
  ]);
  expect(pointersOf({ ...load, object: '', column_mappings: [mapping('id', 'count(*)')] })).toContain(
    '/column_mappings/0/transform',
  );
});
