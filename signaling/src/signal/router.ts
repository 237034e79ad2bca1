/** Between sessions: rooms, directed signals, attendance of archivers, revocation. Implements {@link Live}. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { DeviceId, PeerId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Down } from '@vicinal/shared/signal/down.ts';
import type { Up } from '@vicinal/shared/signal/up.ts';
import { findDevice, listEnrolments } from '../db/devices.ts';
import { findRoom } from '../db/rooms.ts';
import type { AccessChange, Deps, Live } from '../deps.ts';
import { createRoomRegistry } from './room-registry.ts';
import { refuseRoom, type Identity, type SignalSession } from './session.ts';

type JoinMessage = Extract<Up, { type: 'join' }>;
type SignalMessage = Extract<Up, { type: 'signal' }>;

export interface SignalRouter extends Live {
  /** Checks that the device still belongs to the subject; its workspaces when it is an archiver. Throws AppError. */
  admit(sub: UserId, device: DeviceId): Promise<ReadonlySet<WorkspaceId> | undefined>;
  ready(session: SignalSession, identity: Identity): void;
  ended(session: SignalSession): void;
  join(session: SignalSession, identity: Identity, message: JoinMessage): Promise<void>;
  leave(peer: PeerId, room: RoomId): void;
  signal(session: SignalSession, from: PeerId, message: SignalMessage): void;
  /** Closes what is idle or expired. Called every `sweepIntervalMs`. */
  sweep(): void;
  /** Tells everybody that the server restarts and closes. */
  shutDown(): void;
  counts(): { readonly peers: number; readonly rooms: number; readonly archivers: number };
}

interface Presence {
  readonly session: SignalSession;
  readonly identity: Identity;
  /** When the ticket of each joined room ends, ms since the epoch. */
  readonly ticketEnds: Map<RoomId, number>;
}

/** Rooms whose last revocation is remembered, to refuse joins that were checked just before it. */
const MAX_REMEMBERED_EPOCHS = 10_000;

