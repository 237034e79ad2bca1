/** Rooms as screens see them. Implemented without solid-js in `room/room-session.ts` and `room/workspace-session.ts`. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { PresenceEntry, RoomPeer, RoomPresence } from '@vicinal/shared/mesh/types.ts';
import type { Durability } from '@vicinal/shared/log/types.ts';
import type { Result } from '@vicinal/shared/result.ts';
import type { DocKind, RoomRole } from '@vicinal/shared/roles.ts';
import type * as Y from 'yjs';

/** In order of precedence, highest first (ux.md, sync status). */
export const SYNC_STATES = [
  'error',
  'offline',
  'syncing',
  'archived',
  'signaling-down',
  'replicated',
  'local',
] as const;
export type SyncState = (typeof SYNC_STATES)[number];

export interface SyncStatus {
  readonly state: SyncState;
  /** Set with state 'error'. */
  readonly reason?: 'not-saved' | 'update-needed' | 'access-removed' | 'no-webrtc' | 'local-network-denied';
  /** Own changes that await the acknowledgement the state speaks of. */
  readonly pendingChanges: number;
  readonly isCatchingUp: boolean;
  /** Other devices that acknowledged everything. */
  readonly devicesWithAll: number;
  /** READY links joined to this room, the archiver not counted. */
  readonly linkedPeers: number;
  readonly archive?: { readonly durability: Durability; readonly at: number };
  /** ms since the epoch of the oldest change that is on this device only. */
  readonly localOnlySince?: number;
  readonly signaling: 'connecting' | 'open' | 'down';
  /** Others are here and none could be reached in time: `no-relay` when the relay that links need does not let this device in. */
  readonly cutOff?: 'no-path' | 'no-relay';
}

export type RoomSessionState =
  /** Local data is being read. */
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly role: RoomRole; readonly canWrite: boolean }
  /** Nothing local, and access was refused or the room is unknown. */
  | { readonly kind: 'denied' }
  /** Nothing local and nobody reachable yet. */
  | { readonly kind: 'waiting' }
  /** Local data cannot be read: read-only, nothing is written, "Export a copy" offers what could be read. */
  | { readonly kind: 'failed'; readonly error: AppError };

/** One open document room. `close()` flushes. */
export interface RoomSession {
  readonly room: RoomId;
  readonly state: RoomSessionState;
  readonly status: SyncStatus;
  readonly peers: readonly RoomPeer[];
  /** Root types per shared/room/documents.ts. */
  readonly meta: Y.Doc;
  readonly content: Y.Doc;
  readonly jobs: Y.Doc;
  readonly presence: RoomPresence;
  /** Others and self, deduplicated per session. */
  readonly people: readonly PresenceEntry[];
  /** Whose account this is. */
  readonly self: UserId | undefined;
  readonly title: string;
  /** Also copies the title into the workspace index where this person may write it. */
  setTitle(title: string): void;
  on(event: 'state' | 'status' | 'peers' | 'people' | 'title', listener: () => void): () => void;
  /** Current content as canonical HTML (shared/room/html.ts). */
  exportHtml(): Promise<string>;
  /** What happened to this room's sync on this device, newest first, kept across restarts. */
  syncLog(): Promise<readonly SyncLogEntry[]>;
  /** Whether this person may write that document here and now. */
  canWrite(doc: DocKind): boolean;
  /**
   * The grant (compact JWS, verified before anything of the session was applied) under which a session wrote; '' for one of
   * this device from before the room was registered; undefined for a session of which nothing is applied.
   */
  grantOf(doc: DocKind, clientId: number): string | undefined;
  /** Small things this device keeps for the document's workspace, by key; whoever reads them parses them. */
  readKept(key: string): Promise<unknown>;
  keep(key: string, value: unknown): Promise<void>;
  /** Who can be mentioned here. Whoever calls closes it. */
  directory(): Promise<Directory>;
  close(): Promise<void>;
}

/** Somebody who can be mentioned in a document. */
export interface KnownPerson {
  readonly user: UserId;
  readonly name: string;
  readonly colour: number;
  /** Whether they can open the document; 'unknown' until its members were listed once. */
  readonly access: 'has' | 'none' | 'unknown';
}

/** People as last heard from the server, kept for when it cannot be asked. */
export interface Directory {
  readonly people: readonly KnownPerson[];
  /** Reads what is kept, and asks the server when that is old. Never rejects for a server that does not answer. */
  refresh(): Promise<void>;
  on(event: 'change', listener: () => void): () => void;
  close(): void;
}

/** Kept per room, the newest 200 and at most 30 days. */
export interface SyncLogEntry {
  /** ms since the epoch. */
  readonly at: number;
  readonly kind:
    | 'opened'
    | 'state'
    | 'linked'
    | 'unlinked'
    | 'receipt'
    | 'storage-failed'
    | 'access-changed'
    | 'archive-regressed';
  /** With 'state': the state entered. */
  readonly state?: SyncState;
  /** With 'linked' and 'unlinked': who, and over which path. */
  readonly name?: string;
  readonly path?: RoomPeer['path'];
  /** With 'receipt': what it claims. */
  readonly durability?: Durability;
}

