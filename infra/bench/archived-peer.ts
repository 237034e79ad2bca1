/** A headless peer whose edits are timed until the archive's receipt says that they are on disk. */
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { readText } from '@vicinal/shared/room/text-lines.ts';
import type * as Y from 'yjs';
import type { Link } from '../peer/arguments.ts';
import { joinAsGuest } from '../peer/guest.ts';
import { openPeerRoom } from '../peer/peer-room.ts';

const TIMEOUT_MS = 60_000;

/** One contender's document, written by this process and stored by another. */
export interface TimedDocument {
  readonly ydoc: Y.Doc;
  /** Marks an edit as made now; `stored` hears of it once it is on disk, in order. */
  noteEdit(): void;
  /** Resolves once every edit noted is on disk; rejects when that takes more than a minute. */
  allStored(): Promise<void>;
  /** ms from each edit to the word that it is stored. */
  readonly latencies: readonly number[];
  /** The text as built from what is stored alone. */
  rebuild(): Promise<string>;
  close(): Promise<void>;
}

const openRoom = async (link: Link, name: string) => {
  const guest = await joinAsGuest({ link, name, dataDir: undefined, clock: systemClock });
  const room = await openPeerRoom({
    guest,
    origin: link.origin,
    dataDir: undefined,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    signal: new AbortController().signal,
  });
  await room.caughtUp(TIMEOUT_MS);
  return room;
};

export async function openArchivedDocument(link: Link): Promise<TimedDocument> {
  const room = await openRoom(link, 'Writer');
  const replica = room.replica('content');
  const latencies: number[] = [];
  /** Times of edits that are in no entry yet, and of those that are, by entry. */
  let unsealed: number[] = [];
  const waiting: { readonly seq: number; readonly times: readonly number[] }[] = [];
  let lastSeq = 0;
  replica.on('applied', ({ entries }, source) => {
    if (source.kind !== 'local') return;
    for (const { seq } of entries) {
      lastSeq = seq;
      waiting.push({ seq, times: unsealed });
      unsealed = [];
    }
  });
  replica.on('status', () => {
    const { unarchived, archive } = replica.receipts.snapshot();
    if (archive?.durability !== 'archive-disk') return;
    const now = performance.now();
    for (let next = waiting[0]; next && next.seq <= lastSeq - unarchived; next = waiting[0]) {
      waiting.shift();
      latencies.push(...next.times.map((at) => now - at));
    }
  });
  return {
    ydoc: replica.ydoc,
    noteEdit: () => void unsealed.push(performance.now()),
    latencies,
    async allStored() {
      await replica.flush();
      const isDone = await room.until(() => waiting.length === 0 && unsealed.length === 0, TIMEOUT_MS);
      if (!isDone) throw new Error('not archived within a minute');
    },
    async rebuild() {
      await room.close(); // nobody but the archive has it from here on
      const reader = await openRoom(link, 'Reader');
      try {
        return readText(contentBody(reader.replica('content').ydoc));
      } finally {
        await reader.close();
      }
    },
    close: () => room.close(),
  };
}
