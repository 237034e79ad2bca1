/** What the parts of the server are given. */
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { DeviceId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { RoomRole } from '@vicinal/shared/roles.ts';
import type { Tokens } from './auth/tokens.ts';
import type { Config } from './config.ts';
import type { Database } from './db/pool.ts';
import type { Metrics } from './metrics.ts';

export interface Deps {
  readonly config: Config;
  readonly database: Database;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** A user's access to a room that was taken away or changed. */
export interface AccessChange {
  readonly room: RoomId;
  readonly sub: UserId;
  /** Only this device; absent for all of the user's. */
  readonly device?: DeviceId;
  readonly accessEpoch: number;
  /** What remains; absent for nothing. */
  readonly role?: RoomRole;
}

/** The live connections, as the HTTP side sees them. */
export interface Live {
  /** Tells everybody in the room and the workspace's archivers, and puts the user out of it. */
  accessChanged(workspace: WorkspaceId, change: AccessChange): void;
  /** The same for many rooms of a workspace; only rooms that somebody has joined cost messages. */
  accessChangedIn(workspace: WorkspaceId, changes: readonly AccessChange[]): void;
  /** Rooms that somebody has joined now. */
  joinedRooms(): readonly RoomId[];
  /** Devices with at least one open connection. */
  connectedDevices(): readonly DeviceId[];
  /** Closes the device's connections with `code`. */
  closeDevice(device: DeviceId, code: 'revoked' | 'unauthenticated'): void;
  /** Closes the archiver's connection to the workspace and tells its rooms. */
  archiverRevoked(workspace: WorkspaceId, archiver: UserId, device: DeviceId): void;
  /** Whether an archiver is connected: of this workspace, or any. */
  hasArchiver(workspace?: WorkspaceId): boolean;
  isConnected(device: DeviceId): boolean;
  isUserConnected(user: UserId): boolean;
  /** Tells every connection of the user that the inbox changed. */
  inboxChanged(user: UserId): void;
}

export interface AppDeps extends Deps {
  readonly live: Live;
}
