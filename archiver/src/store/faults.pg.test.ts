import { startRestartablePostgres } from '@vicinal/infra/testing/archive-postgres.ts';
import { startTestPostgres } from '@vicinal/infra/testing/postgres.ts';
import { utf8 } from '@vicinal/shared/bytes.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import type { DocAddress, Entry } from '@vicinal/shared/log/types.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../config.ts';
import { startBreakingProxy } from '../testing/breaking-proxy.ts';
import { createTestSession, testRoom } from '../testing/test-session.ts';
import type { ArchiveStore } from './archive-store.ts';
import { openPgArchiveStore } from './pg-archive-store.ts';

const open = (url: string, coalesceMs: number): Promise<ArchiveStore> =>
  openPgArchiveStore({
    url,
    workspace: 'AAAAAAAAAAAAAAAAAAAAAA' as WorkspaceId, // a valid id
    limits: {
      ...DEFAULT_LIMITS,
      coalesceMs,
      closeTimeoutMs: 2000,
      retryMinMs: 5,
      retryMaxMs: 50,
      checkIntervalMs: 60_000,
    },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
const addressIn = (name: string): DocAddress => ({ room: testRoom(name), doc: 'content', gen: 0 });

/** Highest number each commit named, per session: what receipts are made of. */
function receipted(store: ArchiveStore): Map<number, number> {
  const named = new Map<number, number>();
  store.on('committed', ({ heads }) => {
    for (const { clientId, seq } of heads) named.set(clientId, Math.max(seq, named.get(clientId) ?? 0));
  });
  return named;
}

test('ARC-9 a connection that breaks at any message, before or after the server has acted, loses and repeats nothing', async () => {
  const postgres = await startTestPostgres();
  const proxy = await startBreakingProxy(postgres.url);
  try {
    const store = await open(proxy.url, 5);
    const named = receipted(store);
    const seen = new Set<string>();
    for (const when of ['before', 'after'] as const) {
      for (let count = 1; ; count++) {
        const address = addressIn(`${when}/${count}`);
        const ann = await createTestSession(address, `ann/${when}/${count}`);
        const entries: Entry[] = [];
        for (let i = 0; i < 4; i++) entries.push(await ann.next(utf8(`${count}/${i}`)));
        proxy.breakAt(count, when);
        const [first, ...others] = entries;
        if (first === undefined) throw new TypeError('four entries were made');
        await store.append(address, { headers: [ann.header()], entries: [first] });
        await store.append(address, { headers: [], entries: others });
        const didBreak = proxy.isBroken;
        proxy.breakAt(Number.POSITIVE_INFINITY, when);
        expect((await store.load(address)).entries, `${when} ${count}`).toEqual(entries);
        expect(named.get(ann.clientId), `${when} ${count}`).toBe(4);
        if (!didBreak) break;
        seen.add(`${when}/${count}`);
      }
    }
    // One transaction takes more messages than this, and there are at least two.
    expect(seen.size).toBeGreaterThan(24);
    await store.close();
  } finally {
    await proxy.close();
    await postgres.stop();
  }
}, 60_000);

test('ARC-9 Postgres killed and restarted again and again in mid-batch: what was acknowledged is on disk, what was receipted too', async () => {
  const server = await startRestartablePostgres();
  try {
    const store = await open(server.url, 1);
    const named = receipted(store);
    const address = addressIn('restarts');
    const ann = await createTestSession(address, 'ann');
    const acknowledged: number[] = [];
    const entries: Entry[] = [];
    const writing: Promise<void>[] = [];
    const write = async (): Promise<void> => {
      const entry = await ann.next(utf8(String(entries.length)));
      entries.push(entry);
      const isFirst = entries.length === 1;
      writing.push(
        store
          .append(address, { headers: isFirst ? [ann.header()] : [], entries: [entry] })
          .then(() => void acknowledged.push(entry.seq)),
      );
    };
    for (let round = 0; round < 3; round++) {
      const acknowledgedBefore = acknowledged.length;
      // Killed while entries are being committed, one after the other.
      while (acknowledged.length < acknowledgedBefore + 10) {
        await write();
        await new Promise(setImmediate);
      }
      const killed = server.kill();
      for (let i = 0; i < 20; i++) await write();
      await killed;
      const promised = [acknowledged.length, named.get(ann.clientId) ?? 0];
      await server.restart();
      const rebuilt = await open(server.url, 1).catch(() => undefined); // the store under test may be back first
      if (rebuilt !== undefined) {
        const stored = (await rebuilt.load(address)).entries.length;
        for (const promise of promised) expect(stored).toBeGreaterThanOrEqual(promise);
        await rebuilt.close();
      }
    }
    await Promise.all(writing);
    await store.flush();
    const log = await store.load(address);
    expect(log.entries).toEqual(entries);
    expect(named.get(ann.clientId)).toBe(entries.length);
    expect(acknowledged).toEqual(entries.map((entry) => entry.seq));
    await store.close();
  } finally {
    await server.stop();
  }
}, 60_000);
