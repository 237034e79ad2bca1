import { beforeEach, describe, expect, test } from 'vitest';
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { AccountCaches, RoomRecord } from '../storage/account-caches.ts';
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts';
import type { CorePool } from './core-pool.ts';
import type { MeshSession } from './mesh-session.ts';
import { createOfflineKeeper, wantedOf, type OfflineKeeper } from './offline-keeper.ts';
import type { RecordBook } from './record-book.ts';
import type { DocumentSummary } from './types.ts';

const roomId = (letter: string): RoomId => `${letter.repeat(21)}A` as RoomId;
const document = (letter: string, updatedAt: number, more: Partial<DocumentSummary> = {}): DocumentSummary => ({
  room: roomId(letter),
  title: letter,
  createdAt: 1,
  updatedAt,
  isStarred: false,
  isRestricted: false,
  isOnDevice: false,
  isPinned: false,
  ...more,
});

describe('what is kept on this device', () => {
  test('UI-65 is what was chosen by hand and then the most recently opened or edited', () => {
    const documents = [
      document('a', 10),
      document('b', 20),
      document('c', 5, { openedAt: 30 }),
      document('d', 1, { isPinned: true }),
    ];
    expect(wantedOf(documents, 2).map(({ title }) => title)).toEqual(['d', 'c', 'b']);
    expect(wantedOf(documents, 0).map(({ title }) => title)).toEqual(['d']);
  });
});

describe('keeping documents offline', () => {
  let clock: ManualClock;
  let records: Map<RoomId, RoomRecord>;
  let documents: DocumentSummary[];
  let pulled: RoomId[];
  let open: number;
  let mostOpen: number;
  let isCovered: boolean;
  let mesh: { isOnline: boolean; signaling: MeshSession['signaling'] };
  let locks: string[];
  let keeper: OfflineKeeper;
  let saved: number | undefined;
  const meshEvents = new Emitter<{ change: [] }>();

  const task = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const pass = async (ms: number): Promise<void> => {
    await task();
    clock.advance(ms);
    await task();
  };

  beforeEach(() => {
    clock = createManualClock(100_000);
    records = new Map();
    documents = [document('a', 10), document('b', 20), document('c', 30)];
    pulled = [];
    [open, mostOpen] = [0, 0];
    isCovered = true;
    mesh = { isOnline: true, signaling: 'open' };
    locks = [];
    saved = undefined;
    const pool = {
      acquire: (room: RoomId) => {
        pulled.push(room);
        open++;
        mostOpen = Math.max(mostOpen, open);
        let isReleased = false;
        return {
          core: {
            loaded: Promise.resolve(),
            state: { kind: 'ready' },
            status: { isCatchingUp: !isCovered, state: 'archived' },
            peers: [{}],
            replica: () => ({ ydoc: { getText: () => ({ toJSON: () => `title of ${room[0] ?? ''}` }) } }),
            on: () => () => undefined,
          },
          release: async () => {
            if (!isReleased) open--;
            isReleased = true;
          },
        };
      },
    } as unknown as CorePool; // the keeper only takes and gives back
    const caches = {
      offlineLimit: () => Promise.resolve(saved),
      saveOfflineLimit: async (limit: number) => void (saved = limit),
      updateRoom: async (room: RoomId, change: (before: RoomRecord | undefined) => RoomRecord | undefined) => {
        const next = change(records.get(room) ?? ({ room, isPending: false } as RoomRecord)); // fields nobody reads here
        if (next) records.set(room, next);
        return next;
      },
    } as unknown as AccountCaches; // nothing else is asked of it
    const book = {
      get: (room: RoomId) => records.get(room),
      on: () => () => undefined,
    } as unknown as RecordBook; // likewise
    keeper = createOfflineKeeper({
      caches,
      records: book,
      pool,
      mesh: {
        get isOnline() {
          return mesh.isOnline;
        },
        get signaling() {
          return mesh.signaling;
        },
        on: (_event: string, listener: () => void) => meshEvents.on('change', listener),
      } as unknown as MeshSession, // likewise
      documents: () => documents,
      exclusive: (name, work) => {
        locks.push(name);
        return work();
      },
      name: 'account',
      clock,
      logger: { child: () => ({}) } as never, // silent
    });
  });

  test('UI-65 fetches one document after the other, the most recent first, and remembers up to where', async () => {
    await pass(3000);
    await pass(0);
    expect(pulled).toEqual(['c', 'b', 'a'].map(roomId));
    expect(mostOpen).toBe(1);
    expect(records.get(roomId('c'))).toMatchObject({ keptAt: 30, title: 'title of c' });
    expect([keeper.kept, keeper.wanted]).toEqual([3, 3]);
    expect(locks).toEqual(['vicinal/keep/account']);
    documents = [document('a', 99), document('b', 20), document('c', 30)];
    keeper.wake();
    await pass(3000);
    expect(pulled.slice(3)).toEqual([roomId('a')]);
    await keeper.close();
  });

  test('UI-65 asks nobody without network or connection service, and goes on when they are back', async () => {
    mesh.signaling = 'down';
    await pass(3000);
    expect(pulled).toEqual([]);
    mesh.signaling = 'open';
    meshEvents.emit('change');
    await pass(3000);
    expect(pulled).toHaveLength(3);
    await keeper.close();
  });

  test('UI-65 a document that nobody sends does not hold up the others and is tried again later', async () => {
    isCovered = false;
    await pass(3000);
    for (let i = 0; i < 3; i++) await pass(20_000);
    expect(pulled).toHaveLength(3);
    expect(keeper.kept).toBe(0);
    isCovered = true;
    await pass(61_000);
    await pass(0);
    expect(keeper.kept).toBe(3);
    await keeper.close();
  });

  test('UI-65 the limit is kept, and lowering it takes nothing away', async () => {
    await keeper.setLimit(1);
    expect(saved).toBe(1);
    await pass(3000);
    expect(pulled).toEqual([roomId('c')]);
    await keeper.setLimit(0);
    expect(records.get(roomId('c'))?.keptAt).toBe(30);
    expect(keeper.wanted).toBe(0);
    await keeper.close();
  });

  test('UI-65 closing leaves no timer behind and stops what runs', async () => {
    isCovered = false;
    await pass(3000);
    await keeper.close();
    const before = pulled.length;
    await pass(200_000);
    expect(pulled).toHaveLength(before);
    expect(open).toBe(0);
  });
});
