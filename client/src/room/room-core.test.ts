import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { AppError } from '@vicinal/shared/app-error.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import { verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import { createReplica } from '@vicinal/shared/log/replica.ts';
import type { GrantVerifier, LogStore } from '@vicinal/shared/log/types.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { err, ok } from '@vicinal/shared/result.ts';
import { contentBody, metaTitle } from '@vicinal/shared/room/documents.ts';
import { createTestDocument } from '@vicinal/shared/testing/test-document.ts';
import * as Y from 'yjs';
import { FakeServer, room, signedIn, workspace } from '../auth/testing/fake-server.ts';
import type { RoomRecord } from '../storage/account-caches.ts';
import { createSyncLogStore } from '../storage/sync-log-store.ts';
import { createUnsavedCopies } from '../storage/unsaved-copies.ts';
import { createUpdateStore } from '../storage/update-store.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createLocalMesh } from './local-mesh.ts';
import { createMeshSession } from './mesh-session.ts';
import { createRoomCore } from './room-core.ts';
import { createSyncLog } from './sync-log.ts';
import type { TabChannel } from './tab-exchange.ts';

/** What a mesh session uses of a window. */
class Page extends EventTarget {
  readonly document = Object.assign(new EventTarget(), { visibilityState: 'visible' as DocumentVisibilityState });
  readonly navigator = { onLine: true, permissions: { query: () => Promise.reject(new TypeError('unknown')) } };
}

const ada = 'AAAAAAAAAAAAAAAAAAAAAA' as UserId;
/** A document made on this device that the server has not heard of. */
const made: RoomRecord = {
  ...{ room: 'MMMMMMMMMMMMMMMMMMMMMA' as RoomId, workspace: workspace as WorkspaceId }, // ids of 16 bytes
  ...{ kind: 'document', role: 'owner', accessEpoch: 0, grant: '', title: '' },
  ...{ isPending: true, isRevoked: false, createdAt: 1, updatedAt: 1 },
};

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

/** A room on a device that reads its copy no sooner than `read` resolves. */
async function openRoom(
  server: FakeServer,
  read: () => Promise<void>,
  grants: GrantVerifier = { verify: () => Promise.resolve(err(new AppError('unauthenticated'))) },
  opens = room,
) {
  const { opened } = await signedIn(server);
  if (!opened) throw new TypeError('signed in');
  const clock = createManualClock(Date.now());
  const stored = createUpdateStore(opened.database);
  const store: LogStore = { ...stored, load: (address) => read().then(() => stored.load(address)) };
  const meshOfDevice = createLocalMesh(opened.signer, systemRandom);
  const joins = vi.fn(meshOfDevice.join);
  const mesh = createMeshSession({ ...meshOfDevice, join: joins }, new Page() as unknown as Window, clock); // a part of one
  const core = createRoomCore({
    room: opens,
    kind: 'document',
    user: () => undefined,
    devicePub: opened.signer.publicKey,
    openReplica: (address, isUngranted) =>
      createReplica({
        writableWithoutGrant: isUngranted,
        ...{ address, store, signer: opened.signer, verifySignature, grants },
        ...{ clock: systemClock, random: systemRandom, logger: silentLogger },
      }),
    credentials: opened.credentials,
    verifyGrant: (grant) => grants.verify(grant),
    caches: opened.caches,
    mesh,
    openChannel: (name) => new BroadcastChannel(name) as unknown as TabChannel, // only the handler is set
    syncLog: createSyncLog({ room: opens, store: createSyncLogStore(opened.database), clock }),
    unsavedCopies: createUnsavedCopies({ getItem: () => null } as unknown as Storage, 'test', mesh.mesh.peerId), // empty
    clock,
    logger: silentLogger,
  });
  onTestFinished(async () => {
    await core.close();
    await mesh.close();
  });
  return { core, clock, joins, opened };
}
const asked = (server: FakeServer, times: number): Promise<void> =>
  vi.waitFor(() => expect(server.count('POST /tokens')).toBe(times));

