/**
 * IndexedDB behind one door: `vicinal/profile` (which accounts this browser profile knows) and one database per account,
 * `vicinal/<issuer hash>/<user id>`, that holds everything of that account and is never opened for another one.
 * Migrations are additive: a release reads what the one before wrote. Everything read is checked by whoever reads it.
 */
import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';
import { AppError } from '@vicinal/shared/app-error.ts';
import { sha256, toHex, utf8 } from '@vicinal/shared/bytes.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import { removeUnsavedCopies } from './unsaved-copies.ts';

export const PROFILE_DATABASE = 'vicinal/profile';
const PROFILE_VERSION = 1;
const ACCOUNT_VERSION = 2;

/** Rows are `unknown` on purpose: bytes on a disk are input. */
interface ProfileSchema extends DBSchema {
  /** Key: `<issuer>\n<user id>`. */
  accounts: { key: string; value: unknown };
  /**
   * Keys: `active` (account key), `config` (last answer of GET /api/config), `notice` (why the last account was signed out),
   * `session-open` (true while a session that a person ended has yet to be ended on the server).
   */
  settings: { key: string; value: unknown };
}

/** Room, document kind, lineage. */
export type AddressKey = [string, string, number];

interface AccountSchema extends DBSchema {
  /** Key `self`: the device key pair. */
  device: { key: string; value: unknown };
  /** Key [room, doc, gen, client id]. */
  headers: { key: [...AddressKey, number]; value: unknown };
  /** Key [room, doc, gen, client id, seq]; rows carry `order`, the order in which they were stored. */
  entries: { key: [...AddressKey, number, number]; value: unknown };
  /** Key [room, doc, gen]: counters of that document. */
  documents: { key: AddressKey; value: unknown };
  checkpoints: { key: AddressKey; value: unknown };
  /** Key [room, doc, gen, by]. */
  receipted: { key: [...AddressKey, string]; value: unknown };
  rooms: { key: string; value: unknown };
  /** Keys `peer-token`, `jwks`, `clock`. */
  caches: { key: string; value: unknown };
  /** Since version 2. Key: room. */
  syncLog: { key: string; value: unknown };
}

export type ProfileDatabase = Database<ProfileSchema>;
export type AccountDatabase = Database<AccountSchema>;

export interface DatabaseEvents {
  /** Another tab wants to upgrade or delete the database: flush what is pending; the connection closes afterwards. */
  readonly onSuperseded?: (reason: 'upgrade' | 'removal') => Promise<void> | void;
  /** This connection waits for older tabs to close theirs. */
  readonly onBlocked?: () => void;
}

/** One open connection. Every method rejects with AppError('storage-failed') when IndexedDB does. */
export interface Database<Schema extends DBSchema> {
  readonly name: string;
  /** Reads within one transaction. */
  read<T>(stores: readonly StoreNames<Schema>[], work: (tx: ReadTransaction<Schema>) => Promise<T>): Promise<T>;
  /** All of `work` or nothing; resolves once it is durable (`durability: 'strict'`). */
  write<T>(stores: readonly StoreNames<Schema>[], work: (tx: WriteTransaction<Schema>) => Promise<T>): Promise<T>;
  close(): void;
}
type ReadTransaction<Schema extends DBSchema> = IDBPTransaction<Schema, StoreNames<Schema>[], 'readonly'>;
type WriteTransaction<Schema extends DBSchema> = IDBPTransaction<Schema, StoreNames<Schema>[], 'readwrite'>;

export const openProfileDatabase = (events: DatabaseEvents = {}): Promise<ProfileDatabase> =>
  open<ProfileSchema>(PROFILE_DATABASE, PROFILE_VERSION, events, (db, oldVersion) => {
    if (oldVersion < 1) for (const store of ['accounts', 'settings'] as const) db.createObjectStore(store);
  });

export const accountDatabaseName = (issuer: string, user: UserId): string =>
  `vicinal/${toHex(sha256(utf8(issuer)).subarray(0, 8))}/${user}`;

