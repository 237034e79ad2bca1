/**
 * A second build for journeys about updates: the product as it is, named, with files of other names, and on request one
 * content schema ahead. Made by `infra/testing/variant-build.ts` alone.
 */
import { defineConfig, mergeConfig, type Plugin } from 'vite';
import product from './vite.config.ts';

const SCHEMA = /export const CONTENT_SCHEMA = (\d+);/;

export default defineConfig((env) => {
  const name = process.env['VICINAL_VARIANT'];
  if (name === undefined || !/^[a-z0-9]{1,16}$/.test(name)) throw new TypeError('VICINAL_VARIANT names the variant');
  const schemaOffset = Number(process.env['VICINAL_SCHEMA_OFFSET'] ?? '0');
  const file = `assets/[name]-[hash]-${name}.js`;
  return mergeConfig(product(env), {
    plugins: [namePage(name), ...(schemaOffset === 0 ? [] : [raiseSchema(schemaOffset)])],
    build: { rolldownOptions: { output: { entryFileNames: file, chunkFileNames: file } } },
  });
});

const namePage = (name: string): Plugin => ({
  name: 'vicinal-variant-name',
  transformIndexHtml: () => [{ tag: 'meta', attrs: { name: 'vicinal-variant', content: name }, injectTo: 'head' }],
});

const raiseSchema = (offset: number): Plugin => {
  let isRaised = false;
  return {
    name: 'vicinal-variant-schema',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/shared/src/room/documents.ts')) return undefined;
      const found = SCHEMA.exec(code);
      if (found === null) throw new Error('documents.ts declares CONTENT_SCHEMA in another form than expected');
      isRaised = true;
      return code.replace(SCHEMA, `export const CONTENT_SCHEMA = ${Number(found[1]) + offset};`);
    },
    buildEnd(error) {
      if (error === undefined && !isRaised) throw new Error('the build does not hold CONTENT_SCHEMA');
    },
  };
};
