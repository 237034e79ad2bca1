/** Peer tokens, tickets and grants (protocol.md 3). */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { DeviceId, RoomId, UserId } from '@vicinal/shared/ids.ts';
import type { RoomTokens, TokensResponse } from '@vicinal/shared/http/api.ts';
import { findDevice, listEnrolments, touchDevice } from '../db/devices.ts';
import type { UserRow } from '../db/users.ts';
import type { Deps } from '../deps.ts';
import { privateIceServers } from '../ice/turn-credentials.ts';
import { openRooms, type OpenRoom } from '../rooms/rooms.ts';

const ARCHIVER_NAME = 'Archive';

/**
 * One answer per room; an unknown room and one without access read the same. `not-found` when the device is not the
 * user's, `revoked` when it was revoked. From now on the device belongs to the sign-in `session`.
 */
export async function issueTokens(
  deps: Deps,
  user: UserRow,
  session: string,
  device: DeviceId,
  rooms: readonly RoomId[],
): Promise<TokensResponse> {
  const known = await findDevice(deps.database, device);
  if (known?.user !== user.id) throw new AppError('not-found', 'device');
  if (known.isRevoked) throw new AppError('revoked', 'device');
  await touchDevice(deps.database, device, session, new Date(deps.clock.now()));
  const open = await openRooms(deps, user.id, rooms);
  const entries = await Promise.all(
    [...new Set(rooms)].map(async (room): Promise<[RoomId, RoomTokens]> => {
      const found = open.get(room);
      return [room, found ? await issueForRoom(deps, user, device, found) : { ok: false, code: 'not-found' }];
    }),
  );
  return { ...(await issuePeerToken(deps, user.id, device)), rooms: Object.fromEntries(entries) };
}

async function issueForRoom(
  deps: Deps,
  user: UserRow,
  device: DeviceId,
  { row, access }: OpenRoom,
): Promise<RoomTokens> {
  const iat = Math.floor(deps.clock.now() / 1000);
  const until = access.until === undefined ? Number.POSITIVE_INFINITY : Math.floor(access.until / 1000);
  const exp = Math.min(iat + lifetimeS(deps), until);
  const common = {
    sub: user.id,
    cnf: { jkt: device },
    iat,
    ws: row.workspace,
    room: row.id,
    name: user.name,
    role: access.role,
    accessEpoch: row.accessEpoch,
  };
  const [ticket, grant] = await Promise.all([
    deps.tokens.signTicket({
      ...common,
      exp,
      kind: row.kind,
      colour: user.colour,
      grace: Math.max(0, Math.min(deps.config.offlineGraceS, until - exp)),
    }),
    deps.tokens.signGrant(common),
  ]);
  return {
    ok: true,
    ticket,
    grant,
    role: access.role,
    accessEpoch: row.accessEpoch,
    kind: row.kind,
    workspace: row.workspace,
  };
}

async function issuePeerToken(deps: Deps, sub: UserId, device: DeviceId) {
  const now = deps.clock.now();
  const iat = Math.floor(now / 1000);
  const peerToken = await deps.tokens.signPeerToken({ sub, cnf: { jkt: device }, iat, exp: iat + lifetimeS(deps) });
  const iceServers = privateIceServers(deps.config, sub, now);
  return {
    ...{ peerToken, now, lifetimeMs: lifetimeS(deps) * 1000 },
    ...(iceServers.length > 0 ? { iceServers: [...iceServers] } : {}),
  };
}

const lifetimeS = (deps: Deps): number => Math.ceil(deps.config.ticketTtlMs / 1000);

/** One ticket and grant for every room of each workspace in which the archiver is enrolled. `revoked` without any. */
export async function issueArchiverTokens(deps: Deps, device: DeviceId) {
  const archiver = (await findDevice(deps.database, device))?.archiver;
  const enrolments = archiver ? await listEnrolments(deps.database, archiver) : [];
  if (!archiver || enrolments.length === 0) throw new AppError('revoked', 'archiver');
  const iat = Math.floor(deps.clock.now() / 1000);
  const workspaces = await Promise.all(
    enrolments.map(async ({ workspace, accessEpoch }) => {
      const common = {
        sub: archiver,
        cnf: { jkt: device },
        iat,
        ws: workspace,
        room: '*' as const,
        name: ARCHIVER_NAME,
        role: 'archiver' as const,
        accessEpoch,
      };
      const [ticket, grant] = await Promise.all([
        deps.tokens.signTicket({ ...common, exp: iat + lifetimeS(deps), colour: 0, grace: deps.config.offlineGraceS }),
        deps.tokens.signGrant(common),
      ]);
      return { workspace, ticket, grant };
    }),
  );
  return { ...(await issuePeerToken(deps, archiver, device)), workspaces };
}
