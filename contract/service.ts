import * as z from 'zod';

export const Health = z
  .object({ status: z.literal('ok'), version: z.string(), time: z.iso.datetime() })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

export const Limit = z
  .object({ name: z.string(), value: z.number(), unit: z.string(), description: z.string() })
  .meta({ id: 'Limit' });

export const Limits = z.object({ limits: z.array(Limit) }).meta({ id: 'Limits' });
export type Limits = z.infer<typeof Limits>;

/** What a key may do. */
export const Permission = z.enum(['bulk:read', 'bulk:write', 'bulk:admin', 'query']).meta({ id: 'Permission' });
export type Permission = z.infer<typeof Permission>;
