import * as z from 'zod';

/** A number, which CloudFormation also accepts as text. */
export const numeric = z.coerce.number();

/** A boolean, which CloudFormation also accepts as text. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** An object whose keys are not known beforehand, or the same as JSON text. */
export const jsonObject = z.union([
  z.record(z.string(), z.unknown()),
  z.string().transform((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text))),
]);