test('CLI-81 access is asked for while the copy on this device is being read', async () => {
  const server = new FakeServer();
  const reading = Promise.withResolvers<void>();
  const { core, joins, opened } = await openRoom(server, () => reading.promise);
  await vi.waitFor(async () => expect(await opened.caches.room(room)).toBeDefined());
  expect(core.state.kind).toBe('loading');
  expect(joins).not.toHaveBeenCalled();
  reading.resolve();
  await core.loaded;
  expect(core.record?.role).toBe('editor');
  expect(core.state.kind).toBe('waiting');
  expect(joins).toHaveBeenCalledOnce();
  expect(server.count('POST /tokens')).toBe(1);
});

test('CLI-81 of what is heard of access meanwhile the last counts', async () => {
  const server = new FakeServer();
  server.ownRooms.add(room);
  const reading = Promise.withResolvers<void>();
  const { core, opened } = await openRoom(server, () => reading.promise);
  await asked(server, 1);
  await vi.waitFor(async () => expect(await opened.caches.room(room)).toMatchObject({ role: 'owner' }));
  server.ownRooms.delete(room);
  await opened.credentials.invalidate(room);
  await opened.credentials.access(room);
  reading.resolve();
  await core.loaded;
  expect(core.record?.role).toBe('editor');
});

test('CLI-81 a refusal heard meanwhile stands when the copy has been read', async () => {
  const server = new FakeServer();
  server.refusedRooms.add(room);
  const reading = Promise.withResolvers<void>();
  const { core } = await openRoom(server, () => reading.promise);
  await asked(server, 1);
  expect(core.state.kind).toBe('loading');
  reading.resolve();
  await vi.waitFor(() => expect(core.state.kind).toBe('denied'));
});

test('CLI-81 access that ended meanwhile makes the copy on this device read-only', async () => {
  const server = new FakeServer();
  const reading = Promise.withResolvers<void>();
  const { core, opened } = await openRoom(server, () => reading.promise);
  await vi.waitFor(async () => expect(await opened.caches.room(room)).toBeDefined());
  server.refusedRooms.add(room);
  await opened.credentials.invalidate(room);
  expect(await opened.credentials.access(room)).toMatchObject({ ok: false });
  reading.resolve();
  await core.loaded;
  expect(core.record?.isRevoked).toBe(true);
  expect(core.canWrite('content')).toBe(false);
});

test('CLI-81 a room that is closed meanwhile joins nothing and asks no more', async () => {
  const server = new FakeServer();
  const reading = Promise.withResolvers<void>();
  const answering = Promise.withResolvers<void>();
  const { core, clock, joins } = await openRoom(server, () => reading.promise);
  server.held.set('/tokens', answering.promise);
  await asked(server, 1);
  const closed = core.close();
  reading.resolve();
  await closed;
  server.isUp = false;
  answering.resolve();
  clock.advance(60_000);
  expect(joins).not.toHaveBeenCalled();
  expect(core.record).toBeUndefined();
  expect(server.count('POST /tokens')).toBe(1);
});

test('CLI-81 without a server the copy is shown, and access is asked for again', async () => {
  const server = new FakeServer();
  const { core, clock, opened } = await openRoom(server, () => Promise.resolve());
  server.isUp = false;
  await core.loaded;
  expect(core.state.kind).toBe('waiting');
  await vi.waitFor(() => expect(server.calls.at(-1)).toMatch(/devices|tokens/));
  expect(core.record).toBeUndefined();
  server.isUp = true;
  await vi.waitFor(async () => {
    opened.credentials.retryNow();
    clock.advance(3000);
    expect(core.record?.role).toBe('editor');
  });
});

