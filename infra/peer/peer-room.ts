/** One document joined as a peer: its replicas, the mesh, and what can be waited for. */
import { join } from 'node:path';
import { nodeWebRtc } from '@vicinal/archiver/peer/wrtc.ts';
import { toHex } from '@vicinal/shared/bytes.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import { verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import type { GrantClaims } from '@vicinal/shared/crypto/claims.ts';
import { createReplica } from '@vicinal/shared/log/replica.ts';
import type { BatchSource, LogBatch, LogReplica, Replica } from '@vicinal/shared/log/types.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { createMesh } from '@vicinal/shared/mesh/mesh.ts';
import type { Mesh, RoomHandle, SocketLike, WebRtc } from '@vicinal/shared/mesh/types.ts';
import type { PeerId } from '@vicinal/shared/ids.ts';
import { DOCS_OF_KIND, type DocKind } from '@vicinal/shared/roles.ts';
import { EXIT, PeerFailure } from './exit.ts';
import type { Guest } from './guest.ts';
import { createLogFiles } from './log-files.ts';

/** How long peers that signaling names may stay without a link before a text without them counts as caught up. */
const STRAGGLER_MS = 3_000;
/** How long an archive that is not linked is waited for once another device has everything. */
const ARCHIVE_GRACE_MS = 5_000;
const DOCS = DOCS_OF_KIND.document;

/** How safe what this peer wrote is. */
export type ReceiptLevel = 'none' | 'replicated' | 'archived';

