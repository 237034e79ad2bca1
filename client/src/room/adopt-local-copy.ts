/**
 * Copies documents of a local account into another account of this device, as new edits of that account. The copy of one
 * document is appended as a whole or not at all, and the room is known to the account only after. The room id stays the
 * same, unless the account has another state under it: then the present one is copied beside it.
 */
import * as Y from 'yjs';
import { AppError } from '@vicinal/shared/app-error.ts';
import { sha256, toBase64Url, toHex, utf8 } from '@vicinal/shared/bytes.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { DeviceSigner, VerifySignature } from '@vicinal/shared/crypto/signer.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { rebuildDocument } from '@vicinal/shared/log/rebuild.ts';
import { createReplica } from '@vicinal/shared/log/replica.ts';
import type { DocAddress, GrantVerifier, LogBatch, LogStore } from '@vicinal/shared/log/types.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { contentBody, metaProps, metaTitle } from '@vicinal/shared/room/documents.ts';
import type { AccountCaches, RoomRecord } from '../storage/account-caches.ts';

export interface CopyTarget {
  readonly store: LogStore;
  readonly caches: AccountCaches;
  readonly user: UserId;
  readonly workspace: WorkspaceId;
  readonly signer: DeviceSigner;
  readonly verifySignature: VerifySignature;
  readonly grants: GrantVerifier;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Chat, comments and jobs belong to the sessions that wrote them and cannot be written again by another. */
const COPIED = ['meta', 'content'] as const;
type Copied = (typeof COPIED)[number];

/**
 * Resolves to the room in which the account has what the local one holds now; copies nothing when it has it already.
 * Rejects with AppError; what was copied by then is not copied again.
 */
export async function copyRoom(
  record: RoomRecord,
  source: LogStore,
  target: CopyTarget,
  isTrashed: boolean,
): Promise<RoomId> {
  const from = {
    meta: await readDocument(source, { room: record.room, doc: 'meta', gen: 0 }),
    content: await readDocument(source, { room: record.room, doc: 'content', gen: 0 }),
  };
  try {
    const state = toHex(sha256(utf8(COPIED.map((doc) => describeDocument(doc, from[doc])).join('\n'))));
    const known = await target.caches.rooms();
    const copy = known.find(
      ({ adopted, isRevoked }) => !isRevoked && adopted?.room === record.room && adopted.state === state,
    );
    if (copy) return copy.room;
    // the same for every attempt at this state, so that an interrupted one is continued
    const name = sha256(utf8(`${record.room}/${state}/${target.user}/${target.workspace}`));
    const beside = toBase64Url(name.subarray(0, 16)) as RoomId; // 16 bytes encode to the 22 characters of a room id
    const isTaken = record.takenBy !== undefined && record.takenBy !== target.user;
    for (const room of isTaken ? [beside] : [record.room, beside]) {
      const missing = await missingIn(room, from, target.store);
      const listed = known.find((other) => other.room === room);
      if (listed && !listed.isRevoked && missing?.length === 0) return room;
      if (listed || missing === undefined) continue;
      for (const doc of missing) {
        const address: DocAddress = { room, doc, gen: 0 };
        const batch = await writeAnew(address, target, (to) => copyContent(doc, from[doc], to));
        if (batch.entries.length > 0) await target.store.append(address, batch);
      }
      const added = recordOfCopy(record, room, target, state, isTrashed);
      const kept = await target.caches.updateRoom(room, (before) => before ?? added);
      if (kept?.adopted?.state !== state) throw new AppError('conflict', 'the room came from elsewhere meanwhile');
      return room;
    }
    throw new AppError('conflict', 'no room for the copy');
  } finally {
    for (const doc of COPIED) from[doc].destroy();
  }
}

/** What an earlier attempt left to be done in this room; undefined when the room holds something else. */
async function missingIn(
  room: RoomId,
  from: Readonly<Record<Copied, Y.Doc>>,
  store: LogStore,
): Promise<readonly Copied[] | undefined> {
  const missing: Copied[] = [];
  for (const doc of COPIED) {
    const address: DocAddress = { room, doc, gen: 0 };
    const held = await readDocument(store, address);
    const isSame = describeDocument(doc, held) === describeDocument(doc, from[doc]);
    held.destroy();
    if (isSame) continue;
    if ((await store.load(address)).entries.length > 0) return undefined;
    missing.push(doc);
  }
  return missing;
}

function recordOfCopy(
  { room: source, title, createdAt, updatedAt, openedAt }: RoomRecord,
  room: RoomId,
  { workspace }: CopyTarget,
  state: string,
  isTrashed: boolean,
): RoomRecord {
  return {
    room,
    workspace,
    kind: 'document',
    role: 'owner',
    accessEpoch: 0,
    grant: '',
    isPending: true,
    isRevoked: false,
    isUnlisted: !isTrashed,
    // written for oneself: who else sees it is decided later, in the share dialog
    audience: 'restricted',
    title,
    createdAt,
    updatedAt,
    ...(openedAt === undefined ? {} : { openedAt }),
    adopted: { room: source, state },
  };
}

/** What a local account holds of a document; empty when it holds nothing. */
export async function readDocument(source: LogStore, address: DocAddress): Promise<Y.Doc> {
  const { entries, unsaved } = await source.load(address);
  return rebuildDocument(
    address.doc,
    [...entries, ...(unsaved?.entries ?? [])].map(({ bytes }) => bytes),
  );
}

/** All that {@link copyContent} copies, as text: equal for equal documents. */
function describeDocument(doc: Copied, ydoc: Y.Doc): string {
  switch (doc) {
    case 'meta':
      return JSON.stringify([metaTitle(ydoc).toDelta(), metaProps(ydoc).toJSON()], inOrder);
    case 'content':
      return JSON.stringify(contentBody(ydoc).toArray().map(describeNode), inOrder);
  }
}
const describeNode = (node: unknown): unknown => {
  if (node instanceof Y.XmlText) return node.toDelta();
  if (node instanceof Y.XmlElement) return [node.nodeName, node.getAttributes(), node.toArray().map(describeNode)];
  return undefined; // a hook, which has no place in a body
};
/** Keys of maps come in the order of writing, which says nothing. */
const inOrder = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

function copyContent(doc: Copied, from: Y.Doc, to: Y.Doc): void {
  switch (doc) {
    case 'meta':
      metaTitle(to).applyDelta(metaTitle(from).toDelta());
      for (const [key, value] of metaProps(from).entries())
        metaProps(to).set(key, value instanceof Y.AbstractType ? value.clone() : value);
      return;
    case 'content': {
      // the body holds elements and texts; a hook, which yjs also knows, has no place in it
      const nodes = contentBody(from).toArray() as (Y.XmlElement | Y.XmlText)[];
      contentBody(to).insert(
        0,
        nodes.map((node) => node.clone()),
      );
    }
  }
}

/** The signed entries that `write` makes in an empty document, cut to the size that entries may have. */
async function writeAnew(address: DocAddress, target: CopyTarget, write: (ydoc: Y.Doc) => void): Promise<LogBatch> {
  const batches: LogBatch[] = [];
  const staging: LogStore = {
    load: () => Promise.resolve({ headers: [], entries: [], receipted: [] }),
    append: (_address, batch) => {
      batches.push(batch);
      return Promise.resolve('memory');
    },
    saveCheckpoint: () => Promise.resolve(),
    saveReceipted: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const { signer, verifySignature, grants, clock, random, logger } = target;
  const replica = createReplica({
    ...{ address, signer, verifySignature, grants, clock, random, logger },
    store: staging,
    writableWithoutGrant: () => true,
  });
  try {
    await replica.ready;
    replica.ydoc.transact(() => write(replica.ydoc));
    await replica.flush();
    if (replica.state === 'failed') throw new AppError('limit-exceeded', 'a value larger than an entry may be');
  } finally {
    await replica.close();
  }
  return {
    headers: batches.flatMap(({ headers }) => headers),
    entries: batches.flatMap(({ entries }) => entries),
  };
}
