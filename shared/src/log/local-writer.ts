/**
 * Turns local transactions into signed entries: the first at once, what follows in batches. Chain and client id are
 * settled synchronously; signatures begin then, and entries are handed over in order. One session at a time; a client id
 * is never written under again once its session was left.
 */
import * as Y from 'yjs';
import { AppError } from '../app-error.ts';
import { SIGNATURE_BYTES } from '../crypto/device-key.ts';
import type { Clock, Random } from '../clock.ts';
import type { DeviceSigner } from '../crypto/signer.ts';
import type { Bytes } from '../bytes.ts';
import type { LogLimits } from './limits.ts';
import type { LogBook } from './log-book.ts';
import { entryBody, entryHash, headerHash, newHeader, sessionClientId, signHeader } from './session.ts';
import type { UnsignedHeader } from './envelope.ts';
import { joinTyped } from './update-join.ts';
import { splitUpdate } from './update-split.ts';
import { endClockOf, readUpdateStructs } from './update-structs.ts';
import type { Dep, DocAddress, Entry, LogHeader } from './types.ts';
import type { Verdict } from './validity.ts';

/** Of a long paste no more parts than these are copied for signing at a time. */
const SIGNED_AT_ONCE = 8;

export interface LocalWriterOptions {
  readonly address: DocAddress;
  readonly signer: DeviceSigner;
  readonly book: LogBook;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: LogLimits;
  /** Judges an own update as every other replica will. */
  readonly judgeOwn: (session: OwnSession, bytes: Uint8Array, deps: readonly Dep[]) => Verdict;
  /** A new session begins: its client id is the document's from now on. */
  readonly onSession: (session: OwnSession) => void;
  /** A signed entry, in order. `header` with the first of a session. */
  readonly onEntry: (entry: Entry, hash: Bytes, header: LogHeader | undefined) => void;
  /** A local change that no entry can carry. The document holds what no log does: writing ends. */
  readonly onRefused: (error: AppError, bytes: Uint8Array) => void;
}

/** The session being written. */
export interface OwnSession {
  readonly header: UnsignedHeader;
  readonly clientId: number;
  readonly hash: Bytes;
  seq: number;
  nextClock: number;
}

interface WriterSession extends OwnSession {
  headHash: Bytes;
  /** Heads of others as of the last entry. */
  readonly seen: Map<number, number>;
}

export interface LocalWriter {
  readonly clientId: number;
  /** Local transactions not yet in a signed entry. */
  readonly unsigned: number;
  /** Entries whose signature is being made, in order, each with its session's header; both without a signature. */
  readonly sealed: readonly { readonly header: LogHeader; readonly entry: Entry }[];
  push(update: Uint8Array): void;
  /** Makes an entry of everything gathered. Synchronous but for the signature. */
  seal(): void;
  /** Seals, then leaves the session: the next entry is under a fresh client id. */
  startSession(): void;
  /** Seals and resolves when all is signed and handed over. Rejects when signing fails. */
  flush(): Promise<void>;
  close(): void;
}