export function createSignalRouter(deps: Deps): SignalRouter {
  const { limits } = deps.config;
  const registry = createRoomRegistry();
  const present = new Map<PeerId, Presence>();
  const presenceOf = new WeakMap<SignalSession, Presence>();
  const connectionsOf = new Map<UserId, number>();
  const workspaceOf = new Map<RoomId, WorkspaceId>();
  const leastEpoch = new Map<RoomId, number>();

  const isArchiver = (peer: PeerId): boolean => present.get(peer)?.identity.archiverOf !== undefined;
  const tellRoom = (room: RoomId, message: Down, except?: PeerId): void => {
    for (const peer of registry.peersOf(room)) if (peer !== except) present.get(peer)?.session.send(message);
  };
  const archiversOf = (workspace: WorkspaceId): readonly Presence[] =>
    [...present.values()].filter(({ identity }) => identity.archiverOf?.has(workspace));

  const leave = (peer: PeerId, room: RoomId): void => {
    if (!registry.leave(room, peer)) return;
    present.get(peer)?.ticketEnds.delete(room);
    tellRoom(room, { type: 'peer-left', room, peerId: peer });
    if (registry.countPeers(room) === 0) workspaceOf.delete(room);
  };
  const remove = (presence: Presence): void => {
    const { peerId, sub } = presence.identity;
    if (present.get(peerId) !== presence) return;
    for (const room of registry.roomsOf(peerId)) leave(peerId, room);
    present.delete(peerId);
    const left = (connectionsOf.get(sub) ?? 1) - 1;
    if (left > 0) connectionsOf.set(sub, left);
    else connectionsOf.delete(sub);
  };
  const callArchivers = (room: RoomId, workspace: WorkspaceId): void => {
    for (const { session, identity } of archiversOf(workspace)) {
      if (!registry.isIn(room, identity.peerId)) session.send({ type: 'attend', room, workspace });
    }
  };

  const checkTicket = async (identity: Identity, { room, ticket }: JoinMessage) => {
    const verified = await deps.tokens.verifyTicket(ticket);
    if (!verified.ok) throw verified.error;
    const claims = verified.value;
    const isBound = claims.sub === identity.sub && claims.cnf.jkt === identity.device && claims.iss === identity.issuer;
    if (!isBound || (claims.room !== '*' && claims.room !== room)) throw new AppError('forbidden', 'ticket of another');
    const row = await findRoom(deps.database, room);
    if (!row || row.workspace !== claims.ws) throw new AppError('not-found');
    if (claims.room === '*') {
      if (!identity.archiverOf?.has(row.workspace)) throw new AppError('forbidden', 'not an archiver here');
    } else if (claims.accessEpoch !== row.accessEpoch || claims.accessEpoch < (leastEpoch.get(room) ?? 0)) {
      throw new AppError('token-expired', 'access changed since the ticket');
    }
    return { workspace: row.workspace, endsAt: claims.exp * 1000 };
  };

  const accessChanged = (workspace: WorkspaceId, change: AccessChange): void => {
    rememberEpoch(leastEpoch, change);
    const message: Down = { type: 'revoke', ...change };
    tellRoom(change.room, message);
    for (const { session, identity } of archiversOf(workspace))
      if (!registry.isIn(change.room, identity.peerId)) session.send(message);
    if (change.role !== undefined) return;
    for (const peer of registry.peersOf(change.room)) {
      const identity = present.get(peer)?.identity;
      if (identity?.sub === change.sub && (change.device === undefined || identity.device === change.device))
        leave(peer, change.room);
    }
  };

  return {
    admit: async (sub, device) => {
      const found = await findDevice(deps.database, device);
      if (found?.isRevoked) throw new AppError('revoked', 'device');
      if (found?.isSignedOut) throw new AppError('unauthenticated', 'the sign-in of the device has ended');
      if (found?.user === sub) return undefined;
      if (found?.archiver !== sub) throw new AppError('revoked', 'device');
      const enrolments = await listEnrolments(deps.database, sub);
      if (enrolments.length === 0) throw new AppError('revoked', 'archiver');
      return new Set(enrolments.map(({ workspace }) => workspace));
    },

    ready: (session, identity) => {
      const presence: Presence = { session, identity, ticketEnds: new Map() };
      present.get(identity.peerId)?.session.fail('superseded');
      if ((connectionsOf.get(identity.sub) ?? 0) >= limits.socketsPerUser) return session.fail('too-many-connections');
      present.set(identity.peerId, presence);
      presenceOf.set(session, presence);
      connectionsOf.set(identity.sub, (connectionsOf.get(identity.sub) ?? 0) + 1);
      if (!identity.archiverOf) return;
      for (const [room, workspace] of workspaceOf) {
        const isWanted = identity.archiverOf.has(workspace) && registry.peersOf(room).some((peer) => !isArchiver(peer));
        if (isWanted) session.send({ type: 'attend', room, workspace });
      }
    },

    ended: (session) => {
      const presence = presenceOf.get(session);
      if (presence) remove(presence);
    },

    join: async (session, identity, message) => {
      const { room } = message;
      try {
        const { workspace, endsAt } = await checkTicket(identity, message);
        const presence = present.get(identity.peerId);
        if (presence?.session !== session) return; // closed or superseded meanwhile
        const isRenewal = registry.isIn(room, identity.peerId);
        if (!isRenewal && registry.countRooms(identity.peerId) >= limits.roomsPerSocket && !identity.archiverOf)
          throw new AppError('join-limit');
        if (!isRenewal && registry.countPeers(room) >= limits.peersPerRoom) throw new AppError('join-limit');
        presence.ticketEnds.set(room, endsAt);
        const isFirst = !identity.archiverOf && !isRenewal && !registry.peersOf(room).some((peer) => !isArchiver(peer));
        if (!isRenewal) {
          registry.join(room, identity.peerId);
          workspaceOf.set(room, workspace);
          const peers = registry.peersOf(room).filter((peer) => peer !== identity.peerId);
          session.send({
            type: 'roster',
            room,
            peers: peers.map((peerId) => ({ peerId, archiver: isArchiver(peerId) })),
          });
          tellRoom(
            room,
            {
              type: 'peer-joined',
              room,
              peer: { peerId: identity.peerId, archiver: identity.archiverOf !== undefined },
            },
            identity.peerId,
          );
        }
        if (isFirst || message.attend === true) callArchivers(room, workspace);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (error.code === 'token-expired' || error.code === 'not-found') leave(identity.peerId, room);
        refuseRoom(session, error.code, room);
      }
    },

    leave,

    signal: (session, from, { to, session: dial, data }) => {
      const target = present.get(to);
      if (!target || to === from || !registry.share(from, to)) {
        session.send({ type: 'error', code: 'unknown-peer', fatal: false });
        return;
      }
      target.session.send({ type: 'signal', from, session: dial, data });
    },

    accessChanged,

    accessChangedIn: (workspace, changes) => {
      for (const change of changes) {
        if (registry.countPeers(change.room) > 0) accessChanged(workspace, change);
        else rememberEpoch(leastEpoch, change);
      }
    },

    joinedRooms: () => registry.rooms(),

    connectedDevices: () => [...new Set([...present.values()].map(({ identity }) => identity.device))],

    closeDevice: (device, code) => {
      for (const { session, identity } of present.values()) if (identity.device === device) session.fail(code);
    },

    archiverRevoked: (workspace, archiver, device) => {
      for (const [room, of] of workspaceOf) {
        // Its tickets hold for the whole workspace and do not know a room's epoch: every one of them is below this.
        if (of === workspace) tellRoom(room, { type: 'revoke', room, sub: archiver, device, accessEpoch: MAX_EPOCH });
      }
      for (const presence of present.values()) if (presence.identity.sub === archiver) presence.session.fail('revoked');
    },

    hasArchiver: (workspace) =>
      workspace === undefined
        ? [...present.values()].some(({ identity }) => identity.archiverOf)
        : archiversOf(workspace).length > 0,
    isUserConnected: (user) => connectionsOf.has(user),
    inboxChanged: (user) => {
      for (const { session, identity } of present.values())
        if (identity.sub === user) session.send({ type: 'notice', kind: 'inbox' });
    },
    isConnected: (device) => [...present.values()].some(({ identity }) => identity.device === device),

    sweep: () => {
      const now = deps.clock.now();
      for (const { session, identity, ticketEnds } of present.values()) {
        if (session.state.kind === 'ready' && now > session.state.expiresAt + limits.tokenGraceMs)
          session.fail('token-expired');
        else if (session.idleMs() > limits.idleTimeoutMs) session.fail('idle');
        for (const [room, endsAt] of ticketEnds) {
          if (now <= endsAt + limits.tokenGraceMs) continue;
          leave(identity.peerId, room);
          refuseRoom(session, 'token-expired', room);
        }
      }
    },

    shutDown: () => {
      for (const { session } of present.values()) {
        session.send({ type: 'notice', kind: 'restarting' });
        session.fail('shutting-down');
      }
    },

    counts: () => ({
      peers: present.size,
      rooms: workspaceOf.size,
      archivers: [...present.keys()].filter(isArchiver).length,
    }),
  };
}

/** Larger than any epoch of a room. */
const MAX_EPOCH = 2 ** 31 - 1;

function rememberEpoch(leastEpoch: Map<RoomId, number>, { room, accessEpoch }: AccessChange): void {
  leastEpoch.delete(room);
  leastEpoch.set(room, accessEpoch);
  if (leastEpoch.size <= MAX_REMEMBERED_EPOCHS) return;
  for (const oldest of leastEpoch.keys()) {
    leastEpoch.delete(oldest);
    return;
  }
}
