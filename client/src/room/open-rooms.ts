/** Stands the rooms of the signed-in account on a mesh, the local store and the browser. A chunk of its own. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import { verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { createReplica } from '@vicinal/shared/log/replica.ts';
import type { LogStore } from '@vicinal/shared/log/types.ts';
import { createMesh } from '@vicinal/shared/mesh/mesh.ts';
import type { SocketLike, WebRtc } from '@vicinal/shared/mesh/types.ts';
import type { AccountCore } from '../auth/account.ts';
import type { ClientConfig } from '../config.ts';
import { createUpdateStore } from '../storage/update-store.ts';
import { consoleLogger } from './console-logger.ts';
import { createCorePool } from './core-pool.ts';
import { createMeshSession } from './mesh-session.ts';
import { createRoomCore } from './room-core.ts';
import { createRooms } from './rooms.ts';
import type { TabChannel } from './tab-exchange.ts';
import { exposeForJourneys } from './test-seam.ts';
import type { Rooms } from './types.ts';

export async function openRooms(
  account: AccountCore,
  config: ClientConfig,
  page: Window & typeof globalThis,
): Promise<Rooms> {
  const { opened } = account;
  if (!opened) throw new AppError('unauthenticated', 'no account is signed in');
  const logger = consoleLogger();
  const mesh = createMesh({
    signalUrl: () => config.signalUrl,
    origin: config.origin,
    // the mesh sets the handlers and never calls them, so their parameters do not matter
    createSocket: (url) => new page.WebSocket(url) as unknown as SocketLike,
    webrtc: browserWebRtc(page),
    iceServers: () =>
      account.iceServers.map(({ urls, username, credential }) => ({
        urls,
        ...(username === undefined ? {} : { username }),
        ...(credential === undefined ? {} : { credential }),
      })),
    signer: opened.signer,
    verifySignature,
    tokens: opened.tokens,
    credentials: opened.credentials,
    clock: systemClock,
    random: systemRandom,
    logger: logger.child({ part: 'mesh' }),
  });
  const meshSession = createMeshSession(mesh, page, systemClock);
  const store = createUpdateStore(opened.database);
  const channelName = (room: RoomId): string => `${opened.database.name}/${room}`;
  const pool = createCorePool(systemClock, (room, kind, after) =>
    createRoomCore({
      room,
      kind,
      user: () => (account.state.kind === 'signed-in' ? account.state.user : undefined),
      devicePub: opened.signer.publicKey,
      openReplica: (address, isPending) =>
        createReplica({
          address,
          store: readingAfter(store, after),
          signer: opened.signer,
          verifySignature,
          grants: opened.tokens,
          clock: systemClock,
          random: systemRandom,
          logger: logger.child({ part: 'replica', doc: address.doc }),
          get writableWithoutGrant() {
            return isPending(); // asked at every change: the room may be registered meanwhile
          },
        }),
      credentials: opened.credentials,
      verifyGrant: (grant) => opened.tokens.verify(grant),
      caches: opened.caches,
      mesh: meshSession,
      // only the handler is set here, never called
      openChannel: (name) => new page.BroadcastChannel(channelName(name)) as unknown as TabChannel,
      clock: systemClock,
      logger: logger.child({ part: 'room' }),
    }),
  );
  const rooms = createRooms({
    account,
    opened,
    pool,
    clock: systemClock,
    random: systemRandom,
    logger: logger.child({ part: 'rooms' }),
    storage: page.navigator.storage,
    onClosed: () => meshSession.close(),
  });
  if (config.isTest) exposeForJourneys(page, { rooms, mesh, account });
  return rooms;
}

function browserWebRtc(page: Window & typeof globalThis): WebRtc | null {
  if (!('RTCPeerConnection' in page)) return null; // switched off by policy: the app stays local
  const { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate } = page;
  return { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate };
}

/** The same room may still be writing what it had when it was closed. */
const readingAfter = (store: LogStore, after: Promise<void>): LogStore => ({
  ...store,
  load: async (address) => {
    await after.catch(() => undefined); // what could not be written was reported then
    return store.load(address);
  },
});