/** `grant` is asked for when a header is signed; '' while there is none. */
export function createLocalWriter(options: LocalWriterOptions, grant: () => string): LocalWriter {
  const { book, clock, limits, signer } = options;
  let gathered: Uint8Array[] = [];
  let cancelTimer: (() => void) | undefined;
  let signing: Promise<void> = Promise.resolve();
  const sealed: { readonly header: LogHeader; readonly entry: Entry }[] = [];
  let isStopped = false;

  const beginSeen = (): Map<number, number> => {
    const heads = book.heads();
    return new Map(heads.length > limits.maxFirstDeps ? heads.map((head) => [head.clientId, head.seq]) : []);
  };
  const begin = (): WriterSession => {
    const header = newHeader(options.address, signer.publicKey, options.random);
    const hash = headerHash(header);
    const session = {
      header,
      clientId: sessionClientId(header),
      hash,
      seq: 0,
      nextClock: 0,
      headHash: hash,
      seen: beginSeen(),
    };
    options.onSession(session);
    return session;
  };
  let session = begin();

  /** Heads of other sessions that moved since the last entry; of all of them for the first. The latest when too many. */
  const dueDeps = (): readonly Dep[] => {
    const deps: Dep[] = [];
    for (const log of book.logs()) {
      const { clientId, seq } = log;
      if (clientId === session.clientId || seq === 0 || session.seen.get(clientId) === seq) continue;
      session.seen.set(clientId, seq);
      deps.push({ clientId, seq });
    }
    return deps.slice(-limits.maxDeps);
  };

  const refuse = (code: 'limit-exceeded' | 'internal', bytes: Uint8Array, why: string): void => {
    isStopped = true;
    options.onRefused(new AppError(code, why), bytes);
  };

  const write = (bytes: Uint8Array): void => {
    const deps = dueDeps();
    const verdict = options.judgeOwn(session, bytes, deps);
    if (verdict.kind === 'invalid')
      return refuse(
        verdict.rule.startsWith('too-') || verdict.rule === 'value-too-deep' ? 'limit-exceeded' : 'internal',
        bytes,
        verdict.rule,
      );
    const own = session;
    const unsignedEntry = { clientId: own.clientId, seq: own.seq + 1, deps, bytes: new Uint8Array(bytes) };
    const body = entryBody(own.hash, own.headHash, unsignedEntry);
    own.seq++;
    own.headHash = entryHash(body);
    own.nextClock = endOf(bytes, own.nextClock);
    const hash = own.headHash;
    const headerGrant = grant();
    const noSignature = new Uint8Array(SIGNATURE_BYTES);
    sealed.push({
      header: { ...own.header, grant: headerGrant, sig: noSignature },
      entry: { ...unsignedEntry, sig: noSignature },
    });
    const isFirst = own.seq === 1;
    const sign = () =>
      Promise.all([isFirst ? signHeader(own.header, headerGrant, signer) : undefined, signer.sign(body)]);
    // begins beside the rest of this task, such as the drawing of what was typed
    const begun = sealed.length <= SIGNED_AT_ONCE ? sign() : undefined;
    begun?.catch(() => undefined); // heard where it is awaited
    signing = signing.then(async () => {
      const [header, sig] = await (begun ?? sign());
      sealed.shift();
      options.onEntry({ ...unsignedEntry, sig }, hash, header);
    });
    signing.catch(() => {
      isStopped = true; // reported to whoever flushes; nothing may follow an entry that could not be signed
    });
  };

  const endOf = (bytes: Uint8Array, fallback: number): number => {
    const contents = readUpdateStructs(bytes, limits);
    return contents.ok ? endClockOf(contents.value, fallback) : fallback;
  };

  const seal = (): void => {
    const updates = gathered;
    gathered = [];
    for (let i = 0; i < updates.length && !isStopped; i += limits.maxMergedUpdates) {
      const some = updates.slice(i, i + limits.maxMergedUpdates);
      const merged = some.length === 1 ? some[0] : joinTyped(Y.mergeUpdates(some), limits);
      if (!merged) continue;
      const parts = splitUpdate(merged, limits);
      if (!parts) return refuse('limit-exceeded', merged, 'one value is larger than an entry may be');
      for (const part of parts) if (!isStopped) write(part);
    }
  };

  const onTimer = (): void => {
    cancelTimer = undefined;
    if (gathered.length === 0) return;
    const isBusy = gathered.length >= limits.busyUpdates;
    seal();
    arm(isBusy ? limits.busyBatchMs : limits.batchMs);
  };
  const arm = (delayMs: number): void => {
    cancelTimer ??= clock.after(delayMs, onTimer);
  };

  return {
    get clientId() {
      return session.clientId;
    },
    get unsigned() {
      return gathered.length + sealed.length;
    },
    sealed,
    push: (update) => {
      if (isStopped) return;
      gathered.push(update);
      if (cancelTimer) return;
      seal();
      arm(limits.batchMs);
    },
    seal,
    startSession: () => {
      seal();
      session = begin();
    },
    flush: async () => {
      seal();
      await signing;
    },
    close: () => {
      cancelTimer?.();
      cancelTimer = undefined;
      isStopped = true;
    },
  };
}
