/** The licences of everything in the bundle, written beside it when it is built. */
import { z } from '@vicinal/shared/zod.ts';

const licenceSchema = z.array(
  z.object({
    name: z.string(),
    version: z.string(),
    identifier: z.optional(z.nullable(z.string())),
    text: z.optional(z.nullable(z.string())),
  }),
);
export type Licence = z.infer<typeof licenceSchema>[number];

export const LICENCES_PATH = '/licences.json';

/** Rejects when the file is not there and cannot be fetched. */
export async function readLicences(): Promise<readonly Licence[]> {
  const response = await fetch(LICENCES_PATH);
  return licenceSchema.parse(await response.json());
}
