import * as z from 'zod';
import { KeyId, TenantId, WarehouseUser } from '../../contract/ids.ts';
import { KeyName } from '../../contract/records.ts';
import { Permission } from '../../contract/service.ts';

const day = 86_400_000;
const units: ReadonlyMap<string, number> = new Map([
  ['d', day],
  ['h', 3_600_000],
  ['m', 60_000],
]);

/** `90d`, `24h`, `30m`, or 0; in milliseconds, at most ten years. */
export const Duration = z
  .string()
  .regex(/^(0|\d{1,5}[dhm])$/, 'Expected a duration such as 90d, 24h or 30m')
  .transform((text) => Number.parseInt(text, 10) * (units.get(text.slice(-1)) ?? 0))
  .refine((milliseconds) => milliseconds <= 3650 * day, 'Expected ten years at most');

/** A date (its beginning, UTC), a time or a duration from now; as an ISO time with milliseconds, as records hold it. */
export const expiry = (now: Date) =>
  z
    .union(
      [
        Duration.transform((milliseconds) => new Date(now.getTime() + milliseconds)),
        z.union([z.iso.date(), z.iso.datetime({ offset: true })]).transform((text) => new Date(text)),
      ],
      'Expected a date (2027-01-31), a time (2027-01-31T12:00:00Z) or a duration (90d)',
    )
    .refine((date) => date.getTime() > now.getTime(), 'Expected a time to come')
    .transform((date) => date.toISOString());

/** The schema, with these words for whatever does not fit it. */
const said = <Schema extends z.ZodType<unknown, string>>(schema: Schema, expected: string) =>
  z
    .string(expected)
    .refine((text) => schema.safeParse(text).success, expected)
    .pipe(schema);

const TableName = z.string().regex(/^[\w.-]{3,255}$/);
export const table = said(TableName, 'Expected the name of the table: the output TableName of the stack');
export const tenant = said(TenantId, 'Expected a tenant: 1 to 63 lower-case letters, digits and hyphens');
export const key = said(KeyId, 'Expected the id of a key: the 12 characters between its underscores');
export const name = said(KeyName, 'Expected a name: 1 to 100 printable characters');
export const warehouseUser = said(
  WarehouseUser,
  'Expected a database user: a letter, then letters, digits, - and _, all lower case',
);
export const permissions = z
  .string()
  .transform((text) => text.split(/[ ,]+/).filter((word) => word !== ''))
  .pipe(z.array(Permission).min(1, 'Expected at least one permission'));