export interface PeerRoom {
  readonly mesh: Mesh;
  readonly handle: RoomHandle;
  replica(doc: DocKind): LogReplica;
  /** A replica of the same document, of a session of its own and on no link: what it writes is handed to this one. */
  openScribe(): Promise<Scribe>;
  /** Of `content`, hex: equal digests are equal histories. */
  digest(): string;
  readonly level: ReceiptLevel;
  /** Resolves once a peer is linked and what it holds is here. Rejects with {@link PeerFailure}. */
  caughtUp(timeoutMs: number): Promise<void>;
  /** Resolves with the level reached once everything written here is archived, or acknowledged where no archive is. */
  acknowledged(timeoutMs: number): Promise<ReceiptLevel>;
  /** Resolves when `check` holds; false after `timeoutMs`. Rejects when access ends or nothing can be stored. */
  until(check: () => boolean, timeoutMs: number): Promise<boolean>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface Scribe {
  readonly replica: LogReplica;
  /** Resolves when all it wrote is in the room's replica. */
  handOver(): Promise<void>;
  close(): Promise<void>;
}

export interface PeerRoomOptions {
  readonly guest: Guest;
  readonly origin: string;
  readonly dataDir: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Ends waiting for peers. */
  readonly signal: AbortSignal;
  /** Node's own when absent. */
  readonly webrtc?: WebRtc;
}

export async function openPeerRoom(options: PeerRoomOptions): Promise<PeerRoom> {
  const { guest, origin, clock, random, logger } = options;
  const { room, signer, tokens } = guest;
  const store = createLogFiles(options.dataDir === undefined ? undefined : join(options.dataDir, 'logs'));
  const claimsOf = async (grant: string): Promise<GrantClaims> => {
    const claims = await tokens.verify(grant);
    if (!claims.ok)
      throw new PeerFailure(EXIT.refused, 'The server gave a grant that does not verify.', { cause: claims.error });
    return claims.value;
  };
  const claims = await claimsOf(guest.grant);
  const failures: unknown[] = [];
  const open = async (doc: DocKind, from = store): Promise<LogReplica> => {
    const replica = createReplica({
      address: { room, doc, gen: 0 },
      ...{ store: from, signer, verifySignature, clock, random, logger },
      grants: tokens,
      workspace: guest.workspace,
      grant: { grant: guest.grant, claims },
    });
    replica.on('error', (error) => failures.push(error));
    await replica.ready;
    return replica;
  };
  const replicas = new Map<DocKind, LogReplica>();
  for (const doc of DOCS) replicas.set(doc, await open(doc));
  const replicaOf = (doc: DocKind): LogReplica => {
    const replica = replicas.get(doc);
    if (replica === undefined) throw new TypeError(`no ${doc} here`);
    return replica;
  };
  guest.onGrant((grant) => {
    claimsOf(grant).then(
      (verified) => {
        for (const replica of replicas.values()) replica.setGrant(grant, verified);
      },
      (error: unknown) => failures.push(error),
    );
  });
  const mesh = createMesh({
    signalUrl: () => `${origin.replace(/^http/, 'ws')}/signal`,
    origin,
    createSocket: (address) =>
      new (WebSocket as unknown as new (url: string, init: object) => SocketLike)(address, { headers: { origin } }), // Node's constructor takes headers
    webrtc: options.webrtc ?? nodeWebRtc,
    ice: guest.ice,
    ...{ signer, verifySignature, tokens, clock, random, logger },
    credentials: guest.credentials,
  });
  const main = replicaOf('content');
  const handle = mesh.join({
    room,
    replicas: new Map<DocKind, Replica>([...replicas, ['content', withOwnHand(main, mesh.peerId)]]),
  });

  const until: PeerRoom['until'] = async (check, timeoutMs) => {
    const deadline = clock.monotonic() + timeoutMs;
    for (;;) {
      if (handle.access.kind === 'revoked') throw new PeerFailure(EXIT.refused, 'Access to this document was removed.');
      const failure = failures.find((each) => each instanceof Error);
      if (failure !== undefined) throw failure as Error; // tested
      if (check()) return true;
      if (clock.monotonic() >= deadline) return false;
      await new Promise<void>((resolve) => void clock.after(5, resolve));
    }
  };
  const snapshots = () => [...replicas.values()].map((replica) => replica.receipts.snapshot());
  const levelNow = (): ReceiptLevel => {
    const all = snapshots();
    if (all.some(({ unsaved }) => unsaved > 0)) return 'none';
    if (
      all.every(
        ({ unarchived, archive }) =>
          unarchived === 0 && (archive === undefined || archive.durability === 'archive-disk'),
      ) &&
      all.some(({ archive }) => archive !== undefined)
    )
      return 'archived';
    return all.every(({ unreplicated }) => unreplicated === 0) && all.some(({ devicesWithAll }) => devicesWithAll > 0)
      ? 'replicated'
      : 'none';
  };
  let closing: Promise<void> | undefined;
  return {
    mesh,
    handle,
    replica: replicaOf,
    until,
    digest: () => toHex(main.digest()),
    get level() {
      return levelNow();
    },
    async openScribe() {
      const memory = createLogFiles();
      const replica = await open('content', memory);
      if (main.checkpoint) {
        const applied = await replica.applyCheckpoint(main.checkpoint);
        if (!applied.ok) throw applied.error;
      }
      for (const batch of main.missingFor(replica.heads(), 4 * 1024 * 1024)) await replica.receive(batch, mesh.peerId);
      let handing: Promise<unknown> = Promise.resolve();
      replica.on('applied', (batch, source) => {
        if (source.kind !== 'local') return;
        handing = handing.then(() => main.receive(batch, mesh.peerId)).catch((error: unknown) => failures.push(error));
      });
      return {
        replica,
        async handOver() {
          await replica.flush();
          await handing;
        },
        async close() {
          await replica.close();
          await handing;
          await memory.close();
        },
      };
    },
    async caughtUp(timeoutMs) {
      const startedAt = clock.monotonic();
      const isDone = (): boolean => {
        if (options.signal.aborted) return true;
        const peers = handle.peers();
        if (peers.length === 0 || handle.isCatchingUp) return false;
        return (
          handle.unreached === 0 ||
          peers.some((peer) => peer.isArchiver) ||
          clock.monotonic() - startedAt > STRAGGLER_MS
        );
      };
      const isInTime = await until(isDone, timeoutMs);
      if (options.signal.aborted) throw new PeerFailure(EXIT.interrupted, 'Interrupted.');
      if (isInTime) return;
      const signaling =
        mesh.signaling.kind === 'open' ? 'nobody else is in this document' : 'the server cannot be reached';
      throw new PeerFailure(
        EXIT.unreachable,
        handle.peers().length > 0
          ? 'A peer was reached, but did not hand over the document in time.'
          : `No peer reached in time: ${signaling}.`,
      );
    },
    async acknowledged(timeoutMs) {
      const startedAt = clock.monotonic();
      const isDone = (): boolean => {
        const level = levelNow();
        if (level !== 'replicated') return level === 'archived';
        return !handle.peers().some((peer) => peer.isArchiver) && clock.monotonic() - startedAt > ARCHIVE_GRACE_MS;
      };
      await until(isDone, timeoutMs);
      return levelNow();
    },
    close: () =>
      (closing ??= (async () => {
        await Promise.all([...replicas.values()].map((replica) => replica.flush().catch(() => undefined))); // closing reports it
        await handle.leave();
        await mesh.close();
        await Promise.all([...replicas.values()].map((replica) => replica.close()));
        await store.close();
      })()),
  };
}

/** What a scribe hands over under the own peer id is this peer's own writing: the mesh sends it to everybody at once. */
function withOwnHand(replica: LogReplica, self: PeerId): Replica {
  const on = (event: string, listener: (...args: unknown[]) => void): (() => void) => {
    const relabel = (batch: LogBatch, source: BatchSource): void =>
      listener(batch, source.kind === 'peer' && source.peer === self ? { kind: 'local' } : source);
    // one signature stands for the overloads: the events and their values are those of the replica
    return replica.on(event as 'applied', event === 'applied' ? relabel : listener);
  };
  return Object.create(replica, { on: { value: on } }) as Replica; // everything else is inherited
}
