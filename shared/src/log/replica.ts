/** One document's replica: its Y.Doc, its logs, and the ways by which either changes (protocol.md 5). */
import * as Y from 'yjs';
import { AppError } from '../app-error.ts';
import { equalBytes } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import type { Clock, Random } from '../clock.ts';
import type { DeviceSigner, VerifySignature } from '../crypto/signer.ts';
import type { GrantClaims } from '../crypto/claims.ts';
import { Emitter } from '../emitter.ts';
import type { WorkspaceId } from '../ids.ts';
import type { Logger } from '../logger.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { may } from '../roles.ts';
import { createAncestors } from './ancestors.ts';
import { buildCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { createGatedDoc } from './gated-doc.ts';
import { createIntake } from './intake.ts';
import { DEFAULT_LOG_LIMITS } from './limits.ts';
import type { LogLimits } from './limits.ts';
import { loadCheckpoint, loadEntries } from './load.ts';
import { createLocalWriter } from './local-writer.ts';
import type { LocalWriter } from './local-writer.ts';
import { LogBook } from './log-book.ts';
import { createReceiptTracker } from './receipts.ts';
import { authorises, createRemoteSession } from './sessions.ts';
import type { RemoteSession } from './sessions.ts';
import { createStoreWriter } from './store-writer.ts';
import type {
  BatchSource,
  Checkpoint,
  DocAddress,
  Durability,
  Entry,
  GrantVerifier,
  Head,
  LogBatch,
  LogHeader,
  LogStore,
  ReceiveReport,
  Replica,
} from './types.ts';
import { judge } from './validity.ts';
import type { ValidityRule } from './validity.ts';

export interface ReplicaOptions {
  readonly address: DocAddress;
  readonly store: LogStore;
  /** Absent: nothing is ever written here. */
  readonly signer?: DeviceSigner | undefined;
  readonly verifySignature: VerifySignature;
  readonly grants: GrantVerifier;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly limits?: Partial<LogLimits>;
  /** Workspace of the room; archivers' grants for all of its rooms count only then. Taken from the own grant when absent. */
  readonly workspace?: WorkspaceId;
  /** Grant to begin with, as last verified. */
  readonly grant?: { readonly grant: string; readonly claims: GrantClaims };
  /** The room was made on this device and is not registered yet: it is written without a grant, which completes the log later. */
  readonly writableWithoutGrant?: boolean;
  /** Validity rules switched off; for the test that proves each of them is needed. */
  readonly rulesOff?: ReadonlySet<ValidityRule>;
}

/** What the package itself offers beyond the seam of {@link Replica}. */
export interface LogReplica extends Replica {
  /** Resolves when `state` is no longer 'loading'. Never rejects. */
  readonly ready: Promise<void>;
  /** The checkpoint this replica started from; hand it on with the entries after it. */
  readonly checkpoint: Checkpoint | undefined;
  /** Local changes that no entry could carry, as V1 updates, for "Export a copy". Writing has ended when there are any. */
  readonly quarantine: readonly Uint8Array[];
  /** Refused or odd input, by name. */
  readonly counters: Readonly<Record<string, number>>;
  /** Signs the state as applied now. Rejects without a signer. */
  buildCheckpoint(archive: {
    readonly archiveId: Bytes;
    readonly archiveSeq: number;
    readonly grant: string;
  }): Promise<Checkpoint>;
  /** Applies and keeps a checkpoint that an archiver of the room signed; errors as `verifyCheckpoint`, or 'conflict' with what is known here. */
  applyCheckpoint(checkpoint: Checkpoint): Promise<Result<undefined, AppError>>;
}

interface Events {
  applied: [LogBatch, BatchSource];
  stored: [readonly Head[], Durability];
  status: [];
  error: [AppError];
}
const nothing: ReceiveReport = { applied: 0, duplicates: 0, held: 0, invalid: 0, missing: [] };

/** Loads in the background. `close()` flushes; the store stays open. */
export function createReplica(options: ReplicaOptions): LogReplica {
  const { address, signer, clock, logger } = options;
  const limits: LogLimits = { ...DEFAULT_LOG_LIMITS, ...options.limits };
  const book = new LogBook();
  const sessions = new Map<number, RemoteSession>();
  const emitter = new Emitter<Events>((error) => logger.error('log.listener-failed', { message: String(error) }));
  const quarantine: Uint8Array[] = [];
  let state: 'loading' | 'open' | 'failed' | 'closed' = 'loading';
  let authority = options.grant;
  let writer: LocalWriter | undefined;
  let checkpoint: Checkpoint | undefined;
  let receiving: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const isOwn = (header: LogHeader): boolean => signer !== undefined && equalBytes(header.devicePub, signer.publicKey);
  const workspace = (): WorkspaceId | undefined => options.workspace ?? authority?.claims.ws;
  const mayWrite = (): boolean => {
    if (!signer || quarantine.length > 0) return false;
    return authority ? may(authority.claims.role, `write:${address.doc}`) : options.writableWithoutGrant === true;
  };
  const stateNow = (): Replica['state'] => {
    if (state !== 'open') return state;
    return mayWrite() ? 'writable' : 'read-only';
  };
  const fail = (error: AppError): void => {
    if (state === 'closed') return;
    state = 'failed';
    writer?.close();
    logger.error('log.replica-failed', { code: error.code });
    emitter.emit('error', error);
    emitter.emit('status');
  };

  const beforeLocal = (): AppError | undefined => {
    const code = {
      loading: 'not-ready',
      failed: 'storage-failed',
      closed: 'not-ready',
      'read-only': 'forbidden',
      writable: undefined,
    } as const;
    const refusal = code[stateNow()];
    if (refusal) {
      const error = new AppError(refusal, 'local change refused');
      emitter.emit('error', error);
      return error;
    }
    // Whatever changed the document's client id: nothing is written under one that was not derived for this session.
    if (writer && doc.ydoc.clientID !== writer.clientId) writer.startSession();
    return undefined;
  };
  const doc = createGatedDoc({
    doc: address.doc,
    beforeLocal,
    onLocalUpdate: (update) => {
      writer?.push(update);
      emitter.emit('status');
    },
    onObserverError: (error) => logger.error('log.observer-failed', { message: String(error) }),
  });
  const ancestors = createAncestors(doc.ydoc, {
    seqOf: (clientId) => book.seqOf(clientId),
    userOf: (clientId) => {
      const known = sessions.get(clientId)?.authority;
      return known?.kind === 'granted' ? known.claims.sub : undefined;
    },
  });
  const intake = createIntake({
    ...{ address, book, sessions, doc, ancestors, limits, clock, logger, workspace },
    grants: options.grants,
    verifySignature: options.verifySignature,
    ownClientId: () => writer?.clientId ?? -1,
    isOwnUnregistered: (header) => options.writableWithoutGrant === true && isOwn(header),
    beforeApply: () => writer?.seal(),
    ...(options.rulesOff ? { rulesOff: options.rulesOff } : {}),
  });

  const onStored = (batch: LogBatch, durability: Durability): void => {
    const last = new Map<number, number>();
    for (const { clientId, seq } of batch.entries) {
      last.set(clientId, seq);
      const header = book.get(clientId)?.header;
      if (header && isOwn(header)) ownSeqs.delete(`${clientId}/${seq}`);
    }
    const heads: Head[] = [];
    for (const [clientId, seq] of last) {
      const hash = book.get(clientId)?.hashAt(seq);
      if (hash) heads.push({ clientId, seq, hash });
    }
    emitter.emit('stored', heads, durability);
    emitter.emit('status');
  };
  /** Own entries that are not durable here. */
  const ownSeqs = new Set<string>();
  const storeWriter = createStoreWriter({
    ...{ address, clock, logger },
    store: options.store,
    gatherMs: limits.storeGatherMs,
    retryMs: limits.storeRetryMs,
    onStored,
    onFailed: (error) => {
      emitter.emit('error', error);
      emitter.emit('status');
    },
  });
  const receipts = createReceiptTracker({
    ...{ address, clock, logger },
    store: options.store,
    saveMs: limits.receiptSaveMs,
    logs: () => book.logs(),
    ownLogs: () => [...book.logs()].filter((log) => isOwn(log.header)),
    unsaved: () => ownSeqs.size + (writer?.unsigned ?? 0),
    onChange: () => emitter.emit('status'),
  });

  /** Hands over; a failed write is reported by the store writer and tried again. */
  const keep = (batch: LogBatch): Promise<void> => {
    const kept = storeWriter.append(batch);
    kept.catch(() => undefined);
    return kept;
  };

  const completeOwnHeaders = (): void => {
    if (!authority || !may(authority.claims.role, `write:${address.doc}`)) return;
    const headers: LogHeader[] = [];
    for (const session of sessions.values()) {
      const { log } = session;
      if (log.header.grant !== '' || !isOwn(log.header)) continue;
      log.header = { ...log.header, grant: authority.grant };
      session.authority = authorises(authority.claims, log.header, workspace());
      if (log.seq > 0) headers.push(log.header);
    }
    if (headers.length === 0) return;
    void keep({ headers, entries: [] });
    emitter.emit('applied', { headers, entries: [] }, { kind: 'local' });
  };

  const onEntry = (entry: Entry, hash: Bytes, header: LogHeader | undefined): void => {
    if (header) {
      const session = createRemoteSession(book.open(header));
      if (authority && header.grant !== '') session.authority = authorises(authority.claims, header, workspace());
      sessions.set(entry.clientId, session);
    }
    const session = sessions.get(entry.clientId);
    if (!session) return;
    book.record(session.log, entry, hash);
    session.nextClock = Y.getState(doc.ydoc.store, entry.clientId);
    receipts.noteEntry(entry.clientId, entry.seq);
    ownSeqs.add(`${entry.clientId}/${entry.seq}`);
    const batch: LogBatch = { headers: header ? [header] : [], entries: [entry] };
    void keep(batch);
    emitter.emit('applied', batch, { kind: 'local' });
    if (header?.grant === '') completeOwnHeaders();
    emitter.emit('status');
  };

  const startWriter = (own: DeviceSigner): void => {
    writer = createLocalWriter(
      {
        ...{ address, book, clock, limits, onEntry },
        signer: own,
        random: options.random,
        judgeOwn: (session, bytes, deps) => {
          const claims = authority?.claims;
          const facts = {
            clientId: session.clientId,
            nextClock: session.nextClock,
            doc: address.doc,
            role: claims?.role ?? 'owner',
            userId: claims?.sub ?? '',
          } as const;
          return judge({ bytes, deps }, facts, ancestors, limits, options.rulesOff);
        },
        onSession: (session) => void (doc.ydoc.clientID = session.clientId),
        onRefused: (error, bytes) => {
          quarantine.push(bytes);
          fail(error);
        },
      },
      () => authority?.grant ?? '',
    );
  };

  const keepAgain = (batch: LogBatch): void => {
    for (const { clientId, seq } of batch.entries) {
      const header = book.get(clientId)?.header;
      if (header && isOwn(header)) ownSeqs.add(`${clientId}/${seq}`);
    }
    void keep(batch);
  };
  const load = async (): Promise<void> => {
    try {
      const stored = await options.store.load(address);
      const target = { book, sessions, doc };
      if (stored.checkpoint) loadCheckpoint(stored.checkpoint, target);
      checkpoint = stored.checkpoint;
      loadEntries(stored, target);
      if (stored.unsaved) loadEntries(stored.unsaved, target);
      receipts.restore(stored.receipted);
      if (state !== 'loading') return;
      state = 'open';
      if (signer) startWriter(signer);
      if (stored.unsaved) keepAgain(stored.unsaved);
      completeOwnHeaders();
      void intake.verifyPending().catch(() => undefined); // a verifier that rejects leaves them undecided
      emitter.emit('status');
    } catch (cause) {
      fail(cause instanceof AppError ? cause : new AppError('storage-failed', 'stored log is not readable', { cause }));
    }
  };
  const ready = load();

  const receiveNow = async (
    batch: LogBatch,
    from: Parameters<Replica['receive']>[1],
  ): Promise<{ report: ReceiveReport; kept: Promise<void> }> => {
    await ready;
    if (state !== 'open') return { report: nothing, kept: Promise.resolve() };
    try {
      const received = await intake.receive(batch, from);
      const { headers, entries } = received.batch;
      if (headers.length + entries.length === 0) return { report: received.report, kept: Promise.resolve() };
      const kept = keep(received.batch);
      emitter.emit('applied', received.batch, { kind: 'peer', peer: from });
      emitter.emit('status');
      return { report: received.report, kept };
    } catch (cause) {
      fail(cause instanceof AppError ? cause : new AppError('internal', 'receive', { cause }));
      return { report: nothing, kept: Promise.resolve() };
    }
  };

  const flush = async (): Promise<void> => {
    await ready;
    await writer?.flush();
    await storeWriter.flush();
  };
  const unsaved = (): LogBatch => {
    if (state !== 'open') return { headers: [], entries: [] };
    writer?.seal();
    const queued = storeWriter.pending();
    const sealed = writer?.sealed ?? [];
    const headers = new Map(sealed.map(({ header, entry }) => [entry.clientId, header]));
    return {
      headers: [...queued.headers, ...headers.values()],
      entries: [...queued.entries, ...sealed.map(({ entry }) => entry)],
    };
  };
  const close = async (): Promise<void> => {
    await flush().catch(() => logger.error('log.close-unflushed', { entries: storeWriter.queued }));
    state = 'closed';
    writer?.close();
    storeWriter.close();
    await receipts.close();
    doc.destroy();
    emitter.emit('status');
    emitter.clear();
  };

  return {
    address,
    ydoc: doc.ydoc,
    ready,
    receipts,
    quarantine,
    counters: intake.counters,
    get clientId() {
      return doc.ydoc.clientID;
    },
    get state() {
      return stateNow();
    },
    get checkpoint() {
      return checkpoint;
    },
    get unstored() {
      return storeWriter.queued;
    },
    unsaved,
    heads: () => book.heads(),
    digest: () => book.digest(),
    header: (clientId) => book.get(clientId)?.header,
    missingFor: (theirs, maxBytes) => book.missingFor(theirs, maxBytes),
    range: (clientId, fromSeq, toSeq, maxBytes) => book.range(clientId, fromSeq, toSeq, maxBytes),
    receive: async (batch, from) => {
      const turn = receiving.then(() => receiveNow(batch, from));
      receiving = turn.catch(() => undefined);
      const { report, kept } = await turn;
      await kept;
      return report;
    },
    setGrant: (grant, claims) => {
      if (signer && claims.cnf.jkt !== signer.deviceId) return logger.warn('log.grant-of-another-device');
      const former = authority;
      if (former && former.claims.role !== claims.role) {
        writer?.seal();
        authority = { grant, claims };
        writer?.startSession();
      } else {
        authority = { grant, claims };
      }
      completeOwnHeaders();
      emitter.emit('status');
    },
    on: (event: keyof Events, listener: (...args: never[]) => void) => emitter.on(event, listener as never), // the overloads of Replica pair each event with its listener
    flush,
    close: () => (closing ??= close()),
    buildCheckpoint: async (archive) => {
      if (!signer) throw new AppError('forbidden', 'no device key');
      await flush();
      return buildCheckpoint({ address, ydoc: doc.ydoc, book }, archive, signer);
    },
    applyCheckpoint: async (offered) => {
      await ready;
      if (state !== 'open') return err(new AppError('not-ready', 'replica'));
      const verified = await verifyCheckpoint(offered, address, workspace(), options.grants, options.verifySignature);
      if (!verified.ok) return verified;
      const turn = receiving.then(() => {
        writer?.seal();
        loadCheckpoint(offered, { book, sessions, doc });
      });
      receiving = turn.catch(() => undefined);
      try {
        await turn;
      } catch (cause) {
        return err(cause instanceof AppError ? cause : new AppError('bad-request', 'checkpoint', { cause }));
      }
      checkpoint = offered;
      await options.store.saveCheckpoint(offered);
      emitter.emit('applied', { headers: [], entries: [] }, { kind: 'store' });
      emitter.emit('status');
      return ok();
    },
  };
}
