/** A second build of the client beside the product's, for journeys in which a new version arrives. */
import { join, resolve } from 'node:path';
import { buildClientInto } from '../scripts/client-build.ts';

const cacheDir = resolve(import.meta.dirname, '../../node_modules/.cache');

export interface VariantOptions {
  /** Added to the version of the content schema: a build whose documents are newer than the product can edit. */
  readonly schemaOffset?: 1;
}

/**
 * Resolves to the folder of the build, for {@link TestStack.deploy}. Its page carries
 * `<meta name="vicinal-variant" content="next">` (`newer` with a schema ahead), and its scripts have other names.
 */
export async function buildVariant(options: VariantOptions = {}): Promise<string> {
  const name = options.schemaOffset === undefined ? 'next' : 'newer';
  const { directory } = await buildClientInto({
    directory: join(cacheDir, `client-${name}`),
    configFile: 'vite.variant.config.ts',
    env: { VICINAL_VARIANT: name, VICINAL_SCHEMA_OFFSET: String(options.schemaOffset ?? 0) },
    say: () => undefined,
  });
  return directory;
}
