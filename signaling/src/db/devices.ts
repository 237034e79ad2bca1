/** Tables `devices`, `archivers`, `workspace_archivers` and `enrolment_codes`. */
import type { DeviceId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Db } from './pool.ts';
import { deleteSubscription } from './push.ts';

export interface DeviceRow {
  readonly id: DeviceId;
  /** Exactly one of the two is set; an archiver's id has the form of a user's and is the `sub` of its tokens. */
  readonly user: UserId | null;
  readonly archiver: UserId | null;
}

export interface DeviceStateRow extends DeviceRow {
  readonly isRevoked: boolean;
  /** The sign-in that used it last has ended. */
  readonly isSignedOut: boolean;
}

const stateQuery = `select d.id, d.user_id as "user", d.archiver_id as archiver, d.revoked_at is not null as "isRevoked",
  s.revoked_at is not null as "isSignedOut" from devices d left join sessions s on s.id = d.session_id`;

export async function findDevice(db: Db, id: DeviceId): Promise<DeviceStateRow | undefined> {
  const { rows } = await db.query<DeviceStateRow>(`${stateQuery} where d.id = $1`, [id]);
  return rows[0];
}

/** Those of `ids` that may not be connected any more. */
export async function listEndedDevices(db: Db, ids: readonly DeviceId[]): Promise<readonly DeviceStateRow[]> {
  const { rows } = await db.query<DeviceStateRow>(
    `${stateQuery} where d.id = any($1) and (d.revoked_at is not null or s.revoked_at is not null)`,
    [ids],
  );
  return rows;
}

export interface OwnDeviceRow {
  readonly id: DeviceId;
  readonly label: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date | null;
}

/** Devices of a user that are not revoked, newest first. */
export async function listDevices(db: Db, user: UserId): Promise<readonly OwnDeviceRow[]> {
  const { rows } = await db.query<OwnDeviceRow>(
    `select id, label, created_at as "createdAt", last_seen_at as "lastSeenAt" from devices
     where user_id = $1 and revoked_at is null order by created_at desc, id`,
    [user],
  );
  return rows;
}

/** Ties the device to the sign-in that uses it now. */
export async function bindDevice(db: Db, id: DeviceId, session: string): Promise<void> {
  await db.query('update devices set session_id = $2 where id = $1 and session_id is distinct from $2', [id, session]);
}

/** As {@link bindDevice}, when tokens are issued to it. */
export async function touchDevice(db: Db, id: DeviceId, session: string, now: Date): Promise<void> {
  await db.query('update devices set session_id = $2, last_seen_at = $3 where id = $1', [id, session, now]);
}

/** Revokes a device of the user and the sign-in that used it last. False when there is none to revoke. */
export async function revokeDevice(db: Db, user: UserId, id: DeviceId, now: Date): Promise<boolean> {
  const revoked = await db.query<{ session: string | null }>(
    'update devices set revoked_at = $3 where user_id = $1 and id = $2 and revoked_at is null returning session_id as session',
    [user, id, now],
  );
  await db.query('update sessions set revoked_at = $2 where id = $1 and revoked_at is null', [
    revoked.rows[0]?.session ?? null,
    now,
  ]);
  if (revoked.count === 1) await deleteSubscription(db, id);
  return revoked.count === 1;
}

export type NewDevice = DeviceRow & { readonly publicKey: Uint8Array; readonly label: string };

/** False when the key is known already. */
export async function insertDevice(db: Db, device: NewDevice, now: Date): Promise<boolean> {
  const { count } = await db.query(
    'insert into devices (id, public_key, user_id, archiver_id, label, created_at) values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing',
    [device.id, device.publicKey, device.user, device.archiver, device.label, now],
  );
  return count === 1;
}

export async function countDevices(db: Db, user: UserId): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*)::int as count from devices where user_id = $1 and revoked_at is null',
    [user],
  );
  return rows[0]?.count ?? 0;
}

export async function insertArchiver(db: Db, id: UserId, now: Date): Promise<void> {
  await db.query('insert into archivers (id, created_at) values ($1, $2)', [id, now]);
}

/** Enrols, also again after a revocation. */
export async function enrolInWorkspace(db: Db, workspace: WorkspaceId, archiver: UserId, now: Date): Promise<void> {
  await db.query(
    `insert into workspace_archivers (workspace_id, archiver_id, enrolled_at) values ($1, $2, $3)
     on conflict (workspace_id, archiver_id) do update set revoked_at = null, enrolled_at = excluded.enrolled_at`,
    [workspace, archiver, now],
  );
}

export interface EnrolmentRow {
  readonly workspace: WorkspaceId;
  readonly accessEpoch: number;
}

/** Workspaces in which the archiver is enrolled and not revoked. */
export async function listEnrolments(db: Db, archiver: UserId): Promise<readonly EnrolmentRow[]> {
  const { rows } = await db.query<EnrolmentRow>(
    'select workspace_id as workspace, access_epoch as "accessEpoch" from workspace_archivers where archiver_id = $1 and revoked_at is null order by workspace_id',
    [archiver],
  );
  return rows;
}

export interface ArchiverRow {
  readonly device: DeviceId;
  readonly archiver: UserId;
  readonly enrolledAt: Date;
}

export async function listArchivers(db: Db, workspace: WorkspaceId): Promise<readonly ArchiverRow[]> {
  const { rows } = await db.query<ArchiverRow>(
    `select d.id as device, a.archiver_id as archiver, a.enrolled_at as "enrolledAt" from workspace_archivers a join devices d on d.archiver_id = a.archiver_id
     where a.workspace_id = $1 and a.revoked_at is null order by a.enrolled_at, d.id`,
    [workspace],
  );
  return rows;
}

/** The revoked archiver, or undefined when no such archiver is enrolled. */
export async function revokeEnrolment(
  db: Db,
  workspace: WorkspaceId,
  device: DeviceId,
  now: Date,
): Promise<UserId | undefined> {
  const { rows } = await db.query<{ archiver: UserId }>(
    `update workspace_archivers a set revoked_at = $3, access_epoch = access_epoch + 1
     from devices d where d.archiver_id = a.archiver_id and a.workspace_id = $1 and d.id = $2 and a.revoked_at is null returning a.archiver_id as archiver`,
    [workspace, device, now],
  );
  return rows[0]?.archiver;
}

export async function insertEnrolmentCode(
  db: Db,
  code: { hash: Uint8Array; workspace: WorkspaceId; expiresAt: Date },
  now: Date,
): Promise<void> {
  await db.query('insert into enrolment_codes (hash, workspace_id, created_at, expires_at) values ($1, $2, $3, $4)', [
    code.hash,
    code.workspace,
    now,
    code.expiresAt,
  ]);
}

/** Marks the code used; its workspace, or undefined when it is unknown, used or expired. */
export async function useEnrolmentCode(db: Db, hash: Uint8Array, now: Date): Promise<WorkspaceId | undefined> {
  const { rows } = await db.query<{ workspace: WorkspaceId }>(
    'update enrolment_codes set used_at = $2 where hash = $1 and used_at is null and expires_at > $2 returning workspace_id as workspace',
    [hash, now],
  );
  return rows[0]?.workspace;
}