/** Key of a folder in the workspace's index. */
export type FolderId = string & { readonly brand: 'FolderId' };

export interface FolderSummary {
  readonly id: FolderId;
  readonly name: string;
  /** Absent at the top level. */
  readonly parent?: FolderId;
}

export interface DocumentSummary {
  readonly room: RoomId;
  readonly title: string;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Absent at the top level. */
  readonly folder?: FolderId;
  readonly isStarred: boolean;
  /** Listed in the personal index alone: not open to the whole workspace. */
  readonly isRestricted: boolean;
  /** When this person opened it last, on any device. */
  readonly openedAt?: number;
  /** Its content is on this device and opens without a network. */
  readonly isOnDevice: boolean;
  /** Chosen by hand to stay on this device. */
  readonly isPinned: boolean;
  readonly trashedAt?: number;
  readonly trashedBy?: UserId;
}

/** Where among its siblings something goes: before that one, or last. */
export interface Place<Id> {
  /** Absent: the top level. */
  readonly folder?: FolderId;
  /** Absent: last. */
  readonly before?: Id;
}

/** The workspace index and this person's own one, live, as one list. All of it works offline. */
export interface WorkspaceSession {
  readonly workspace: WorkspaceId;
  /** Not in the trash, in the order of the tree: siblings as ordered by hand, the rest newest first. */
  readonly documents: readonly DocumentSummary[];
  /** In the trash, latest first. */
  readonly trash: readonly DocumentSummary[];
  /** In the order of the tree. */
  readonly folders: readonly FolderSummary[];
  readonly isLoading: boolean;
  /** Whether this person may change the tree here and now. */
  readonly canWrite: boolean;
  /** Of the index room itself. */
  readonly status: SyncStatus;
  on(event: 'change' | 'status', listener: () => void): () => void;
  /** Mints the id, lists it in the index, registers it with the server when reachable; works offline. */
  createDocument(folder?: FolderId): Promise<Result<RoomId, AppError>>;
  renameDocument(room: RoomId, title: string): void;
  moveDocument(room: RoomId, place: Place<RoomId>): void;
  setStarred(room: RoomId, isStarred: boolean): void;
  trashDocument(room: RoomId): void;
  restoreDocument(room: RoomId): void;
  createFolder(name: string, parent?: FolderId): FolderId | undefined;
  renameFolder(folder: FolderId, name: string): void;
  /** Refused (nothing happens) when it would put a folder into itself. */
  moveFolder(folder: FolderId, place: Place<FolderId>): void;
  /** What was inside moves to where the folder was. */
  removeFolder(folder: FolderId): void;
  /** Moves the entry between the workspace's index and the personal one, after the server changed who has access. */
  setRestricted(room: RoomId, isRestricted: boolean): void;
  setPinned(room: RoomId, isPinned: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Which documents this device keeps, pulled in the background. */
export interface OfflineKeeping {
  /** The most recent so many are kept; pinned ones always. 0 keeps only what was opened here or pinned. */
  readonly limit: number;
  /** Of those to keep, how many are on this device and up to date as far as is known. */
  readonly kept: number;
  readonly wanted: number;
  setLimit(limit: number): Promise<void>;
  on(event: 'change', listener: () => void): () => void;
}

/** Entry point of client core: one per signed-in account. */
/** What tells of notifications, and what the service worker is to know for showing them. */
export interface RoomNotifications {
  /** The inbox changed on the server. */
  on(event: 'inbox', listener: () => void): () => void;
  /** For this account alone; removed with it. */
  saveWords(words: {
    readonly sentences: Readonly<Record<string, string>>;
    readonly titles: Readonly<Record<string, string>>;
    readonly names: Readonly<Record<string, string>>;
  }): Promise<void>;
  /** Endpoint of this device that the server was told; undefined while push is off here. */
  pushEndpoint(): Promise<string | undefined>;
  savePushEndpoint(endpoint: string | undefined): Promise<void>;
}

export interface Rooms {
  readonly notifications: RoomNotifications;
  openRoom(room: RoomId): RoomSession;
  openWorkspace(workspace: WorkspaceId): WorkspaceSession;
  /** Documents this guest or member opened before, from local data alone. */
  recentRooms(): Promise<readonly DocumentSummary[]>;
  readonly offline: OfflineKeeping;
  /** Bytes used and granted, and whether storage is protected from eviction. */
  storageEstimate(): Promise<{
    readonly usedBytes: number;
    readonly quotaBytes: number;
    readonly isPersisted: boolean;
  }>;
  /**
   * Removes local copies of documents that the archive holds whole and that are neither pinned, open, nor opened here
   * lately; they are fetched again when opened. `freed`: how many.
   */
  freeSpace(): Promise<{ readonly freed: number }>;
  close(): Promise<void>;
}
