import fc from 'fast-check';
import { fixedLimits } from '../../../../contract/limits.ts';
import { formatOf } from '../../../../client/upload/format-of.ts';
import { partsOf } from '../../../../client/upload/part-plan.ts';

const mb = 1024 ** 2;
/** Where one PUT ends and parts begin it is close. */
const close: [number][] = [8, 9, 10, 12, 16, 24].flatMap((size) => [[size * mb], [size * mb + 1]]);

it('cuts a file of any size as the API wants it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 * 1024 ** 4 }), (bytes) => {
      const { parts, partBytes } = partsOf(bytes);
      expect(parts).toBeLessThanOrEqual(fixedLimits.parts_per_file.value);
      if (parts === 1) {
        expect(bytes).toBeLessThanOrEqual(fixedLimits.put_bytes.value);
        return;
      }
      expect(partBytes).toBe(Math.ceil(bytes / parts));
      expect(partBytes).toBeGreaterThanOrEqual(fixedLimits.part_bytes.value);
      expect((parts - 1) * partBytes).toBeLessThan(bytes);
    }),
    { examples: close },
  );
});

it.each([
  ['orders.csv', { content_type: 'CSV', compression: 'NONE' }],
  ['/a.b/orders.CSV.gz', { content_type: 'CSV', compression: 'GZIP' }],
  ['x.ndjson.zst', { content_type: 'JSON', compression: 'ZSTD' }],
  ['x.parquet', { content_type: 'PARQUET', compression: 'NONE' }],
  ['x.gz', { compression: 'GZIP' }],
  ['orders', {}],
])('knows %s by its name', (name, format) => expect(formatOf(name)).toEqual(format));