test('CLI-81 a copy that cannot be read is not joined, whatever the server says', async () => {
  const server = new FakeServer();
  const { core, clock, joins, opened } = await openRoom(server, () => Promise.reject(new AppError('storage-failed')));
  await core.loaded;
  await vi.waitFor(async () => expect(await opened.caches.room(room)).toBeDefined());
  clock.advance(60_000);
  expect(core.state.kind).toBe('failed');
  expect(joins).not.toHaveBeenCalled();
  expect(server.count('POST /tokens')).toBe(1);
});

test('CLI-83 a room made here is written without a pause while the server learns of it', async () => {
  const server = new FakeServer();
  const checking = Promise.withResolvers<void>();
  const account = (await signedIn(server)).opened;
  if (!account) throw new TypeError('signed in');
  const { caches, signer: device } = account;
  await caches.updateRoom(made.room, () => made);
  const checked = vi.fn();
  const grants: GrantVerifier = {
    verify: async () => {
      checked();
      await checking.promise;
      const { role, accessEpoch, workspace: ws, room: of } = made;
      const cnf = { jkt: device.deviceId };
      return ok({ iss: 'one', sub: ada, cnf, iat: 0, ws, room: of, name: 'Ada', role, accessEpoch });
    },
  };
  server.ownRooms.add(made.room);
  const { core, opened } = await openRoom(server, () => Promise.resolve(), grants, made.room);
  await core.loaded;
  const seen = new Set<string>();
  core.replica('content').on('status', () => seen.add(core.replica('content').state));
  await vi.waitFor(() => expect(checked).toHaveBeenCalled());
  expect(server.registered).toEqual([{ id: made.room }]);
  expect(await opened.caches.room(made.room)).toMatchObject({ isPending: false });
  expect(core.canWrite('content')).toBe(true);
  contentBody(core.replica('content').ydoc).insert(0, [new Y.XmlText('High water')]);
  checking.resolve();
  const { clientId } = core.replica('content');
  await vi.waitFor(() => expect(core.replica('content').header(clientId)?.grant).toMatch(/^grant-/));
  expect([...seen]).toEqual(['writable']);
});

test('CLI-83 a room made here whose access has ended is read-only, with or without a grant', async () => {
  const server = new FakeServer();
  const { opened: account } = await signedIn(server);
  await account?.caches.updateRoom(made.room, () => made);
  server.refusedRooms.add(made.room);
  const { core } = await openRoom(server, () => Promise.resolve(), undefined, made.room);
  await core.loaded;
  await vi.waitFor(() => expect(core.record?.isRevoked).toBe(true));
  expect(server.registered).toEqual([{ id: made.room }]);
  expect([core.canWrite('content'), core.replica('content').state]).toEqual([false, 'read-only']);
});

test('CLI-82 a title alone is not shown as a document: the text is waited for', async () => {
  const [meta, content] = [await createTestDocument({ doc: 'meta' }), await createTestDocument()];
  const { core } = await openRoom(new FakeServer(), () => Promise.resolve(), meta.grants, meta.address.room);
  await core.loaded;
  const [ofTitle, ofText] = [await meta.join('ada', 'owner'), await content.join('ada', 'owner')];
  metaTitle(ofTitle.replica.ydoc).insert(0, 'Tides');
  contentBody(ofText.replica.ydoc).insert(0, [new Y.XmlText('High water')]);
  for (const [doc, { replica, peer }] of [
    ['meta', ofTitle],
    ['content', ofText],
  ] as const) {
    await vi.waitFor(() => expect(core.record).toBeDefined());
    expect(core.state.kind).toBe('waiting');
    await replica.flush();
    for (const batch of replica.missingFor([], 64 * 1024)) await core.replica(doc).receive(batch, peer);
    expect(core.replica(doc).heads()).toHaveLength(1);
    await new Promise((resolve) => setImmediate(resolve)); // states are read once per task
  }
  expect(core.state).toMatchObject({ kind: 'ready' });
});
