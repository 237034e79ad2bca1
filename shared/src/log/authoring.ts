/** What this device writes in one document: whether it may, under which grant, and what of it is not durable here. */
import * as Y from 'yjs';
import { equalBytes } from '../bytes.ts';
import type { Clock, Random } from '../clock.ts';
import type { GrantClaims } from '../crypto/claims.ts';
import type { DeviceSigner } from '../crypto/signer.ts';
import type { AppError } from '../app-error.ts';
import type { WorkspaceId } from '../ids.ts';
import type { Logger } from '../logger.ts';
import { may } from '../roles.ts';
import type { LogLimits } from './limits.ts';
import { createLocalWriter } from './local-writer.ts';
import type { LocalWriter, LocalWriterOptions } from './local-writer.ts';
import type { LogBook } from './log-book.ts';
import { authorises, createRemoteSession } from './sessions.ts';
import type { RemoteSession } from './sessions.ts';
import type { DocAddress, Entry, LogBatch, LogHeader } from './types.ts';
import { judge } from './validity.ts';
import type { Ancestors, ValidityRule } from './validity.ts';

export interface AuthoringOptions {
  readonly address: DocAddress;
  /** Absent: nothing is ever written here. */
  readonly signer?: DeviceSigner | undefined;
  readonly ydoc: Y.Doc;
  readonly book: LogBook;
  readonly sessions: Map<number, RemoteSession>;
  readonly ancestors: Ancestors;
  readonly limits: LogLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Workspace of the room; archivers' grants for all of its rooms count only then. Taken from the own grant when absent. */
  readonly workspace?: WorkspaceId;
  /** Grant to begin with, as last verified. */
  readonly grant?: { readonly grant: string; readonly claims: GrantClaims };
  /**
   * Whether the room was made on this device and is not registered yet: it is written without a grant, which completes the
   * log later. Asked at every change.
   */
  readonly writableWithoutGrant?: () => boolean;
  /** Validity rules switched off; for the test that proves each of them is needed. */
  readonly rulesOff?: ReadonlySet<ValidityRule>;
  /** A signed entry of this device stands in its log. Called before it is handed over. */
  readonly onRecorded: (entry: Entry) => void;
  /** Signed entries, or own headers that a grant completed: to be stored and announced. */
  readonly onBatch: (batch: LogBatch) => void;
  /** What may be written, or what is not durable here, is another. */
  readonly onChange: () => void;
  /** A local change that no entry can carry went into quarantine: writing ends. */
  readonly onRefused: (error: AppError) => void;
}

export interface Authoring {
  /** Absent until {@link start}, and for good without a signer. */
  readonly writer: LocalWriter | undefined;
  /** Local changes that no entry could carry, as V1 updates. */
  readonly quarantine: readonly Uint8Array[];
  /** Own entries that are not durable here, those not signed yet included. */
  readonly unsaved: number;
  mayWrite(): boolean;
  /** Whether a session was begun by this device. */
  isOwn(header: LogHeader): boolean;
  workspace(): WorkspaceId | undefined;
  /** Begins the first session. */
  start(): void;
  /** A grant of another device changes nothing; a changed role starts a new session. */
  setGrant(grant: string, claims: GrantClaims): void;
  /** Puts the grant into the headers that this device wrote without one. */
  completeHeaders(): void;
  /** Entries are on their way to the store: own ones count as `unsaved` until `noteStored`. */
  noteKept(batch: LogBatch): void;
  noteStored(batch: LogBatch): void;
}

/** Holds no timer but the writer's: close that. */
export function createAuthoring(options: AuthoringOptions): Authoring {
  const { address, book, sessions, signer } = options;
  const quarantine: Uint8Array[] = [];
  /** Own entries that are not durable here. */
  const undurable = new Set<string>();
  let held = options.grant;
  let writer: LocalWriter | undefined;

  const isOwn = (header: LogHeader): boolean => signer !== undefined && equalBytes(header.devicePub, signer.publicKey);
  const workspace = (): WorkspaceId | undefined => options.workspace ?? held?.claims.ws;

  const completeHeaders = (): void => {
    if (!held || !may(held.claims.role, `write:${address.doc}`)) return;
    const headers: LogHeader[] = [];
    for (const session of sessions.values()) {
      const { log } = session;
      if (log.header.grant !== '' || !isOwn(log.header)) continue;
      log.header = { ...log.header, grant: held.grant };
      session.authority = authorises(held.claims, log.header, workspace());
      if (log.seq > 0) headers.push(log.header);
    }
    if (headers.length > 0) options.onBatch({ headers, entries: [] });
  };

  const onEntry: LocalWriterOptions['onEntry'] = (entry, hash, header) => {
    if (header) {
      const session = createRemoteSession(book.open(header));
      if (held && header.grant !== '') session.authority = authorises(held.claims, header, workspace());
      sessions.set(entry.clientId, session);
    }
    const session = sessions.get(entry.clientId);
    if (!session) return;
    book.record(session.log, entry, hash);
    session.nextClock = Y.getState(options.ydoc.store, entry.clientId);
    options.onRecorded(entry);
    undurable.add(nameOf(entry));
    options.onBatch({ headers: header ? [header] : [], entries: [entry] });
    if (header?.grant === '') completeHeaders();
    options.onChange();
  };

  const judgeOwn: LocalWriterOptions['judgeOwn'] = ({ clientId, nextClock }, bytes, deps) => {
    const role = held?.claims.role ?? 'owner';
    const facts = { clientId, nextClock, doc: address.doc, role, userId: held?.claims.sub ?? '' };
    return judge({ bytes, deps }, facts, options.ancestors, options.limits, options.rulesOff);
  };

  return {
    get writer() {
      return writer;
    },
    quarantine,
    get unsaved() {
      return undurable.size + (writer?.unsigned ?? 0);
    },
    mayWrite: () => {
      if (!signer || quarantine.length > 0) return false;
      return held ? may(held.claims.role, `write:${address.doc}`) : options.writableWithoutGrant?.() === true;
    },
    isOwn,
    workspace,
    start: () => {
      if (!signer) return;
      writer = createLocalWriter(
        {
          ...{ address, signer, book, judgeOwn, onEntry },
          clock: options.clock,
          random: options.random,
          limits: options.limits,
          onSession: (session) => void (options.ydoc.clientID = session.clientId),
          onRefused: (error, bytes) => {
            quarantine.push(bytes);
            options.onRefused(error);
          },
        },
        () => held?.grant ?? '',
      );
    },
    setGrant: (grant, claims) => {
      if (signer && claims.cnf.jkt !== signer.deviceId) return options.logger.warn('log.grant-of-another-device');
      const isOtherRole = held && held.claims.role !== claims.role;
      if (isOtherRole) writer?.seal();
      held = { grant, claims };
      if (isOtherRole) writer?.startSession();
      completeHeaders();
      options.onChange();
    },
    completeHeaders,
    noteKept: ({ entries }) => {
      for (const entry of entries) {
        const log = book.get(entry.clientId);
        if (log && isOwn(log.header)) undurable.add(nameOf(entry));
      }
    },
    noteStored: ({ entries }) => {
      for (const entry of entries) undurable.delete(nameOf(entry));
    },
  };
}

const nameOf = ({ clientId, seq }: Entry): string => `${clientId}/${seq}`;
