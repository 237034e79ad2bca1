import solid from 'vite-plugin-solid';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_FLAGS, chromiumPath } from './infra/testing/chromium.ts';

const packages = '{shared,signaling,archiver,client,infra}';
const exclude = ['**/node_modules/**', '**/dist/**', 'client/e2e/**'];

/** Packages that tests in the browser load, those of chunks included. */
const BROWSER_DEPENDENCIES = [
  '@noble/hashes/hmac.js',
  '@noble/hashes/sha2.js',
  '@tiptap/core',
  '@tiptap/extension-list',
  '@tiptap/extension-table',
  '@tiptap/pm/gapcursor',
  '@tiptap/pm/model',
  '@tiptap/pm/state',
  '@tiptap/pm/tables',
  '@tiptap/pm/transform',
  '@tiptap/pm/view',
  '@tiptap/starter-kit',
  'axe-core',
  'fast-check',
  'fractional-indexing',
  'idb',
  'jose',
  'lib0/encoding',
  'lowlight',
  'marked',
  'minisearch',
  'qr',
  'yjs',
  'zod/mini',
] as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: [`${packages}/**/*.test.ts`],
          exclude: [...exclude, '**/*.{pg,rtc,browser}.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          environment: 'node',
          include: [`${packages}/**/*.{pg,rtc}.test.ts`],
          exclude,
          pool: 'forks',
          // They start databases, servers and peers of their own: side by side on two cores they would time each other out.
          fileParallelism: false,
          globalSetup: ['infra/testing/shared-postgres.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [solid()],
        // as in client/vite.config.ts
        define: { global: 'globalThis' },
        resolve: { dedupe: ['yjs', 'solid-js'] },
        // one that is found only when a test asks for it makes Vite reload the page under the tests
        optimizeDeps: { include: [...BROWSER_DEPENDENCIES] },
        test: {
          name: 'browser',
          include: ['{shared,client}/**/*.browser.test.{ts,tsx}'],
          exclude,
          testTimeout: 30_000,
          // chunks are built when a test first asks for them
          expect: { poll: { timeout: 5000 } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: chromiumPath(), args: [...CHROMIUM_FLAGS] } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['client/e2e/**/*.e2e.ts'],
          pool: 'forks',
          fileParallelism: false,
          globalSetup: ['infra/testing/built-client.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
