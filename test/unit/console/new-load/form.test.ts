import { emptyForm, mappingsFor, requestOf } from '../../../../console/new-load/form.ts';

const columns = [{ name: 'Id' }, { name: 'name' }, { name: 'note' }];
const form = { ...emptyForm, object: ' demo.people ', mappings: mappingsFor(columns, []) };

it('asks for nothing that the service does by itself', () => {
  expect(requestOf(form).body).toEqual({
    operation: 'insert',
    object: 'demo.people',
    content_type: 'CSV',
    compression: 'NONE',
  });
  expect(requestOf({ ...form, content_type: 'PARQUET', column_delimiter: 'TAB', null_as: 'N' }).body).toEqual({
    operation: 'insert',
    object: 'demo.people',
    content_type: 'PARQUET',
    compression: 'NONE',
  });
});

it('maps all columns that are loaded as soon as one is left out, renamed or transformed, and knows whose each is', () => {
  const [id, name, note] = form.mappings;
  if (!id || !name || !note) throw new Error('There are three columns');
  const mappings = [id, { ...name, used: false }, { ...note, target: 'remark', transform: ' upper(note) ' }];
  const { body, rows } = requestOf({ ...form, operation: 'upsert', keys: ['id'], mappings });
  expect(body).toMatchObject({
    external_id_field: ['id'],
    column_mappings: [
      { source_column: 'Id', target_column: 'Id' },
      { source_column: 'note', target_column: 'remark', transform: 'upper(note)' },
    ],
  });
  expect(rows).toEqual([0, 2]);
  expect(requestOf({ ...form, mappings: [{ ...id, target: 'ID' }, name, note] }).body.column_mappings).toBeUndefined();
});

it('keeps what was said of a column when the file is looked into again', () => {
  const said = { source: 'name', target: 'full_name', used: true, transform: '' };
  expect(mappingsFor(columns, [said])[1]).toBe(said);
});

it('sends a number that is none as one that the service refuses, and does not leave it out', () => {
  expect(requestOf({ ...form, max_errors: 'many' }).body.max_errors).toBeNaN();
  expect(requestOf({ ...form, max_errors: '0' }).body.max_errors).toBe(0);
});
