/** Peers for tests of the mesh: devices, credentials, replicas over memory stores and meshes around one signaling server. */
import { toBase64Url, sha256, utf8 } from '../bytes.ts';
import type { Clock, Random } from '../clock.ts';
import { verifySignature } from '../crypto/device-key.ts';
import type { DeviceSigner, VerifySignature } from '../crypto/signer.ts';
import type { RoomId, UserId, WorkspaceId } from '../ids.ts';
import { createReplica } from '../log/replica.ts';
import type { LogReplica, LogStore } from '../log/types.ts';
import { silentLogger } from '../logger.ts';
import { createMesh } from '../mesh/mesh.ts';
import type { Mesh, MeshOptions, RoomHandle } from '../mesh/types.ts';
import type { DocKind, RoomRole } from '../roles.ts';
import { createMemorySignaling, type MemorySignaling, type MemorySignalingOptions } from './memory-signaling.ts';
import { createMemoryStore } from './memory-store.ts';
import { seededDevice } from './seeded-device.ts';
import { createTestIssuer, type TestIssuer, type TestMember } from './test-issuer.ts';

const id = (name: string): string => toBase64Url(sha256(utf8(`vicinal/test-id/${name}`)).subarray(0, 16));
export const testRoom = (name: string): RoomId => id(`room/${name}`) as RoomId; // 16 bytes encode to 22 characters
export const testUser = (name: string): UserId => id(`user/${name}`) as UserId; // as above
export const testWorkspace = (name: string): WorkspaceId => id(`workspace/${name}`) as WorkspaceId; // as above

export interface WorldOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** WebRTC or a memory network. */
  readonly transport: Pick<MeshOptions, 'webrtc'> & Partial<Pick<MeshOptions, 'createTransport'>>;
  readonly lifetimeSeconds?: number;
  readonly graceSeconds?: number;
  readonly verifySignature?: VerifySignature;
  readonly device?: (name: string) => Promise<DeviceSigner>;
  readonly tamper?: MemorySignalingOptions['tamper'];
}

export interface World {
  readonly issuer: TestIssuer;
  readonly signaling: MemorySignaling;
  peer(
    name: string,
    role?: RoomRole | ((room: RoomId) => RoomRole | undefined),
    overrides?: Partial<MeshOptions>,
  ): Promise<TestPeer>;
  /** Closes every peer made here. */
  close(): Promise<void>;
}

export interface TestPeer {
  readonly name: string;
  readonly mesh: Mesh;
  readonly member: TestMember;
  readonly signer: DeviceSigner;
  /** Joins with a replica per document. */
  open(room: RoomId, docs?: readonly DocKind[], store?: LogStore): Promise<TestRoom>;
  close(): Promise<void>;
}
export interface TestRoom {
  readonly handle: RoomHandle;
  readonly replicas: ReadonlyMap<DocKind, LogReplica>;
  /** The replica of `content`. */
  readonly content: LogReplica;
}

const ORIGIN = 'https://vicinal.test';

export function createWorld(options: WorldOptions): World {
  const { clock, random } = options;
  const verify = options.verifySignature ?? verifySignature;
  const workspace = testWorkspace('one');
  const issuer = createTestIssuer({
    clock,
    issuer: 'https://issuer.test',
    workspace,
    lifetimeSeconds: options.lifetimeSeconds ?? 600,
    graceSeconds: options.graceSeconds ?? 86_400,
  });
  const signaling = createMemorySignaling({
    clock,
    random,
    origin: ORIGIN,
    tokens: issuer.tokens,
    verifySignature: verify,
    ...(options.tamper ? { tamper: options.tamper } : {}),
  });
  const peers: TestPeer[] = [];

  const peer: World['peer'] = async (name, role = 'editor', overrides = {}) => {
    const signer = await (options.device ?? seededDevice)(name);
    const member: TestMember = { sub: testUser(name), device: signer.deviceId, name };
    const roleIn = typeof role === 'function' ? role : () => role;
    const mesh = createMesh({
      signalUrl: () => 'wss://vicinal.test/signal',
      origin: ORIGIN,
      createSocket: signaling.createSocket,
      ice: () => ({ origin: ORIGIN }),
      signer,
      verifySignature: verify,
      tokens: issuer.tokens,
      credentials: issuer.credentials(member, roleIn),
      clock,
      random,
      logger: silentLogger,
      isArchiver: role === 'archiver',
      ...options.transport,
      ...overrides,
    });
    const opened: LogReplica[] = [];
    const created: TestPeer = {
      name,
      mesh,
      member,
      signer,
      open: async (room, docs = ['content'], store = createMemoryStore()) => {
        const replicas = new Map(
          docs.map((doc) => {
            const held = roleIn(room);
            const replica = createReplica({
              address: { room, doc, gen: 0 },
              store,
              signer,
              verifySignature: verify,
              grants: issuer.tokens,
              clock,
              random,
              logger: silentLogger,
              workspace,
              ...(held ? { grant: issuer.grant(member, room, held) } : {}),
            });
            opened.push(replica);
            return [doc, replica] as const;
          }),
        );
        await Promise.all([...replicas.values()].map((replica) => replica.ready));
        const content = replicas.get(docs[0] ?? 'content');
        if (!content) throw new Error('a room needs a document');
        return { handle: mesh.join({ room, replicas }), replicas, content };
      },
      close: async () => {
        await mesh.close();
        await Promise.all(opened.map((replica) => replica.close()));
      },
    };
    peers.push(created);
    return created;
  };

  return {
    issuer,
    signaling,
    peer,
    close: async () => {
      await Promise.all(peers.map((created) => created.close()));
    },
  };
}
