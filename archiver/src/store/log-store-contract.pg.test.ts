import { startTestPostgres } from '@vicinal/infra/testing/postgres.ts';
import type { TestPostgres } from '@vicinal/infra/testing/postgres.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { testLogStoreContract } from '@vicinal/shared/testing/log-store-contract.ts';
import { afterAll, beforeAll } from 'vitest';
import { DEFAULT_LIMITS } from '../config.ts';
import type { ArchiveStore } from './archive-store.ts';
import { openPgArchiveStore } from './pg-archive-store.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

testLogStoreContract('Postgres', async () => {
  const url = await postgres.createDatabase();
  const openStore = (): Promise<ArchiveStore> =>
    openPgArchiveStore({
      url,
      workspace: 'AAAAAAAAAAAAAAAAAAAAAA' as WorkspaceId, // a valid id
      limits: { ...DEFAULT_LIMITS, closeTimeoutMs: 2000 },
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
  let store = await openStore();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openStore();
      return store;
    },
    close: () => store.close(),
  };
});
