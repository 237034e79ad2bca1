/** What the archiver and the process of its open rooms say to each other. Both ends are this release's own code. */
import type { IceServerAddress } from '@vicinal/shared/mesh/transport.ts';

/** `paused`: the database is behind. `full`: over its limit. Both take no updates and go on handing out what there is. */
export const OPEN_ROOM_STATES = ['taking', 'paused', 'full'] as const;

export interface OpenRoomStats {
  readonly room: string;
  readonly state: (typeof OPEN_ROOM_STATES)[number];
  /** Connected. */
  readonly peers: number;
  /** Stored: the state and what came after it. */
  readonly bytes: number;
  /** Batches stored since the room exists. */
  readonly batches: number;
  /** Updates refused because the room was not taking any, since the process began. */
  readonly refused: number;
  /** Times that updates without their predecessors were dropped, since the process began. */
  readonly dropped: number;
}

/** How connections are made. */
export interface OpenRoomIce {
  readonly servers: readonly IceServerAddress[];
  /** Through TURN alone. */
  readonly isRelayOnly: boolean;
}

export type ToBridge =
  | { readonly type: 'start'; readonly signalUrl: string; readonly ice: OpenRoomIce }
  | { readonly type: 'ice'; readonly ice: OpenRoomIce }
  | { readonly type: 'stop' };

/** Also the sign of life. `faults`: exceptions that hostile input made the stock provider throw. */
export interface FromBridge {
  readonly type: 'stats';
  readonly rooms: readonly OpenRoomStats[];
  readonly faults: number;
}
