import solid from 'vite-plugin-solid';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

const packages = '{shared,signaling,archiver,client,infra}';
const exclude = ['**/node_modules/**', '**/dist/**', 'client/e2e/**'];

/** Chromium's flags for tests; the journeys use the same (client/e2e/harness.ts). */
const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

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
          globalSetup: ['infra/testing/shared-postgres.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [solid()],
        test: {
          name: 'browser',
          include: ['{shared,client}/**/*.browser.test.{ts,tsx}'],
          exclude,
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: chromiumFlags },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