export const openAccountDatabase = (
  issuer: string,
  user: UserId,
  events: DatabaseEvents = {},
): Promise<AccountDatabase> =>
  open<AccountSchema>(accountDatabaseName(issuer, user), ACCOUNT_VERSION, events, (db, oldVersion) => {
    if (oldVersion < 1) {
      for (const store of [
        'device',
        'headers',
        'entries',
        'documents',
        'checkpoints',
        'receipted',
        'rooms',
        'caches',
      ] as const) {
        db.createObjectStore(store);
      }
    }
    if (oldVersion < 2) db.createObjectStore('syncLog');
  });

/** Removes an account's data for good, once every tab has closed it. */
export async function deleteAccountDatabase(issuer: string, user: UserId): Promise<void> {
  const name = accountDatabaseName(issuer, user);
  const removeCopies = (): void => {
    // outside of pages (tests of storage) there is none
    if ('localStorage' in globalThis) removeUnsavedCopies(globalThis.localStorage, name);
  };
  try {
    removeCopies();
    await deleteDB(name);
    removeCopies(); // a page that was hidden meanwhile has put its last words there
  } catch (cause) {
    throw storageFailure(cause);
  }
}

/** Quota, eviction, a closed or broken database: one code, the cause kept for logs. */
export const storageFailure = (cause: unknown): AppError =>
  cause instanceof AppError
    ? cause
    : new AppError('storage-failed', cause instanceof Error ? cause.name : 'unknown', { cause });

async function open<Schema extends DBSchema>(
  name: string,
  version: number,
  events: DatabaseEvents,
  upgrade: (db: IDBPDatabase<Schema>, oldVersion: number) => void,
): Promise<Database<Schema>> {
  let connection: IDBPDatabase<Schema> | undefined;
  let isClosed = false;
  const connect = async (): Promise<IDBPDatabase<Schema>> => {
    const db = await openDB<Schema>(name, version, {
      upgrade: (upgraded, oldVersion) => upgrade(upgraded, oldVersion),
      blocked: () => events.onBlocked?.(),
      blocking: (_from, to) => void supersede(to === null ? 'removal' : 'upgrade'),
      terminated: () => (connection = undefined),
    });
    connection = db;
    return db;
  };
  /** A connection the browser ended (cleared data, crash of its storage process) is opened again. */
  const current = async (): Promise<IDBPDatabase<Schema>> => {
    if (isClosed) throw new AppError('storage-failed', 'database closed');
    return connection ?? (await connect());
  };
  const close = (): void => {
    isClosed = true;
    connection?.close();
    connection = undefined;
  };
  const supersede = async (reason: 'upgrade' | 'removal'): Promise<void> => {
    try {
      await events.onSuperseded?.(reason);
    } finally {
      close();
    }
  };
  const run = async <T, Mode extends 'readonly' | 'readwrite'>(
    mode: Mode,
    stores: readonly StoreNames<Schema>[],
    work: (tx: IDBPTransaction<Schema, StoreNames<Schema>[], Mode>) => Promise<T>,
  ): Promise<T> => {
    try {
      const db = await current();
      const tx = db.transaction<StoreNames<Schema>[], Mode>([...stores], mode, { durability: 'strict' });
      // an abort reaches `work` first, which is awaited first
      tx.done.catch(() => undefined);
      try {
        const result = await work(tx);
        await tx.done;
        return result;
      } catch (error) {
        abort(tx);
        throw error;
      }
    } catch (cause) {
      throw storageFailure(cause);
    }
  };

  try {
    await connect();
  } catch (cause) {
    throw storageFailure(cause);
  }
  return {
    name,
    read: (stores, work) => run('readonly', stores, work),
    write: (stores, work) => run('readwrite', stores, work),
    close,
  };
}

function abort(tx: { abort(): void }): void {
  try {
    tx.abort();
  } catch {
    // it had ended by itself: the failure that did it is on its way to the caller
  }
}
