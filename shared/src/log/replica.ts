/** One document's replica: its Y.Doc, its logs, and the ways by which either changes (protocol.md 5). */
import { AppError } from '../app-error.ts';
import type { VerifySignature } from '../crypto/signer.ts';
import { Emitter } from '../emitter.ts';
import { err, ok } from '../result.ts';
import { createAncestors } from './ancestors.ts';
import { createAuthoring } from './authoring.ts';
import type { AuthoringOptions } from './authoring.ts';
import { buildCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { createGatedDoc } from './gated-doc.ts';
import { createIntake } from './intake.ts';
import { DEFAULT_LOG_LIMITS } from './limits.ts';
import type { LogLimits } from './limits.ts';
import { loadCheckpoint, loadEntries } from './load.ts';
import { LogBook } from './log-book.ts';
import { createReceiptTracker } from './receipts.ts';
import type { RemoteSession } from './sessions.ts';
import { createStoreWriter } from './store-writer.ts';
import type {
  BatchSource,
  Checkpoint,
  Durability,
  GrantVerifier,
  Head,
  LogBatch,
  LogReplica,
  LogStore,
  ReceiveReport,
  Replica,
} from './types.ts';

/** Who writes here and how is told to {@link createAuthoring}; the rest is for what is stored and received. */
export interface ReplicaOptions extends Pick<
  AuthoringOptions,
  'address' | 'signer' | 'clock' | 'random' | 'logger' | 'workspace' | 'grant' | 'writableWithoutGrant' | 'rulesOff'
> {
  readonly store: LogStore;
  readonly verifySignature: VerifySignature;
  readonly grants: GrantVerifier;
  readonly limits?: Partial<LogLimits>;
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
  const { address, signer, logger } = options;
  const limits: LogLimits = { ...DEFAULT_LOG_LIMITS, ...options.limits };
  const book = new LogBook();
  const sessions = new Map<number, RemoteSession>();
  const emitter = new Emitter<Events>((error) => logger.error('log.listener-failed', { message: String(error) }));
  let state: 'loading' | 'open' | 'failed' | 'closed' = 'loading';
  let checkpoint: Checkpoint | undefined;
  let receiving: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const changed = (): void => emitter.emit('status');
  const stateNow = (): Replica['state'] => {
    if (state !== 'open') return state;
    return own.mayWrite() ? 'writable' : 'read-only';
  };
  const fail = (error: AppError): void => {
    if (state === 'closed') return;
    state = 'failed';
    own.writer?.close();
    logger.error('log.replica-failed', { code: error.code });
    emitter.emit('error', error);
    changed();
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
    if (own.writer && doc.ydoc.clientID !== own.writer.clientId) own.writer.startSession();
    return undefined;
  };
  const doc = createGatedDoc({
    doc: address.doc,
    beforeLocal,
    onLocalUpdate: (update) => {
      own.writer?.push(update);
      changed();
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
  const own = createAuthoring({
    ...options,
    ...{ limits, book, sessions, ancestors },
    ydoc: doc.ydoc,
    onRecorded: ({ clientId, seq }) => receipts.noteEntry(clientId, seq),
    onBatch: (batch) => {
      void keep(batch);
      emitter.emit('applied', batch, { kind: 'local' });
    },
    onChange: changed,
    onRefused: fail,
  });
  const intake = createIntake({
    ...options,
    ...{ limits, book, sessions, doc, ancestors },
    workspace: own.workspace,
    ownClientId: () => own.writer?.clientId ?? -1,
    isOwnUnregistered: (header) => options.writableWithoutGrant?.() === true && own.isOwn(header),
    beforeApply: () => own.writer?.seal(),
  });

  const onStored = (batch: LogBatch, durability: Durability): void => {
    own.noteStored(batch);
    const last = new Map(batch.entries.map(({ clientId, seq }) => [clientId, seq]));
    const heads: Head[] = [];
    for (const [clientId, seq] of last) {
      const hash = book.get(clientId)?.hashAt(seq);
      if (hash) heads.push({ clientId, seq, hash });
    }
    emitter.emit('stored', heads, durability);
    changed();
  };
  const storeWriter = createStoreWriter({
    ...options,
    gatherMs: limits.storeGatherMs,
    retryMs: limits.storeRetryMs,
    onStored,
    onFailed: (error) => {
      emitter.emit('error', error);
      changed();
    },
  });
  const receipts = createReceiptTracker({
    ...options,
    saveMs: limits.receiptSaveMs,
    logs: () => book.logs(),
    ownLogs: () => [...book.logs()].filter((log) => own.isOwn(log.header)),
    unsaved: () => own.unsaved,
    onChange: changed,
  });

  /** Hands over; a failed write is reported by the store writer and tried again. */
  const keep = (batch: LogBatch): Promise<void> => {
    const kept = storeWriter.append(batch);
    kept.catch(() => undefined);
    return kept;
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
      own.start();
      if (stored.unsaved) {
        own.noteKept(stored.unsaved);
        void keep(stored.unsaved);
      }
      own.completeHeaders();
      void intake.verifyPending().catch(() => undefined); // a verifier that rejects leaves them undecided
      changed();
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
      changed();
      return { report: received.report, kept };
    } catch (cause) {
      fail(cause instanceof AppError ? cause : new AppError('internal', 'receive', { cause }));
      return { report: nothing, kept: Promise.resolve() };
    }
  };

  const flush = async (): Promise<void> => {
    await ready;
    await own.writer?.flush();
    await storeWriter.flush();
  };
  const unsaved = (): LogBatch => {
    if (state !== 'open') return { headers: [], entries: [] };
    own.writer?.seal();
    const queued = storeWriter.pending();
    const sealed = own.writer?.sealed ?? [];
    const headers = new Map(sealed.map(({ header, entry }) => [entry.clientId, header]));
    return {
      headers: [...queued.headers, ...headers.values()],
      entries: [...queued.entries, ...sealed.map(({ entry }) => entry)],
    };
  };
  const close = async (): Promise<void> => {
    await flush().catch(() => logger.error('log.close-unflushed', { entries: storeWriter.queued }));
    state = 'closed';
    own.writer?.close();
    storeWriter.close();
    await receipts.close();
    doc.destroy();
    changed();
    emitter.clear();
  };

  return {
    address,
    ydoc: doc.ydoc,
    ready,
    receipts,
    quarantine: own.quarantine,
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
    setGrant: own.setGrant,
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
      const verified = await verifyCheckpoint(
        offered,
        address,
        own.workspace(),
        options.grants,
        options.verifySignature,
      );
      if (!verified.ok) return verified;
      const turn = receiving.then(() => {
        own.writer?.seal();
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
      changed();
      return ok();
    },
  };
}
