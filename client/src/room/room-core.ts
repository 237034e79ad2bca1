/**
 * One open room of any kind: its replicas read from this device first, then joined through the mesh and with sibling
 * tabs; access, acknowledgements and presence put together. Documents and indexes are thin layers over it.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { GrantClaims } from '@vicinal/shared/crypto/claims.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { User } from '@vicinal/shared/http/api.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { BatchSource, DocAddress, LogBatch, LogReplica, Replica } from '@vicinal/shared/log/types.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { PresenceEntry, RoomHandle, RoomPeer, RoomPresence } from '@vicinal/shared/mesh/types.ts';
import type { Result } from '@vicinal/shared/result.ts';
import { DOCS_OF_KIND, may, type DocKind, type RoomKind } from '@vicinal/shared/roles.ts';
import type { RoomCredentials } from '../auth/credentials.ts';
import type { AccountCaches, RoomRecord } from '../storage/account-caches.ts';
import type { UnsavedCopies } from '../storage/unsaved-copies.ts';
import { createLastMoments } from './last-moments.ts';
import type { MeshSession } from './mesh-session.ts';
import { createProgress } from './progress.ts';
import { createDeferredPresence, peopleOf } from './room-presence.ts';
import { createReach } from './reach.ts';
import type { SyncLog } from './sync-log.ts';
import { computeSyncStatus, failureOf } from './sync-status.ts';
import { createTabExchange, type TabChannel, type TabExchange } from './tab-exchange.ts';
import type { RoomSessionState, SyncLogEntry, SyncStatus } from './types.ts';

export interface RoomCore {
  readonly room: RoomId;
  readonly kind: RoomKind;
  readonly replicas: ReadonlyMap<DocKind, Replica>;
  readonly state: RoomSessionState;
  readonly status: SyncStatus;
  readonly peers: readonly RoomPeer[];
  readonly people: readonly PresenceEntry[];
  readonly presence: RoomPresence;
  /** What this device knows of the room; changes with 'state'. */
  readonly record: RoomRecord | undefined;
  /** Resolves when local data has been read, whatever came of it. */
  readonly loaded: Promise<void>;
  replica(doc: DocKind): Replica;
  /** Whether this person may write `doc` here and now. */
  canWrite(doc: DocKind): boolean;
  /** The documents hold something this version cannot write: read-only from now on (or no longer). */
  setUpdateNeeded(isNeeded: boolean): void;
  /** Newest first. */
  syncLog(): Promise<readonly SyncLogEntry[]>;
  on(event: 'state' | 'status' | 'peers' | 'people', listener: () => void): () => void;
  /** Own entries became durable on this device. */
  on(event: 'stored', listener: (doc: DocKind) => void): () => void;
  close(): Promise<void>;
}

