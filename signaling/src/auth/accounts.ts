/** Accounts: the owner made through the set-up link, signing in, and what a session shows of its user. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { SessionResponse, User, Workspace } from '@vicinal/shared/http/api.ts';
import { lockInstance } from '../db/instance.ts';
import type { Db } from '../db/pool.ts';
import { insertRoom } from '../db/rooms.ts';
import { revokeSessionsOf } from '../db/sessions.ts';
import { findUser, findUserByEmail, insertUser, updatePassword, type UserRow } from '../db/users.ts';
import * as workspaces from '../db/workspaces.ts';
import type { Deps } from '../deps.ts';
import { hashSecret, randomId, randomSecret } from '../random-ids.ts';
import { hashPassword, normalizeEmail, verifyPassword } from './passwords.ts';
import { openSession, type IssuedSession } from './sessions.ts';

export interface SetupInput {
  readonly token: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly workspaceName: string;
}

const PRESENCE_HUES = 12;
const colourOf = (id: UserId): number => hashSecret(id).reduce((sum, byte) => sum + byte, 0) % PRESENCE_HUES;

/** Owner, workspace and both index rooms, in one transaction. `already-set-up`, `setup-link-invalid`. */
export async function setUp(deps: Deps, input: SetupInput): Promise<IssuedSession> {
  const { database, random } = deps;
  if (await workspaces.hasOwner(database)) throw new AppError('already-set-up');
  const passwordHash = await hashPassword(input.password);
  return await database.transaction(async (db) => {
    const now = new Date(deps.clock.now());
    await lockInstance(db);
    if (await workspaces.hasOwner(db)) throw new AppError('already-set-up');
    if (!(await workspaces.useSetupLink(db, hashSecret(input.token), now))) throw new AppError('setup-link-invalid');
    const user = randomId<UserId>(random);
    const workspace = randomId<WorkspaceId>(random);
    await insertUser(
      db,
      { id: user, name: input.name, colour: colourOf(user), email: normalizeEmail(input.email), passwordHash },
      now,
    );
    await workspaces.insertWorkspace(db, { id: workspace, name: input.workspaceName }, now);
    await workspaces.insertWorkspaceMember(db, { workspace, user, role: 'owner' }, now);
    await insertRoom(db, { id: randomId<RoomId>(random), workspace, kind: 'workspace-index', createdBy: user }, now);
    await insertRoom(db, { id: randomId<RoomId>(random), workspace, kind: 'personal-index', createdBy: user }, now);
    return await openSession(deps, db, user);
  });
}

/** `bad-credentials` in the same words and time whether the address is known or not. */
export async function signIn(deps: Deps, email: string, password: string): Promise<IssuedSession> {
  const found = await findUserByEmail(deps.database, normalizeEmail(email));
  const matches = await verifyPassword(found?.passwordHash, password);
  if (!found || !matches) throw new AppError('bad-credentials');
  return await deps.database.transaction((db) => openSession(deps, db, found.id));
}

/** Makes a guest: a user without e-mail or password, in the workspace as `guest`. */
export async function createGuest(deps: Deps, db: Db, workspace: WorkspaceId, name: string): Promise<UserId> {
  const now = new Date(deps.clock.now());
  const user = randomId<UserId>(deps.random);
  await insertUser(db, { id: user, name, colour: colourOf(user), email: null, passwordHash: null }, now);
  await workspaces.insertWorkspaceMember(db, { workspace, user, role: 'guest' }, now);
  return user;
}

export const describeUser = (row: UserRow): User => ({
  id: row.id,
  name: row.name,
  colour: row.colour,
  ...(row.email === null ? {} : { email: row.email }),
  isGuest: row.email === null,
});

export async function describeWorkspaces(db: Db, user: UserId): Promise<Workspace[]> {
  return (await workspaces.listMemberships(db, user)).map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    ...(row.role === 'guest' || row.indexRoom === null ? {} : { indexRoom: row.indexRoom }),
    ...(row.role === 'guest' || row.personalIndexRoom === null ? {} : { personalIndexRoom: row.personalIndexRoom }),
  }));
}

export async function describeSession(
  deps: Deps,
  issued: Pick<IssuedSession, 'accessToken' | 'user'>,
): Promise<SessionResponse> {
  const user = await findUser(deps.database, issued.user);
  if (!user) throw new AppError('unauthenticated', 'the user of a session is gone');
  return {
    accessToken: issued.accessToken,
    expiresInMs: deps.config.accessTtlMs,
    user: describeUser(user),
    workspaces: await describeWorkspaces(deps.database, user.id),
  };
}

/** A new one-time set-up link's token, or undefined when an owner exists. */
export async function createSetupLink(
  deps: Pick<Deps, 'database' | 'clock' | 'random' | 'config'>,
): Promise<string | undefined> {
  if (await workspaces.hasOwner(deps.database)) return undefined;
  const token = randomSecret(deps.random);
  const now = deps.clock.now();
  await workspaces.insertSetupLink(
    deps.database,
    hashSecret(token),
    new Date(now + deps.config.setupLinkTtlMs),
    new Date(now),
  );
  return token;
}

/** Sets a password and ends all sessions of the account. `not-found`. */
export async function resetPassword(
  deps: Pick<Deps, 'database' | 'clock'>,
  email: string,
  password: string,
): Promise<void> {
  const passwordHash = await hashPassword(password);
  await deps.database.transaction(async (db) => {
    const user = await updatePassword(db, normalizeEmail(email), passwordHash);
    if (user === undefined) throw new AppError('not-found', 'no account with this address');
    await revokeSessionsOf(db, user, new Date(deps.clock.now()));
  });
}
