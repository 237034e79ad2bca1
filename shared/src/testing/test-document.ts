/** One document with as many honest replicas as a test wants, over real keys, real grants and stores in memory. */
import { sha256, toBase64Url, utf8 } from '../bytes.ts';
import type { GrantClaims } from '../crypto/claims.ts';
import { verifySignature } from '../crypto/device-key.ts';
import type { DeviceSigner } from '../crypto/signer.ts';
import { createTokenVerifier } from '../crypto/tokens.ts';
import type { PeerId, RoomId, UserId, WorkspaceId } from '../ids.ts';
import type { LogLimits } from '../log/limits.ts';
import { createReplica } from '../log/replica.ts';
import type { ReplicaOptions } from '../log/replica.ts';
import type { DocAddress, GrantVerifier, LogBatch, LogReplica } from '../log/types.ts';
import type { ValidityRule } from '../log/validity.ts';
import { silentLogger } from '../logger.ts';
import type { DocKind, RoomRole } from '../roles.ts';
import { createMemoryStore } from './memory-store.ts';
import type { MemoryStore } from './memory-store.ts';
import { seededDevice, seededRandom } from './seeded-device.ts';
import { createSeededIssuer } from './seeded-issuer.ts';
import type { SeededIssuer } from './seeded-issuer.ts';
import { createVirtualClock } from './virtual-clock.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** 16 bytes named by `name`, as ids are written. */
export const testId = (name: string): string => toBase64Url(sha256(utf8(name)).subarray(0, 16));

export interface Member {
  readonly name: string;
  readonly peer: PeerId;
  readonly device: DeviceSigner;
  readonly grant: string;
  readonly claims: GrantClaims;
}

export interface MemberReplica extends Member {
  readonly replica: LogReplica;
  readonly store: MemoryStore;
}

export interface TestDocument {
  readonly address: DocAddress;
  readonly clock: VirtualClock;
  readonly issuer: SeededIssuer;
  readonly grants: GrantVerifier;
  /** A device with a grant. `user` defaults to the name, `room` to the document's. */
  member(name: string, role: RoomRole, overrides?: Partial<GrantClaims>): Promise<Member>;
  open(
    member: Member,
    options?: Partial<ReplicaOptions> & { readonly memoryStore?: MemoryStore },
  ): Promise<MemberReplica>;
  /** A member with an open replica. */
  join(name: string, role: RoomRole, options?: Partial<ReplicaOptions>): Promise<MemberReplica>;
}

export async function createTestDocument(
  options: {
    readonly seed?: number | string;
    readonly doc?: DocKind;
    readonly limits?: Partial<LogLimits>;
    readonly rulesOff?: ReadonlySet<ValidityRule>;
  } = {},
): Promise<TestDocument> {
  const seed = options.seed ?? 'seed';
  const clock = createVirtualClock();
  const issuer = await createSeededIssuer('instance');
  const grants = createTokenVerifier({ issuer: () => issuer.issuer, fetchJwks: async () => issuer.jwks, clock });
  const room = testId('room') as RoomId; // 16 bytes encode to the 22 characters of an id
  const workspace = testId('workspace') as WorkspaceId; // likewise
  const address: DocAddress = { room, doc: options.doc ?? 'content', gen: 0 };
  let opened = 0;

  const member: TestDocument['member'] = async (name, role, overrides = {}) => {
    const device = await seededDevice(name);
    const claims: GrantClaims = {
      iss: issuer.issuer,
      sub: testId(`user/${name}`) as UserId, // likewise
      cnf: { jkt: device.deviceId },
      iat: 1_700_000_000,
      ws: workspace,
      room: role === 'archiver' ? '*' : room,
      name,
      role,
      accessEpoch: 0,
      ...overrides,
    };
    return { name, device, claims, grant: await issuer.grant(claims), peer: testId(`peer/${name}`) as PeerId }; // likewise
  };
  const open: TestDocument['open'] = async (who, given = {}) => {
    const { memoryStore, ...rest } = given;
    const store = memoryStore ?? createMemoryStore();
    const replica = createReplica({
      address,
      store,
      signer: who.device,
      verifySignature,
      grants,
      clock,
      random: seededRandom(`${seed}/${who.name}/${opened++}`),
      logger: silentLogger,
      workspace,
      grant: { grant: who.grant, claims: who.claims },
      ...(options.limits ? { limits: options.limits } : {}),
      ...(options.rulesOff ? { rulesOff: options.rulesOff } : {}),
      ...rest,
    });
    await replica.ready;
    return { ...who, replica, store };
  };
  return {
    ...{ address, clock, issuer, grants, member, open },
    join: async (name, role, given) => open(await member(name, role), given),
  };
}

/** Everything `from` has and `to` lacks, as a link would carry it. */
export async function pull(from: MemberReplica, to: MemberReplica, maxBytes = 64 * 1024): Promise<void> {
  await from.replica.flush();
  for (const batch of [...from.replica.missingFor(to.replica.heads(), maxBytes)])
    await to.replica.receive(batch, from.peer);
}

/** Exchanges until every replica has everything. */
export async function syncAll(replicas: readonly MemberReplica[]): Promise<void> {
  for (let round = 0; round < 2; round++) {
    for (const from of replicas) for (const to of replicas) if (from !== to) await pull(from, to);
  }
}

/** Every batch a replica announces from now on. */
export function recordBatches({ replica }: MemberReplica): LogBatch[] {
  const batches: LogBatch[] = [];
  replica.on('applied', (batch, source) => {
    if (source.kind === 'local') batches.push(batch);
  });
  return batches;
}
