/** Stands the rooms of the signed-in account on a mesh, the local store and the browser. A chunk of its own. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import { verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { createReplica } from '@vicinal/shared/log/replica.ts';
import type { LogStore } from '@vicinal/shared/log/types.ts';
import { peerIdOf } from '@vicinal/shared/crypto/transcript.ts';
import type { MeshOptions, SocketLike, WebRtc } from '@vicinal/shared/mesh/types.ts';
import type { AccountCore } from '../auth/account.ts';
import type { Exclusive } from '../auth/session.ts';
import type { ClientConfig } from '../config.ts';
import { openDevice } from '../storage/device-store.ts';
import { createSyncLogStore } from '../storage/sync-log-store.ts';
import { createRecoveringStore, createUnsavedCopies } from '../storage/unsaved-copies.ts';
import { createUpdateStore } from '../storage/update-store.ts';
import { createAdoption } from './adopt-local.ts';
import { consoleLogger } from './console-logger.ts';
import { createCorePool } from './core-pool.ts';
import { createDeferredMesh } from './deferred-mesh.ts';
import { evictCopies } from './evict-copies.ts';
import { createLocalMesh } from './local-mesh.ts';
import { createMeshSession } from './mesh-session.ts';
import { createRoomCore } from './room-core.ts';
import { createRoomLocks } from './room-locks.ts';
import { createRooms, type RoomsCore } from './rooms.ts';
import { createSyncLog } from './sync-log.ts';
import type { TabChannel } from './tab-exchange.ts';
import { exposeForJourneys } from './test-seam.ts';

/** Half a frame: what came is drawn before it is written to the database, and what comes together is written as one. */
const STORE_GATHER_MS = 8;

export async function openRooms(
  account: AccountCore,
  config: ClientConfig,
  page: Window & typeof globalThis,
): Promise<RoomsCore> {
  const { opened } = account;
  if (!opened) throw new AppError('unauthenticated', 'no account is signed in');
  const logger = consoleLogger();
  const tabNonce = systemRandom.bytes(16);
  const webrtc = browserWebRtc(page);
  const meshOptions: MeshOptions = {
    signalUrl: () => config.signalUrl,
    origin: config.origin,
    // the mesh sets the handlers and never calls them, so their parameters do not matter
    createSocket: (url) => new page.WebSocket(url) as unknown as SocketLike,
    webrtc,
    hasSpareConnection: true,
    ice: () => ({ ...account.ice, granted: opened.credentials.iceServers(), origin: config.origin }),
    signer: opened.signer,
    tabNonce,
    verifySignature,
    tokens: opened.tokens,
    credentials: opened.credentials,
    clock: systemClock,
    random: systemRandom,
    logger: logger.child({ part: 'mesh' }),
  };
  const mesh = opened.isLocal
    ? createLocalMesh(opened.signer, systemRandom)
    : createDeferredMesh({
        peerId: peerIdOf(opened.signer.publicKey, tabNonce),
        load: () => import('@vicinal/shared/mesh/mesh.ts').then(({ createMesh }) => createMesh(meshOptions)),
        onFailed: () => logger.warn('mesh-not-loaded', { code: 'network' }),
      });
  mesh.on('signaling', () => {
    const { signaling } = mesh;
    if (signaling.kind !== 'down') return;
    if (signaling.code === 'unauthenticated' || signaling.code === 'revoked') account.verifySession(signaling.code);
  });
  const meshSession = createMeshSession(mesh, page, systemClock, webrtc === null && !opened.isLocal);
  const unsavedCopies = createUnsavedCopies(page.localStorage, opened.database.name, mesh.peerId);
  const store = createRecoveringStore(createUpdateStore(opened.database), unsavedCopies, opened.signer);
  const syncLogs = createSyncLogStore(opened.database);
  const channelName = (room: RoomId): string => `${opened.database.name}/${room}`;
  const roomLocks = createRoomLocks(page.navigator.locks, opened.database.name);
  const pool = createCorePool(systemClock, (room, kind, after) => {
    const hold = roomLocks.hold(room);
    const core = createRoomCore({
      room,
      kind,
      user: () => (account.state.kind === 'signed-in' ? account.state.user : undefined),
      devicePub: opened.signer.publicKey,
      openReplica: (address, isUngranted) =>
        createReplica({
          address,
          store: readingAfter(store, Promise.allSettled([after, hold.held])),
          signer: opened.signer,
          verifySignature,
          grants: opened.tokens,
          clock: systemClock,
          random: systemRandom,
          logger: logger.child({ part: 'replica', doc: address.doc }),
          limits: { storeGatherMs: STORE_GATHER_MS },
          writableWithoutGrant: isUngranted,
        }),
      credentials: opened.credentials,
      verifyGrant: (grant) => opened.tokens.verify(grant),
      caches: opened.caches,
      mesh: meshSession,
      // only the handler is set here, never called
      openChannel: (name) => new page.BroadcastChannel(channelName(name)) as unknown as TabChannel,
      unsavedCopies,
      syncLog: createSyncLog({ room, store: syncLogs, clock: systemClock }),
      clock: systemClock,
      logger: logger.child({ part: 'room' }),
    });
    const { close } = core;
    return Object.assign(core, { close: () => close().finally(hold.release) });
  });
  const exclusive: Exclusive = (name, work) => page.navigator.locks.request(name, work);
  const adoption = createAdoption({
    account,
    opened,
    pool,
    target: {
      store,
      caches: opened.caches,
      signer: opened.signer,
      verifySignature,
      grants: opened.tokens,
      clock: systemClock,
      random: systemRandom,
      logger: logger.child({ part: 'adoption' }),
    },
    openSource: async (database) => {
      const copies = createUnsavedCopies(page.localStorage, database.name, mesh.peerId);
      return createRecoveringStore(createUpdateStore(database), copies, (await openDevice(database)).signer);
    },
    exclusive,
    clock: systemClock,
    logger: logger.child({ part: 'adoption' }),
  });
  await adoption.copied;
  const rooms = createRooms({
    account,
    opened,
    pool,
    clock: systemClock,
    random: systemRandom,
    logger: logger.child({ part: 'rooms' }),
    mesh: meshSession,
    storage: page.navigator.storage,
    exclusive,
    freeSpace: () =>
      evictCopies({
        ...{ database: opened.database, caches: opened.caches, unsavedCopies, whileClosed: roomLocks.whileClosed },
        ...{ clock: systemClock, logger: logger.child({ part: 'storage' }) },
      }),
    onClosed: async () => {
      await adoption.close();
      await meshSession.close();
    },
  });
  if (config.isTest) exposeForJourneys(page, { rooms, mesh, account });
  return rooms;
}

function browserWebRtc(page: Window & typeof globalThis): WebRtc | null {
  if (!('RTCPeerConnection' in page)) return null; // switched off by policy: the app stays local
  const { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate } = page;
  return { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate };
}

/** The same room may still be writing what it had when it was closed; what could not be written was reported then. */
const readingAfter = (store: LogStore, after: Promise<unknown>): LogStore => ({
  ...store,
  load: async (address) => {
    await after;
    return store.load(address);
  },
});
