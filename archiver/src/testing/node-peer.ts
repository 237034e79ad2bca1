/** A person's device in Node over real signaling and real WebRTC, for tests. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { createTokenVerifier } from '@vicinal/shared/crypto/tokens.ts';
import type { JwksTokenVerifier } from '@vicinal/shared/crypto/tokens.ts';
import { jwksResponseSchema } from '@vicinal/shared/http/api.ts';
import type { TokensResponse } from '@vicinal/shared/http/api.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import { createReplica } from '@vicinal/shared/log/replica.ts';
import type { LogReplica } from '@vicinal/shared/log/types.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { createMesh } from '@vicinal/shared/mesh/mesh.ts';
import type { Mesh, RoomHandle, SocketLike } from '@vicinal/shared/mesh/types.ts';
import { err, ok, unwrap } from '@vicinal/shared/result.ts';
import { DOCS_OF_KIND } from '@vicinal/shared/roles.ts';
import type { DocKind } from '@vicinal/shared/roles.ts';
import { createMemoryStore } from '@vicinal/shared/testing/memory-store.ts';
import type { ValidityRule } from '@vicinal/shared/log/validity.ts';
import { nodeWebRtc } from '../peer/wrtc.ts';

export interface NodePeerOptions {
  readonly base: string;
  readonly origin: string;
  readonly issuer: string;
  readonly device: DeviceSigner;
  readonly room: RoomId;
  /** POST /api/tokens in the person's name. */
  readonly fetchTokens: () => Promise<TokensResponse>;
  /** A modified client: judges its own writing by fewer rules and takes itself for an owner. */
  readonly modified?: { readonly rulesOff: ReadonlySet<ValidityRule> };
}

export interface NodePeer {
  readonly mesh: Mesh;
  readonly handle: RoomHandle;
  readonly tokens: JwksTokenVerifier;
  /** Ticket for requests to the archive. */
  readonly ticket: string;
  replica(doc: DocKind): LogReplica;
  close(): Promise<void>;
}

export async function startNodePeer(options: NodePeerOptions): Promise<NodePeer> {
  const { base, origin, device, room } = options;
  const answer = await options.fetchTokens();
  const access = answer.rooms[room];
  if (access?.ok !== true) throw new Error('no access');
  const tokens = createTokenVerifier({
    issuer: () => options.issuer,
    fetchJwks: async () => jwksResponseSchema.parse(await (await fetch(`${base}/api/jwks`)).json()),
    clock: systemClock,
  });
  const claims = unwrap(await tokens.verify(access.grant));
  const store = createMemoryStore();
  const replicas = new Map<DocKind, LogReplica>();
  for (const doc of DOCS_OF_KIND[access.kind]) {
    const replica = createReplica({
      address: { room, doc, gen: 0 },
      ...{ store, verifySignature, clock: systemClock, random: systemRandom, logger: silentLogger },
      signer: device,
      grants: tokens,
      workspace: access.workspace,
      grant: { grant: access.grant, claims: options.modified ? { ...claims, role: 'owner' } : claims },
      ...(options.modified ? { rulesOff: options.modified.rulesOff } : {}),
    });
    await replica.ready;
    replicas.set(doc, replica);
  }
  let given = access;
  /** As a client does: what is kept serves until access changed. */
  const credentialsFor = async (leastEpoch: number | undefined) => {
    if (leastEpoch !== undefined && given.accessEpoch < leastEpoch) {
      const renewed = (await options.fetchTokens()).rooms[room];
      if (renewed?.ok !== true) return err(new AppError('forbidden', renewed?.code));
      given = renewed;
    }
    return ok({ ticket: given.ticket, grant: given.grant });
  };
  const mesh = createMesh({
    signalUrl: () => `${base.replace(/^http/, 'ws')}/signal`,
    origin,
    createSocket: (address) =>
      new (WebSocket as unknown as new (url: string, init: object) => SocketLike)(address, { headers: { origin } }), // Node's constructor takes headers
    webrtc: nodeWebRtc,
    ice: () => ({ origin }),
    signer: device,
    verifySignature,
    tokens,
    credentials: {
      peerToken: async () => ok(answer.peerToken),
      room: (_room, leastEpoch) => credentialsFor(leastEpoch),
    },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  const handle = mesh.join({ room, replicas });
  return {
    mesh,
    handle,
    tokens,
    ticket: access.ticket,
    replica: (doc) => {
      const replica = replicas.get(doc);
      if (replica === undefined) throw new TypeError(`no ${doc} here`);
      return replica;
    },
    async close() {
      await handle.leave();
      await mesh.close();
      await Promise.all([...replicas.values()].map((replica) => replica.close()));
    },
  };
}
