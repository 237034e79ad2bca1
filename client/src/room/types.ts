/** Rooms as screens see them. Implemented without solid-js in `room/room-session.ts` and `room/workspace-session.ts`. */
import type { AppError } from '@vicinal/shared/app-error.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { PresenceEntry, RoomPeer, RoomPresence } from '@vicinal/shared/mesh/types.ts';
import type { Durability } from '@vicinal/shared/log/types.ts';
import type { Result } from '@vicinal/shared/result.ts';
import type { RoomRole } from '@vicinal/shared/roles.ts';
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
  readonly reason?: 'not-saved' | 'update-needed' | 'access-removed';
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
  readonly presence: RoomPresence;
  /** Others and self, deduplicated per session. */
  readonly people: readonly PresenceEntry[];
  readonly title: string;
  /** Also copies the title into the workspace index where this person may write it. */
  setTitle(title: string): void;
  on(event: 'state' | 'status' | 'peers' | 'people' | 'title', listener: () => void): () => void;
  /** Current content as canonical HTML (shared/room/html.ts). */
  exportHtml(): string;
  close(): Promise<void>;
}

export interface DocumentSummary {
  readonly room: RoomId;
  readonly title: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The workspace index document, live. */
export interface WorkspaceSession {
  readonly workspace: WorkspaceId;
  readonly documents: readonly DocumentSummary[];
  readonly isLoading: boolean;
  /** Of the index room itself. */
  readonly status: SyncStatus;
  on(event: 'change' | 'status', listener: () => void): () => void;
  /** Mints the id, lists it in the index, registers it with the server when reachable; works offline. */
  createDocument(): Promise<Result<RoomId, AppError>>;
  close(): Promise<void>;
}

/** Entry point of client core: one per signed-in account. */
export interface Rooms {
  openRoom(room: RoomId): RoomSession;
  openWorkspace(workspace: WorkspaceId): WorkspaceSession;
  /** Documents this guest or member opened before, from local data alone. */
  recentRooms(): Promise<readonly DocumentSummary[]>;
  /** Bytes used and granted, and whether storage is protected from eviction. */
  storageEstimate(): Promise<{
    readonly usedBytes: number;
    readonly quotaBytes: number;
    readonly isPersisted: boolean;
  }>;
  close(): Promise<void>;
}
