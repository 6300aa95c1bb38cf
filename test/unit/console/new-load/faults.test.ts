import { faultsOf, missing, ofWritten } from '../../../../console/new-load/faults.ts';
import { emptyForm } from '../../../../console/new-load/form.ts';

it('finds the field of a pointer, past columns that are left out', () => {
  const faults = faultsOf(
    [
      { pointer: '/column_mappings/1/transform', message: 'A subquery has no place' },
      { pointer: '/column_mappings/1/target_column', message: 'is filled by a mapping before' },
      { pointer: '/object', message: 'schemas that it may load: demo' },
      { pointer: '/external_id_field/0', message: 'is not a column name' },
      { pointer: '/nowhere', message: 'what is this' },
    ],
    [0, 3],
  );
  expect([...faults.mappings]).toEqual([
    [3, { transform: 'A subquery has no place', target: 'is filled by a mapping before' }],
  ]);
  expect([...faults.fields.keys()]).toEqual(['object', 'external_id_field']);
  expect(faults.others).toEqual([{ pointer: '/nowhere', message: 'what is this' }]);
});

it('does not scold for what nobody has written yet', () => {
  const faults = faultsOf([{ pointer: '/object', message: 'is not schema.table' }], []);
  expect(ofWritten(faults, emptyForm).fields.size).toBe(0);
  expect(ofWritten(faults, { ...emptyForm, object: 'people' }).fields.size).toBe(1);
});

it('names what is missing, one thing at a time', () => {
  const file = new File(['id\n1\n'], 'people.csv');
  const column = { source: 'id', target: 'id', used: true, transform: '' };
  const form = { ...emptyForm, object: 'demo.people', mappings: [column] };
  expect(missing(form, undefined)).toBe('Choose a file.');
  expect(missing({ ...form, object: ' ' }, file)).toBe('Name the table.');
  expect(missing({ ...form, operation: 'delete' }, file)).toBe('Name the key columns.');
  expect(missing({ ...form, mappings: [{ ...column, used: false }] }, file)).toBe('Every column is left out.');
  expect(missing({ ...form, mappings: [{ ...column, target: ' ' }] }, file)).toBe('Name the columns that are mapped.');
  expect(missing(form, file)).toBeUndefined();
});
