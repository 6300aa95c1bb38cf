import { kindsOf } from '../../../../console/job/row-kinds.ts';

it('asks only for rows that a load in this state can have', () => {
  expect(kindsOf({ state: 'JobComplete', number_records_failed: 0 })).toEqual(['successful']);
  expect(kindsOf({ state: 'JobComplete', number_records_failed: 2 })).toEqual(['failed', 'successful']);
  expect(kindsOf({ state: 'Failed', number_records_failed: 2 })).toEqual(['failed', 'unprocessed']);
  expect(kindsOf({ state: 'Aborted', number_records_failed: 0 })).toEqual(['unprocessed']);
  expect(kindsOf({ state: 'InProgress', number_records_failed: 0 })).toEqual([]);
});