export interface RoomCoreOptions {
  readonly room: RoomId;
  readonly kind: RoomKind;
  readonly user: () => User | undefined;
  readonly devicePub: Uint8Array;
  /** `isUngranted` says whether the room was made here and has no grant yet: it is written without one until then. */
  readonly openReplica: (address: DocAddress, isUngranted: () => boolean) => LogReplica;
  readonly credentials: RoomCredentials;
  readonly verifyGrant: (grant: string) => Promise<Result<GrantClaims, AppError>>;
  readonly caches: AccountCaches;
  readonly mesh: MeshSession;
  readonly openChannel: (room: RoomId) => TabChannel;
  readonly syncLog: SyncLog;
  readonly unsavedCopies: UnsavedCopies;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Waiting before access is asked for again while no server answers. */
const ACCESS_RETRY_MS = 3000;
/** A frame and a half: what came is drawn before it is told how far it got. */
const REFRESH_MS = 24;
/** Codes of a refused room: it does not exist for this person. */
const REFUSED_CODES = new Set(['forbidden', 'not-found', 'revoked', 'room-closed']);

export function createRoomCore(options: RoomCoreOptions): RoomCore {
  const { room, kind, mesh, caches, credentials, clock, logger, syncLog } = options;
  const events = new Emitter<{ state: []; status: []; peers: []; people: []; stored: [DocKind] }>();
  const presence = createDeferredPresence();
  let record: RoomRecord | undefined;
  /** Until a grant is in use, not only until the server knows the room: writing never stops between the two. */
  let isUngranted = false;
  const replicas: ReadonlyMap<DocKind, LogReplica> = new Map(
    DOCS_OF_KIND[kind].map((doc) => [doc, options.openReplica({ room, doc, gen: 0 }, () => isUngranted)] as const),
  );
  const progress = createProgress(replicas, options.devicePub);
  /** What people come for: a title alone is no document to show. */
  const main: DocKind = kind === 'document' ? 'content' : 'index';
  const unsubscribes: (() => void)[] = [];
  let handle: RoomHandle | undefined;
  let tabs: TabExchange | undefined;
  let hasLoaded = false;
  let isClosed = false;
  /** Set once something is known to be here, or that there is nothing to wait for. */
  let hasContent = false;
  /** Grant under which the replicas write; none in a room that is not registered yet. */
  let appliedGrant: string | undefined;
  /** The newest record heard while this device's copy was being read. */
  let heardEarly: RoomRecord | undefined;
  let refusal: AppError | undefined;
  let readFailure: AppError | undefined;
  let isUpdateNeeded = false;
  let saveFailed = false;
  let wasRegressed = false;
  let state: RoomSessionState = { kind: 'loading' };
  let status: SyncStatus;
  let isRefreshPlanned = false;
  let cancelRefresh: (() => void) | undefined;
  const reach = createReach(clock, () => refresh());
  let cancelRetry: (() => void) | undefined;

  const setRecord = (next: RoomRecord | undefined): void => {
    record = next;
    if (next?.isRevoked === true) isUngranted = false;
    else if (next?.isPending === true) isUngranted = true;
  };
  const isAccessRemoved = (): boolean =>
    record !== undefined && (record.isRevoked || handle?.access.kind === 'revoked');
  const canWrite = (doc: DocKind): boolean =>
    record !== undefined &&
    !isAccessRemoved() &&
    !isUpdateNeeded &&
    may(record.role, `write:${doc}`) &&
    replicas.get(doc)?.state === 'writable';

  const readState = (): RoomSessionState => {
    if (readFailure) return { kind: 'failed', error: readFailure };
    if (!hasLoaded) return { kind: 'loading' };
    if (hasContent && record) return { kind: 'ready', role: record.role, canWrite: canWrite(main) };
    return refusal ? { kind: 'denied' } : { kind: 'waiting' };
  };
  const readStatus = (): SyncStatus => {
    const peers = handle?.peers() ?? [];
    const linkedArchivers = peers.filter((peer) => peer.isArchiver).length;
    const documents = progress.read();
    if (saveFailed && [...replicas.values()].every((replica) => replica.unstored === 0)) saveFailed = false;
    // a replica that failed holds a change that no entry could carry
    const hasFailed = readFailure !== undefined || [...replicas.values()].some((replica) => replica.state === 'failed');
    const failure = failureOf({
      isUnsaved: saveFailed || hasFailed,
      isAccessRemoved: isAccessRemoved(),
      isUpdateNeeded,
      isWebRtcMissing: mesh.isWebRtcMissing,
      isLocalNetworkDenied: mesh.isLocalNetworkDenied,
      isCutOff: reach.isCutOff,
    });
    const hasRegressed = documents.some((document) => document.archiveRegressed);
    if (hasRegressed && !wasRegressed) syncLog.note({ kind: 'archive-regressed' });
    wasRegressed = hasRegressed;
    return computeSyncStatus({
      isOnline: mesh.isOnline,
      signaling: mesh.signaling,
      linkedPeers: peers.length - linkedArchivers,
      linkedArchivers,
      isCatchingUp: handle !== undefined && peers.length > 0 && handle.isCatchingUp,
      ...(failure === undefined ? {} : { failure }),
      cutOff: !reach.isCutOff ? undefined : handle?.isWithoutRelay ? 'no-relay' : 'no-path',
      documents,
    });
  };
  const refreshNow = (): void => {
    isRefreshPlanned = false;
    if (isClosed) return;
    if (!hasContent && hasLoaded) hasContent = progress.hasEntries(main) || isCoveredByPeers();
    const nextState = readState();
    const nextStatus = readStatus();
    const stateChanged = !isSame(state, nextState);
    const statusChanged = !isSame(status, nextStatus);
    state = nextState;
    status = nextStatus;
    if (stateChanged) events.emit('state');
    if (statusChanged) {
      syncLog.status(status);
      events.emit('status');
    }
  };
  /** Many events make one refresh. Once there is something to see, it comes after what was typed is sent and drawn. */
  const refresh = (): void => {
    if (isRefreshPlanned) return;
    isRefreshPlanned = true;
    if (hasContent) cancelRefresh = clock.after(REFRESH_MS, refreshNow);
    else queueMicrotask(refreshNow);
  };
  const isCoveredByPeers = (): boolean => handle !== undefined && handle.peers().length > 0 && !handle.isCatchingUp;

  const applyGrant = async (current: RoomRecord): Promise<void> => {
    if (current.grant === '') return;
    const claims = await options.verifyGrant(current.grant);
    if (isClosed || record?.grant !== current.grant) return;
    if (!claims.ok) {
      logger.warn('grant-not-usable', { code: claims.error.code });
      if (isUngranted) cancelRetry ??= clock.after(ACCESS_RETRY_MS, () => void askForAccess());
      return;
    }
    for (const replica of replicas.values()) replica.setGrant(current.grant, claims.value);
    appliedGrant = current.grant;
    isUngranted = false;
  };
  const applyRecord = async (next: RoomRecord): Promise<void> => {
    if (record && (record.role !== next.role || record.isRevoked !== next.isRevoked))
      syncLog.note({ kind: 'access-changed' });
    setRecord(next);
    refusal = undefined;
    if (appliedGrant !== next.grant) await applyGrant(next);
    refresh();
  };
  const hearRecord = (next: RoomRecord): void => {
    if (hasLoaded) void applyRecord(next);
    else heardEarly = next;
  };

  const askForAccess = async (): Promise<void> => {
    cancelRetry?.();
    cancelRetry = undefined;
    const access = await credentials.access(room);
    if (isClosed || readFailure) return;
    if (access.ok) return hearRecord(access.value.record);
    if (REFUSED_CODES.has(access.error.code)) {
      refusal = access.error;
      isUngranted = false;
      heardEarly = undefined;
      const known = await caches.room(room).catch(() => undefined); // unreadable: what was known stays
      if (known) setRecord(known);
      refresh();
      return;
    }
    cancelRetry = clock.after(ACCESS_RETRY_MS, () => void askForAccess());
  };

  const lastMoments = createLastMoments(replicas, options.unsavedCopies, clock);
  const noteSaveFailed = (): void => {
    if (!saveFailed) syncLog.note({ kind: 'storage-failed' });
    saveFailed = true;
  };
  const watchReplica = (doc: DocKind, replica: Replica): void => {
    unsubscribes.push(
      replica.on('applied', (batch: LogBatch, source: BatchSource) => {
        progress.applied(doc, batch, source);
        refresh();
      }),
      replica.on('stored', (heads) => {
        lastMoments.stored(doc);
        if (heads.some(({ clientId }) => clientId === replica.clientId)) events.emit('stored', doc);
        refresh();
      }),
      replica.on('status', refresh),
      replica.on('error', (error) => {
        if (error.code === 'storage-failed') noteSaveFailed();
        else logger.warn('change-refused', { doc, code: error.code });
        refresh();
      }),
    );
  };

  const join = (): void => {
    const joined = mesh.mesh.join({ room, replicas });
    handle = joined;
    presence.attach(joined.presence);
    unsubscribes.push(
      joined.on('peers', () => {
        syncLog.peers(joined.peers());
        reach.look(joined.unreached, joined.peers().length);
        events.emit('peers');
        refresh();
      }),
      joined.on('catching-up', refresh),
      joined.on('access', () => {
        refresh();
        if (joined.access.kind === 'pending') return;
        if (joined.access.kind === 'granted' && joined.access.role === record?.role) return;
        // the server knows which role remains, if any
        credentials.invalidate(room).then(askForAccess, askForAccess);
      }),
    );
  };

  const load = async (): Promise<void> => {
    try {
      setRecord(await caches.room(room));
      await Promise.all([...replicas.values()].map((replica) => replica.ready));
      if (isClosed) return;
      for (const replica of replicas.values()) {
        if (replica.state === 'failed') throw new AppError('storage-failed', `${replica.address.doc} cannot be read`);
      }
      for (const [doc, replica] of replicas) if (replica.unstored > 0) lastMoments.noteCopy(doc);
      hasLoaded = true;
      syncLog.opened(readStatus().archive);
      hasContent = progress.hasEntries() || record?.isPending === true;
      if (heardEarly) await applyRecord(heardEarly);
      else if (record) await applyGrant(record);
    } catch (cause) {
      readFailure = cause instanceof AppError ? cause : new AppError('storage-failed', 'room', { cause });
      refreshNow();
      return;
    }
    if (isClosed) return;
    refreshNow();
    tabs = createTabExchange(options.openChannel(room), mesh.mesh.peerId, replicas, () => {
      noteSaveFailed();
      refresh();
    });
    join();
  };

  status = readStatus();
  for (const [doc, replica] of replicas) watchReplica(doc, replica);
  unsubscribes.push(
    mesh.on('change', refresh),
    mesh.on('hide', () => {
      lastMoments.keepAll();
      void syncLog.flush();
    }),
    mesh.on('wake', () => {
      if (cancelRetry) void askForAccess();
    }),
    presence.on('change', () => events.emit('people')),
    credentials.on('room', (changed) => {
      if (changed.room === room) hearRecord(changed);
    }),
  );
  const loaded = load();
  // beside the reading: whoever comes for the first time has nothing to read, and waits for this alone
  void askForAccess();
  let closing: Promise<void> | undefined;

  return {
    room,
    kind,
    replicas,
    presence,
    loaded,
    get state() {
      return state;
    },
    get status() {
      return status;
    },
    get record() {
      return record;
    },
    get peers() {
      return handle?.peers() ?? [];
    },
    get people() {
      return peopleOf(presence.entries(), options.user(), record, mesh.mesh.peerId, presence.own);
    },
    replica: (doc) => {
      const replica = replicas.get(doc);
      if (!replica) throw new TypeError(`a room of kind ${kind} has no document ${doc}`);
      return replica;
    },
    canWrite,
    syncLog: () => syncLog.read(),
    setUpdateNeeded: (isNeeded) => {
      isUpdateNeeded = isNeeded;
      refresh();
    },
    on: ((event: 'state', listener: () => void) => events.on(event, listener)) as RoomCore['on'], // one emitter behind both overloads
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };

  async function closeAll(): Promise<void> {
    isClosed = true;
    cancelRetry?.();
    cancelRefresh?.();
    reach.close();
    await loaded;
    for (const replica of replicas.values()) await replica.flush().catch(() => undefined); // told through 'error'
    lastMoments.close();
    for (const unsubscribe of unsubscribes) unsubscribe();
    tabs?.close();
    presence.close();
    await handle?.leave();
    await syncLog.close();
    for (const replica of replicas.values()) await replica.close();
    events.clear();
  }
}

/** States and statuses are small trees of plain values (an error in them is compared by its code). */
const isSame = (a: RoomSessionState | SyncStatus, b: RoomSessionState | SyncStatus): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
